// InitializeShareGroupState (key 83): has the share coordinator start keeping the state of share partitions. Sent by
// the group's coordinator.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct InitializeShareGroupStateRequest {
  static constexpr Api kApi{83, only(0), always};

  struct Partition {
    int32_t partition = 0;
    int32_t state_epoch = 0;   // an older one is refused: FENCED_STATE_EPOCH
    int64_t start_offset = 0;  // -1: not known yet

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>(), field<&M::state_epoch>(), field<&M::start_offset>());
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
    using M = InitializeShareGroupStateRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct InitializeShareGroupStateResponse {
  static constexpr Api kApi{83, only(0), always};

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
    using M = InitializeShareGroupStateResponse;
    return wire::fields(field<&M::results>());
  }
};

}  // namespace ottla::wire
