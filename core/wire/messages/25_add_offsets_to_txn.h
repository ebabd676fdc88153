// AddOffsetsToTxn (key 25).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AddOffsetsToTxnRequest {
  static constexpr Api kApi{25, between(0, 4), since(3)};

  String transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  String group_id;

  static constexpr auto fields() {
    using M = AddOffsetsToTxnRequest;
    return wire::fields(
        field<&M::transactional_id>(), field<&M::producer_id>(), field<&M::producer_epoch>(), field<&M::group_id>());
  }
};

struct AddOffsetsToTxnResponse {
  static constexpr Api kApi{25, between(0, 4), since(3)};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;

  static constexpr auto fields() {
    using M = AddOffsetsToTxnResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>());
  }
};

}  // namespace ottla::wire
