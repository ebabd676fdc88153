// InitProducerId (key 22).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct InitProducerIdRequest {
  static constexpr Api kApi{22, between(0, 6), since(2)};

  Nullable<String> transactional_id = "";
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  bool enable2_pc = false;
  bool keep_prepared_txn = false;

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
  int64_t producer_id = -1;
  int16_t producer_epoch = 0;
  int64_t ongoing_txn_producer_id = -1;
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
