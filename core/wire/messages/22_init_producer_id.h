// InitProducerId (key 22): gives a producer its id and epoch.
//
// Without a transactional id any broker answers, and every call gets a fresh id. With one its coordinator answers:
// the id stays, the epoch rises, which fences whoever used the id before, and a transaction left open by that one is
// aborted first; while that is under way the answer is CONCURRENT_TRANSACTIONS.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  a producer states its id and epoch, to have the epoch raised instead of starting over
//   v4  a fenced producer hears PRODUCER_FENCED; before, INVALID_PRODUCER_EPOCH
//   v5  the error may be TRANSACTION_ABORTABLE
//   v6  two-phase commit (KIP-939); not stable in Kafka 4.4, which does not offer it unless told to
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct InitProducerIdRequest {
  static constexpr Api kApi{22, between(0, 6), since(2)};

  Nullable<String> transactional_id = "";  // null: idempotent only
  int32_t transaction_timeout_ms = 0;      // after which the coordinator aborts an open transaction
  int64_t producer_id = -1;                // -1: none yet
  int16_t producer_epoch = -1;             // -1: none yet
  bool enable2_pc = false;
  bool keep_prepared_txn = false;  // do not abort the open transaction

  static constexpr auto fields() {
    using M = InitProducerIdRequest;
    return wire::fields(field<&M::transactional_id>().nullable(),
                        field<&M::transaction_timeout_ms>(),
                        field<&M::producer_id>(since(3)),
                        field<&M::producer_epoch>(since(3)),
                        field<&M::enable2_pc>(since(6)),
                        field<&M::keep_prepared_txn>(since(6)));
  }
};

struct InitProducerIdResponse {
  static constexpr Api kApi{22, between(0, 6), since(2)};

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int64_t producer_id = -1;  // -1: an error
  int16_t producer_epoch = 0;
  int64_t ongoing_txn_producer_id = -1;  // of the transaction that was kept; -1: none
  int16_t ongoing_txn_producer_epoch = -1;

  static constexpr auto fields() {
    using M = InitProducerIdResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::producer_id>(),
                        field<&M::producer_epoch>(),
                        field<&M::ongoing_txn_producer_id>(since(6)),
                        field<&M::ongoing_txn_producer_epoch>(since(6)));
  }
};

}  // namespace ottla::wire
