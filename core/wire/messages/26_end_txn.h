// EndTxn (key 26): commits or aborts a transaction. The answer comes when the decision is in the log of transactions,
// which is when it can no longer be undone; the markers are written after it, and until they are the next step of the
// producer may hear CONCURRENT_TRANSACTIONS.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  a fenced producer hears PRODUCER_FENCED; before, INVALID_PRODUCER_EPOCH
//   v3  flexible
//   v4  the error may be TRANSACTION_ABORTABLE
//   v5  transactions v2 (KIP-890): every transaction ends with a higher epoch, which the answer tells, with a new
//       producer id where the epochs are used up
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct EndTxnRequest {
  static constexpr Api kApi{26, between(0, 5), since(3)};

  String transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  bool committed = false;  // false: abort

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
  int64_t producer_id = -1;     // for the next transaction; -1: an error
  int16_t producer_epoch = -1;  // for the next transaction

  static constexpr auto fields() {
    using M = EndTxnResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::producer_id>(since(5)),
                        field<&M::producer_epoch>(since(5)));
  }
};

}  // namespace ottla::wire
