// A transactional id in __transaction_state: one record an id, the last one counts, one without a value deletes.
// Version 1 is written only where transactions v2 are finalized.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct TransactionLogKey {
  static constexpr Record kRecord{RecordFamily::transaction_key, 0, only(0)};

  String transactional_id;

  static constexpr auto fields() {
    using M = TransactionLogKey;
    return wire::fields(field<&M::transactional_id>());
  }
};

struct TransactionLogValue {
  static constexpr Record kRecord{RecordFamily::transaction_value, 0, between(0, 1), since(1)};

  struct TopicPartitions {
    String topic;
    Array<int32_t> partition_ids;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic>(), field<&M::partition_ids>());
    }
  };

  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t transaction_timeout_ms = 0;
  // 0 empty, 1 ongoing, 2 preparing commit, 3 preparing abort, 4 committed, 5 aborted, 6 dead, 7 fencing
  int8_t transaction_status = 0;
  // null: none; while it ends, those that still wait for their marker
  Nullable<Array<TopicPartitions>> transaction_partitions = empty;
  int64_t transaction_last_update_timestamp_ms = 0;  // ms since 1970
  int64_t transaction_start_timestamp_ms = 0;        // ms since 1970; -1: not open
  int64_t previous_producer_id = -1;                 // of the transaction before, where the id changed; -1: none
  int64_t next_producer_id = -1;           // told to the producer when the epochs of this id were used up; -1: none
  int16_t client_transaction_version = 0;  // 2: the epoch rises with every transaction
  int16_t next_producer_epoch = -1;

  static constexpr auto fields() {
    using M = TransactionLogValue;
    return wire::fields(field<&M::producer_id>(),
                        field<&M::producer_epoch>(),
                        field<&M::transaction_timeout_ms>(),
                        field<&M::transaction_status>(),
                        field<&M::transaction_partitions>().nullable(),
                        field<&M::transaction_last_update_timestamp_ms>(),
                        field<&M::transaction_start_timestamp_ms>(),
                        field<&M::previous_producer_id>(since(1)).tagged(0),
                        field<&M::next_producer_id>(since(1)).tagged(1),
                        field<&M::client_transaction_version>(since(1)).tagged(2),
                        field<&M::next_producer_epoch>(since(1)).tagged(3));
  }
};

}  // namespace ottla::wire
