// DescribeProducers (key 61): the producers that a partition remembers, asked of its leader; to find a transaction
// that hangs.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeProducersRequest {
  static constexpr Api kApi{61, only(0), always};

  struct Topic {
    String name;
    Array<int32_t> partition_indexes;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partition_indexes>());
    }
  };

  Array<Topic> topics;

  static constexpr auto fields() {
    using M = DescribeProducersRequest;
    return wire::fields(field<&M::topics>());
  }
};

struct DescribeProducersResponse {
  static constexpr Api kApi{61, only(0), always};

  struct ActiveProducer {
    int64_t producer_id = 0;
    int32_t producer_epoch = 0;             // an int16 everywhere else
    int32_t last_sequence = -1;             // -1: unknown
    int64_t last_timestamp = -1;            // ms since 1970, of its last record
    int32_t coordinator_epoch = 0;          // of its last marker; -1: none
    int64_t current_txn_start_offset = -1;  // -1: no open transaction

    static constexpr auto fields() {
      using M = ActiveProducer;
      return wire::fields(field<&M::producer_id>(),
                          field<&M::producer_epoch>(),
                          field<&M::last_sequence>(),
                          field<&M::last_timestamp>(),
                          field<&M::coordinator_epoch>(),
                          field<&M::current_txn_start_offset>());
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Nullable<String> error_message;
    Array<ActiveProducer> active_producers;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::active_producers>());
    }
  };

  struct Topic {
    String name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = DescribeProducersResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::topics>());
  }
};

}  // namespace ottla::wire
