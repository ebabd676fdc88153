// EndTxn (key 26).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct EndTxnRequest {
  static constexpr Api kApi{26, between(0, 5), since(3)};

  String transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  bool committed = false;

  static constexpr auto fields() {
    using M = EndTxnRequest;
    return wire::fields(
        field<&M::transactional_id>(), field<&M::producer_id>(), field<&M::producer_epoch>(), field<&M::committed>());
  }
};

struct EndTxnResponse {
  static constexpr Api kApi{26, between(0, 5), since(3)};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  static constexpr auto fields() {
    using M = EndTxnResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::producer_id>(since(5)),
                        field<&M::producer_epoch>(since(5)));
  }
};

}  // namespace ottla::wire
