// WriteShareGroupState (key 85): changes of the state of share partitions, from the leader of the partition to the
// share coordinator.
//
//   v1  how many records are done with, for the lag
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct WriteShareGroupStateRequest {
  static constexpr Api kApi{85, between(0, 1), always};

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;    // inclusive
    int8_t delivery_state = 0;  // 0 available, 2 acknowledged, 4 archived
    int16_t delivery_count = 0;

    static constexpr auto fields() {
      using M = StateBatch;
      return wire::fields(field<&M::first_offset>(),
                          field<&M::last_offset>(),
                          field<&M::delivery_state>(),
                          field<&M::delivery_count>());
    }
  };

  struct Partition {
    int32_t partition = 0;
    int32_t state_epoch = 0;               // an older one is refused: FENCED_STATE_EPOCH
    int32_t leader_epoch = 0;              // an older one is refused: FENCED_LEADER_EPOCH
    int64_t start_offset = 0;              // -1: unchanged
    int32_t delivery_complete_count = -1;  // at and above the start offset; -1: unknown
    Array<StateBatch> state_batches;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(),
                          field<&M::state_epoch>(),
                          field<&M::leader_epoch>(),
                          field<&M::start_offset>(),
                          field<&M::delivery_complete_count>(since(1)),
                          field<&M::state_batches>());
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

  String group_id;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = WriteShareGroupStateRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct WriteShareGroupStateResponse {
  static constexpr Api kApi{85, between(0, 1), always};

  struct Partition {
    int32_t partition = 0;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(), field<&M::error_code>(), field<&M::error_message>().nullable());
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

  Array<Topic> results;

  static constexpr auto fields() {
    using M = WriteShareGroupStateResponse;
    return wire::fields(field<&M::results>());
  }
};

}  // namespace ottla::wire
