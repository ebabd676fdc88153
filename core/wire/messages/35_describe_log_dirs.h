// DescribeLogDirs (key 35): the directories of one broker, which is the one asked, and the size of replicas in them.
//
// A replica on the move between directories (see AlterReplicaLogDirs) is in both.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  top-level error
//   v4  size of the volume and room left on it
//   v5  cordoned directories, which get no new replicas
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeLogDirsRequest {
  static constexpr Api kApi{35, between(0, 5), since(2)};

  struct Topic {
    String topic;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  Nullable<Array<Topic>> topics = empty;  // null: all; directories are listed in any case

  static constexpr auto fields() {
    using M = DescribeLogDirsRequest;
    return wire::fields(field<&M::topics>().nullable());
  }
};

struct DescribeLogDirsResponse {
  static constexpr Api kApi{35, between(0, 5), since(2)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t partition_size = 0;  // bytes
    int64_t offset_lag = 0;      // behind the high watermark, a copy behind the log that it will replace; -1: unknown
    bool is_future_key = false;  // the copy of a move

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::partition_size>(),
                          field<&M::offset_lag>(),
                          field<&M::is_future_key>());
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

  struct LogDir {
    int16_t error_code = 0;  // KAFKA_STORAGE_ERROR: offline
    String log_dir;
    Array<Topic> topics;
    int64_t total_bytes = -1;   // of the volume; -1: unknown
    int64_t usable_bytes = -1;  // of the volume; -1: unknown
    bool is_cordoned = false;

    static constexpr auto fields() {
      using M = LogDir;
      return wire::fields(field<&M::error_code>(),
                          field<&M::log_dir>(),
                          field<&M::topics>(),
                          field<&M::total_bytes>(since(4)),
                          field<&M::usable_bytes>(since(4)),
                          field<&M::is_cordoned>(since(5)));
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Array<LogDir> results;

  static constexpr auto fields() {
    using M = DescribeLogDirsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::error_code>(since(3)), field<&M::results>());
  }
};

}  // namespace ottla::wire
