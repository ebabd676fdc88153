// ShareAcknowledge (key 79): what became of the records that a member of a share group acquired, where it does not
// fetch more. In the session that ShareFetch opened. Kafka 4.0 had another v0 as a preview; it is gone.
//
//   v2  acknowledgements may renew the lock
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ShareAcknowledgeRequest {
  static constexpr Api kApi{79, between(1, 2), always};

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

  Nullable<String> group_id;
  Nullable<String> member_id = "";
  int32_t share_session_epoch = 0;  // one more than before; -1 closes
  bool is_renew_ack = false;        // a type below is 4
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = ShareAcknowledgeRequest;
    return wire::fields(field<&M::group_id>().nullable(),
                        field<&M::member_id>().nullable(),
                        field<&M::share_session_epoch>(),
                        field<&M::is_renew_ack>(since(2)),
                        field<&M::topics>());
  }
};

struct ShareAcknowledgeResponse {
  static constexpr Api kApi{79, between(1, 2), always};

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    static constexpr auto fields() {
      using M = LeaderIdAndEpoch;
      return wire::fields(field<&M::leader_id>(), field<&M::leader_epoch>());
    }
  };

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Nullable<String> error_message;
    LeaderIdAndEpoch current_leader;  // set with NOT_LEADER_OR_FOLLOWER

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::current_leader>());
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
  int32_t acquisition_lock_timeout_ms = 0;  // of renewed locks
  Array<Topic> responses;
  Array<NodeEndpoint> node_endpoints;  // of the leaders named above

  static constexpr auto fields() {
    using M = ShareAcknowledgeResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::acquisition_lock_timeout_ms>(since(2)),
                        field<&M::responses>(),
                        field<&M::node_endpoints>());
  }
};

}  // namespace ottla::wire
