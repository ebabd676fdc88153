// ListTransactions (key 66).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListTransactionsRequest {
  static constexpr Api kApi{66, between(0, 2), always};

  Array<String> state_filters;
  Array<int64_t> producer_id_filters;
  int64_t duration_filter = -1;
  Nullable<String> transactional_id_pattern;

  static constexpr auto fields() {
    using M = ListTransactionsRequest;
    return wire::fields(field<&M::state_filters>(),
                        field<&M::producer_id_filters>(),
                        field<&M::duration_filter>(since(1)),
                        field<&M::transactional_id_pattern>(since(2)).nullable());
  }
};

struct ListTransactionsResponse {
  static constexpr Api kApi{66, between(0, 2), always};

  struct TransactionState {
    String transactional_id;
    int64_t producer_id = 0;
    String transaction_state;

    static constexpr auto fields() {
      using M = TransactionState;
      return wire::fields(field<&M::transactional_id>(), field<&M::producer_id>(), field<&M::transaction_state>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<String> unknown_state_filters;
  Array<TransactionState> transaction_states;

  static constexpr auto fields() {
    using M = ListTransactionsResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::unknown_state_filters>(),
                        field<&M::transaction_states>());
  }
};

}  // namespace ottla::wire
