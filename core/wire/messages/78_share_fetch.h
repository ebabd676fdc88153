// ShareFetch (key 78): records for a member of a share group, and what became of those it had before.
//
// The records that are acquired are the member's for a time; it acknowledges them with its next fetch or with
// ShareAcknowledge, and what it does not acknowledge in time goes to others. Sent in a session like those of Fetch:
// epoch 0 opens it, -1 closes it, and otherwise only what changes is said. Kafka 4.0 had another v0 as a preview; it
// is gone.
//
//   v2  strict limit of records; acknowledgements may renew the lock
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ShareFetchRequest {
  static constexpr Api kApi{78, between(1, 2), always};

  struct AcknowledgementBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;          // inclusive
    Array<int8_t> acknowledge_types;  // one for all or one each: 0 gap, 1 accept, 2 release, 3 reject, 4 renew

    static constexpr auto fields() {
      using M = AcknowledgementBatch;
      return wire::fields(field<&M::first_offset>(), field<&M::last_offset>(), field<&M::acknowledge_types>());
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    Array<AcknowledgementBatch> acknowledgement_batches;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::acknowledgement_batches>());
    }
  };

  struct Topic {
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  struct ForgottenTopic {
    Uuid topic_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = ForgottenTopic;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  Nullable<String> group_id;
  Nullable<String> member_id = "";
  int32_t share_session_epoch = 0;  // 0 opens, -1 closes, else one more than before
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = INT32_MAX;
  int32_t max_records = 0;        // exceeded to end with a batch, unless the mode is strict
  int32_t batch_size = 0;         // wished for in batches of acquired records
  int8_t share_acquire_mode = 0;  // 0 whole batches, 1 max_records is strict
  bool is_renew_ack = false;      // a type below is 4
  Array<Topic> topics;
  Array<ForgottenTopic> forgotten_topics_data;  // to leave the session

  static constexpr auto fields() {
    using M = ShareFetchRequest;
    return wire::fields(field<&M::group_id>().nullable(),
                        field<&M::member_id>().nullable(),
                        field<&M::share_session_epoch>(),
                        field<&M::max_wait_ms>(),
                        field<&M::min_bytes>(),
                        field<&M::max_bytes>(),
                        field<&M::max_records>(),
                        field<&M::batch_size>(),
                        field<&M::share_acquire_mode>(since(2)),
                        field<&M::is_renew_ack>(since(2)),
                        field<&M::topics>(),
                        field<&M::forgotten_topics_data>());
  }
};

struct ShareFetchResponse {
  static constexpr Api kApi{78, between(1, 2), always};

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    static constexpr auto fields() {
      using M = LeaderIdAndEpoch;
      return wire::fields(field<&M::leader_id>(), field<&M::leader_epoch>());
    }
  };

  struct AcquiredRecords {
    int64_t first_offset = 0;
    int64_t last_offset = 0;     // inclusive
    int16_t delivery_count = 0;  // 1 at the first time

    static constexpr auto fields() {
      using M = AcquiredRecords;
      return wire::fields(field<&M::first_offset>(), field<&M::last_offset>(), field<&M::delivery_count>());
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Nullable<String> error_message;
    int16_t acknowledge_error_code = 0;
    Nullable<String> acknowledge_error_message;
    LeaderIdAndEpoch current_leader;  // set with NOT_LEADER_OR_FOLLOWER
    Records records;                  // whole batches: also records that were not acquired
    Array<AcquiredRecords> acquired_records;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::acknowledge_error_code>(),
                          field<&M::acknowledge_error_message>().nullable(),
                          field<&M::current_leader>(),
                          field<&M::records>(),
                          field<&M::acquired_records>());
    }
  };

  struct Topic {
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    String host;
    int32_t port = 0;
    Nullable<String> rack;

    static constexpr auto fields() {
      using M = NodeEndpoint;
      return wire::fields(field<&M::node_id>(), field<&M::host>(), field<&M::port>(), field<&M::rack>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message;
  int32_t acquisition_lock_timeout_ms = 0;  // how long acquired records stay the member's
  Array<Topic> responses;
  Array<NodeEndpoint> node_endpoints;  // of the leaders named above

  static constexpr auto fields() {
    using M = ShareFetchResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::acquisition_lock_timeout_ms>(),
                        field<&M::responses>(),
                        field<&M::node_endpoints>());
  }
};

}  // namespace ottla::wire
