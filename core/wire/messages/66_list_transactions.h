// ListTransactions (key 66): the transactions that this broker coordinates. For all of a cluster every broker is
// asked.
//
//   v1  only those that have been open for some time
//   v2  only those whose id matches a regular expression: INVALID_REGULAR_EXPRESSION
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListTransactionsRequest {
  static constexpr Api kApi{66, between(0, 2), always};

  Array<String> state_filters;                // empty: any
  Array<int64_t> producer_id_filters;         // empty: any
  int64_t duration_filter = -1;               // ms; only those open for longer; negative: any
  Nullable<String> transactional_id_pattern;  // null or empty: any

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
  Array<String> unknown_state_filters;  // names in the request that are no states
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
