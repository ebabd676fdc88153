// Fetch (key 1): record batches from partitions, for consumers and (with a replica id) for followers.
//
// The broker waits until it has min_bytes or max_wait_ms has passed. max_bytes and partition_max_bytes are wishes: the
// first partition that has anything gives at least one batch, however large, or a consumer could never get past it.
// Partitions are served in the order of the request.
//
// With a session (v7) a request names only partitions that change and the answer only those with something to say;
// forgotten_topics_data names those that leave the session.
//
// Versions 0 to 3 are gone, because their answers cannot carry record batches.
//
//   v4   isolation level, stable offset, aborted transactions
//   v5   log start offset, told by followers and answered
//   v6   may answer KAFKA_STORAGE_ERROR
//   v7   sessions
//   v8   as v7; an answer over quota is sent before the client is muted
//   v9   the client's leader epoch fences
//   v10  zstd may come back
//   v11  the consumer's rack, and a nearer replica to read from
//   v12  flexible; divergence found by last_fetched_epoch; the new leader in the answer
//   v13  topics are known by id
//   v14  may answer OFFSET_MOVED_TO_TIERED_STORAGE
//   v15  replica_state, with the follower's epoch, takes over from replica_id
//   v16  where the named leaders are
//   v17  the follower's directory id
//   v18  the high watermark that the follower knows
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct FetchRequest {
  static constexpr Api kApi{1, between(4, 18), since(12)};

  struct ReplicaState {
    int32_t replica_id = -1;
    int64_t replica_epoch = -1;

    static constexpr auto fields() {
      using M = ReplicaState;
      return wire::fields(field<&M::replica_id>(since(15)), field<&M::replica_epoch>(since(15)));
    }
  };

  struct Partition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int64_t fetch_offset = 0;
    int32_t last_fetched_epoch = -1;
    int64_t log_start_offset = -1;  // a follower's
    int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    int64_t high_watermark = INT64_MAX;  // -1: the follower knows none; INT64_MAX: it does not tell

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(),
                          field<&M::current_leader_epoch>(since(9)),
                          field<&M::fetch_offset>(),
                          field<&M::last_fetched_epoch>(since(12)),
                          field<&M::log_start_offset>(since(5)),
                          field<&M::partition_max_bytes>(),
                          field<&M::replica_directory_id>(since(17)).tagged(0),
                          field<&M::high_watermark>(since(18)).tagged(1));
    }
  };

  struct Topic {
    String topic;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic>(until(12)), field<&M::topic_id>(since(13)), field<&M::partitions>());
    }
  };

  struct ForgottenTopic {
    String topic;
    Uuid topic_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = ForgottenTopic;
      return wire::fields(
          field<&M::topic>(between(7, 12)), field<&M::topic_id>(since(13)), field<&M::partitions>(since(7)));
    }
  };

  int32_t replica_id = -1;  // -1: a consumer
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int8_t isolation_level = 0;  // 1: nothing from open or aborted transactions
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  Array<Topic> topics;
  Array<ForgottenTopic> forgotten_topics_data;
  String rack_id;
  Nullable<String> cluster_id;
  ReplicaState replica_state;

  static constexpr auto fields() {
    using M = FetchRequest;
    return wire::fields(field<&M::replica_id>(until(14)),
                        field<&M::max_wait_ms>(),
                        field<&M::min_bytes>(),
                        field<&M::max_bytes>(since(3)),
                        field<&M::isolation_level>(since(4)),
                        field<&M::session_id>(since(7)),
                        field<&M::session_epoch>(since(7)),
                        field<&M::topics>(),
                        field<&M::forgotten_topics_data>(since(7)),
                        field<&M::rack_id>(since(11)),
                        field<&M::cluster_id>(since(12)).nullable().tagged(0),
                        field<&M::replica_state>(since(15)).tagged(1));
  }
};

struct FetchResponse {
  static constexpr Api kApi{1, between(4, 18), since(12)};

  struct EpochEndOffset {
    int32_t epoch = -1;
    int64_t end_offset = -1;

    static constexpr auto fields() {
      using M = EpochEndOffset;
      return wire::fields(field<&M::epoch>(since(12)), field<&M::end_offset>(since(12)));
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    static constexpr auto fields() {
      using M = LeaderIdAndEpoch;
      return wire::fields(field<&M::leader_id>(since(12)), field<&M::leader_epoch>(since(12)));
    }
  };

  struct SnapshotId {
    int64_t end_offset = -1;
    int32_t epoch = -1;

    static constexpr auto fields() {
      using M = SnapshotId;
      return wire::fields(field<&M::end_offset>(), field<&M::epoch>());
    }
  };

  struct AbortedTransaction {
    int64_t producer_id = 0;
    int64_t first_offset = 0;

    static constexpr auto fields() {
      using M = AbortedTransaction;
      return wire::fields(field<&M::producer_id>(since(4)), field<&M::first_offset>(since(4)));
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    int64_t high_watermark = 0;
    int64_t last_stable_offset = -1;
    int64_t log_start_offset = -1;
    Nullable<Array<AbortedTransaction>> aborted_transactions = empty;
    int32_t preferred_read_replica = -1;
    Nullable<Records> records;       // a slice of the log, sent from there
    EpochEndOffset diverging_epoch;  // where the follower's log leaves the leader's
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;  // of the quorum's log, when what was asked for is only in a snapshot

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::high_watermark>(),
                          field<&M::last_stable_offset>(since(4)),
                          field<&M::log_start_offset>(since(5)),
                          field<&M::aborted_transactions>(since(4)).nullable(),
                          field<&M::preferred_read_replica>(since(11)),
                          field<&M::records>().nullable(),
                          field<&M::diverging_epoch>(since(12)).tagged(0),
                          field<&M::current_leader>(since(12)).tagged(1),
                          field<&M::snapshot_id>(since(12)).tagged(2));
    }
  };

  struct Topic {
    String topic;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic>(until(12)), field<&M::topic_id>(since(13)), field<&M::partitions>());
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    String host;
    int32_t port = 0;
    Nullable<String> rack;

    static constexpr auto fields() {
      using M = NodeEndpoint;
      return wire::fields(field<&M::node_id>(since(16)),
                          field<&M::host>(since(16)),
                          field<&M::port>(since(16)),
                          field<&M::rack>(since(16)).nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  int32_t session_id = 0;  // 0: no session
  Array<Topic> responses;
  Array<NodeEndpoint> node_endpoints;

  static constexpr auto fields() {
    using M = FetchResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)),
                        field<&M::error_code>(since(7)),
                        field<&M::session_id>(since(7)),
                        field<&M::responses>(),
                        field<&M::node_endpoints>(since(16)).tagged(0));
  }
};

}  // namespace ottla::wire
