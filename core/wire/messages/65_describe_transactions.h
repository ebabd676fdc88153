// DescribeTransactions (key 65): transactions in detail, asked of their coordinator.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeTransactionsRequest {
  static constexpr Api kApi{65, only(0), always};

  Array<String> transactional_ids;

  static constexpr auto fields() {
    using M = DescribeTransactionsRequest;
    return wire::fields(field<&M::transactional_ids>());
  }
};

struct DescribeTransactionsResponse {
  static constexpr Api kApi{65, only(0), always};

  struct Topic {
    String topic;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  struct TransactionState {
    int16_t error_code = 0;
    String transactional_id;
    String transaction_state;
    int32_t transaction_timeout_ms = 0;
    int64_t transaction_start_time_ms = 0;  // ms since 1970; -1: none open
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    Array<Topic> topics;  // while it ends, those that still wait for their marker

    static constexpr auto fields() {
      using M = TransactionState;
      return wire::fields(field<&M::error_code>(),
                          field<&M::transactional_id>(),
                          field<&M::transaction_state>(),
                          field<&M::transaction_timeout_ms>(),
                          field<&M::transaction_start_time_ms>(),
                          field<&M::producer_id>(),
                          field<&M::producer_epoch>(),
                          field<&M::topics>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<TransactionState> transaction_states;

  static constexpr auto fields() {
    using M = DescribeTransactionsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::transaction_states>());
  }
};

}  // namespace ottla::wire
