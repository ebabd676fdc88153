// AlterReplicaLogDirs (key 34): moves replicas between the directories of one broker, which is the one asked.
//
// The answer says that the move has begun: the broker copies the log next to the one in use and swaps them when the
// copy has caught up. A replica that is not there yet will be made in that directory, though the answer is
// REPLICA_NOT_AVAILABLE.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AlterReplicaLogDirsRequest {
  static constexpr Api kApi{34, between(0, 2), since(2)};

  struct Topic {
    String name;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::partitions>());
    }
  };

  struct LogDir {
    String path;  // absolute; one of the broker's log.dirs
    Array<Topic> topics;

    static constexpr auto fields() {
      using M = LogDir;
      return wire::fields(field<&M::path>(), field<&M::topics>());
    }
  };

  Array<LogDir> dirs;

  static constexpr auto fields() {
    using M = AlterReplicaLogDirsRequest;
    return wire::fields(field<&M::dirs>());
  }
};

struct AlterReplicaLogDirsResponse {
  static constexpr Api kApi{34, between(0, 2), since(2)};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::error_code>());
    }
  };

  struct Topic {
    String topic_name;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> results;

  static constexpr auto fields() {
    using M = AlterReplicaLogDirsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::results>());
  }
};

}  // namespace ottla::wire
