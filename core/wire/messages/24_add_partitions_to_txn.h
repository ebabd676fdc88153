// AddPartitionsToTxn (key 24): partitions take part in a transaction, told before the first record is written to
// them.
//
// Two requests under one key. Up to v3 a producer sends it, one transaction at a time, in the members whose names say
// so. Since v4 brokers send it, several transactions at a time: a partition's leader asks whether the partition is in
// the transaction (verify_only), or, for producers of transactions v2, has it added. Clients must not send these;
// they need the right to CLUSTER_ACTION.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  a fenced producer hears PRODUCER_FENCED; before, INVALID_PRODUCER_EPOCH
//   v3  flexible
//   v4  of brokers: several transactions, verification, a top-level error
//   v5  the error may be TRANSACTION_ABORTABLE
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AddPartitionsToTxnRequest {
  static constexpr Api kApi{24, between(0, 5), since(3)};

  struct Topic {
    String name;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  struct Transaction {
    String transactional_id;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool verify_only = false;  // change nothing: is it in?
    Array<Topic> topics;

    static constexpr auto fields() {
      using M = Transaction;
      return wire::fields(field<&M::transactional_id>(),
                          field<&M::producer_id>(),
                          field<&M::producer_epoch>(),
                          field<&M::verify_only>(),
                          field<&M::topics>());
    }
  };

  Array<Transaction> transactions;
  String v3_and_below_transactional_id;
  int64_t v3_and_below_producer_id = 0;
  int16_t v3_and_below_producer_epoch = 0;
  Array<Topic> v3_and_below_topics;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnRequest;
    return wire::fields(field<&M::transactions>(since(4)),
                        field<&M::v3_and_below_transactional_id>(until(3)),
                        field<&M::v3_and_below_producer_id>(until(3)),
                        field<&M::v3_and_below_producer_epoch>(until(3)),
                        field<&M::v3_and_below_topics>(until(3)));
  }
};

struct AddPartitionsToTxnResponse {
  static constexpr Api kApi{24, between(0, 5), since(3)};

  struct PartitionResult {
    int32_t partition_index = 0;
    int16_t partition_error_code = 0;

    static constexpr auto fields() {
      using M = PartitionResult;
      return wire::fields(field<&M::partition_index>(), field<&M::partition_error_code>());
    }
  };

  struct TopicResult {
    String name;
    Array<PartitionResult> results_by_partition;

    static constexpr auto fields() {
      using M = TopicResult;
      return wire::fields(field<&M::name>(), field<&M::results_by_partition>());
    }
  };

  struct TransactionResult {
    String transactional_id;
    Array<TopicResult> topic_results;

    static constexpr auto fields() {
      using M = TransactionResult;
      return wire::fields(field<&M::transactional_id>(), field<&M::topic_results>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<TransactionResult> results_by_transaction;
  Array<TopicResult> results_by_topic_v3_and_below;

  static constexpr auto fields() {
    using M = AddPartitionsToTxnResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(since(4)),
                        field<&M::results_by_transaction>(since(4)),
                        field<&M::results_by_topic_v3_and_below>(until(3)));
  }
};

}  // namespace ottla::wire
