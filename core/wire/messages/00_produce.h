// Produce (key 0): record batches to append to partitions.
//
// The records are stored as they come. With acks 0 there is no answer at all; with 1 the leader answers when it has the
// records, with -1 when every in-sync replica has them. An answer names every partition asked for, each with an error
// of its own.
//
// Versions 0 to 2 are gone, because they carry message formats before record batches; yet ApiVersions lists them, or
// old librdkafka believes that the broker cannot compress.
//
//   v3   transactional id; record batches
//   v5   log start offset in the answer
//   v7   zstd is allowed
//   v8   the answer says which records were refused, and why
//   v9   flexible
//   v10  the answer names the partition's new leader, and where it is, after NOT_LEADER_OR_FOLLOWER
//   v11  may answer TRANSACTION_ABORTABLE
//   v12  within a transaction, adds the partition to it; only if transaction.version is 2
//   v13  topics are known by id
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ProduceRequest {
  static constexpr Api kApi{0, between(3, 13), since(9)};

  struct Partition {
    int32_t index = 0;
    Nullable<Records> records;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::index>(), field<&M::records>().nullable());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partition_data;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(12)), field<&M::topic_id>(since(13)), field<&M::partition_data>());
    }
  };

  Nullable<String> transactional_id;
  int16_t acks = 0;  // 0, 1 or -1
  int32_t timeout_ms = 0;
  Array<Topic> topic_data;

  static constexpr auto fields() {
    using M = ProduceRequest;
    return wire::fields(field<&M::transactional_id>(since(3)).nullable(),
                        field<&M::acks>(),
                        field<&M::timeout_ms>(),
                        field<&M::topic_data>());
  }
};

struct ProduceResponse {
  static constexpr Api kApi{0, between(3, 13), since(9)};

  struct RecordError {
    int32_t batch_index = 0;
    Nullable<String> batch_index_error_message;

    static constexpr auto fields() {
      using M = RecordError;
      return wire::fields(field<&M::batch_index>(since(8)), field<&M::batch_index_error_message>(since(8)).nullable());
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    static constexpr auto fields() {
      using M = LeaderIdAndEpoch;
      return wire::fields(field<&M::leader_id>(since(10)), field<&M::leader_epoch>(since(10)));
    }
  };

  struct Partition {
    int32_t index = 0;
    int16_t error_code = 0;
    int64_t base_offset = 0;
    int64_t log_append_time_ms = -1;  // -1 unless the broker's time is the records' timestamp
    int64_t log_start_offset = -1;
    Array<RecordError> record_errors;
    Nullable<String> error_message;
    LeaderIdAndEpoch current_leader;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::index>(),
                          field<&M::error_code>(),
                          field<&M::base_offset>(),
                          field<&M::log_append_time_ms>(since(2)),
                          field<&M::log_start_offset>(since(5)),
                          field<&M::record_errors>(since(8)),
                          field<&M::error_message>(since(8)).nullable(),
                          field<&M::current_leader>(since(10)).tagged(0));
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partition_responses;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(12)), field<&M::topic_id>(since(13)), field<&M::partition_responses>());
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    String host;
    int32_t port = 0;
    Nullable<String> rack;

    static constexpr auto fields() {
      using M = NodeEndpoint;
      return wire::fields(field<&M::node_id>(since(10)),
                          field<&M::host>(since(10)),
                          field<&M::port>(since(10)),
                          field<&M::rack>(since(10)).nullable());
    }
  };

  Array<Topic> responses;
  int32_t throttle_time_ms = 0;
  Array<NodeEndpoint> node_endpoints;

  static constexpr auto fields() {
    using M = ProduceResponse;
    return wire::fields(
        field<&M::responses>(), field<&M::throttle_time_ms>(since(1)), field<&M::node_endpoints>(since(10)).tagged(0));
  }
};

}  // namespace ottla::wire
