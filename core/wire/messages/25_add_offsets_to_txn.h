// AddOffsetsToTxn (key 25): a group's offsets take part in a transaction: adds the partition of __consumer_offsets
// that the group's commits go to. The commits themselves follow as TxnOffsetCommit to the group's coordinator.
// Producers of transactions v2 leave this step out.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  a fenced producer hears PRODUCER_FENCED; before, INVALID_PRODUCER_EPOCH
//   v3  flexible
//   v4  the error may be TRANSACTION_ABORTABLE
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
