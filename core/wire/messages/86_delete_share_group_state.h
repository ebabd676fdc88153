// DeleteShareGroupState (key 86): has the share coordinator forget share partitions: their group or topic is deleted.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DeleteShareGroupStateRequest {
  static constexpr Api kApi{86, only(0), always};

  struct Partition {
    int32_t partition = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition>());
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
    using M = DeleteShareGroupStateRequest;
    return wire::fields(field<&M::group_id>(), field<&M::topics>());
  }
};

struct DeleteShareGroupStateResponse {
  static constexpr Api kApi{86, only(0), always};

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
    using M = DeleteShareGroupStateResponse;
    return wire::fields(field<&M::results>());
  }
};

}  // namespace ottla::wire
