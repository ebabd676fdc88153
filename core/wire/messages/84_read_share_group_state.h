// ReadShareGroupState (key 84): the state of share partitions, for the leader of the partition that takes them over.
// It fences the leaders before it.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ReadShareGroupStateRequest {
  static constexpr Api kApi{84, only(0), always};

  struct Partition {
    int32_t partition = 0;
    int32_t leader_epoch = 0;  // an older one is refused: FENCED_LEADER_EPOCH

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(), field<&M::leader_epoch>());
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
    using M = ReadShareGroupStateRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct ReadShareGroupStateResponse {
  static constexpr Api kApi{84, only(0), always};

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
    int16_t error_code = 0;
    Nullable<String> error_message;
    int32_t state_epoch = 0;
    int64_t start_offset = 0;  // -1: not known yet
    Array<StateBatch> state_batches;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::state_epoch>(),
                          field<&M::start_offset>(),
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

  Array<Topic> results;

  static constexpr auto fields() {
    using M = ReadShareGroupStateResponse;
    return wire::fields(field<&M::results>());
  }
};

}  // namespace ottla::wire
