// ListOffsets (key 2).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ListOffsetsRequest {
  static constexpr Api kApi{2, between(0, 11), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;
    int64_t timestamp = 0;
    int32_t max_num_offsets = 1;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::current_leader_epoch>(since(4)),
                          field<&M::timestamp>(),
                          field<&M::max_num_offsets>(only(0)));
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

  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  Array<Topic> topics;
  int32_t timeout_ms = 0;

  static constexpr auto fields() {
    using M = ListOffsetsRequest;
    return wire::fields(field<&M::replica_id>(),
                        field<&M::isolation_level>(since(2)),
                        field<&M::topics>(),
                        field<&M::timeout_ms>(since(10)));
  }
};

struct ListOffsetsResponse {
  static constexpr Api kApi{2, between(0, 11), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;
    Array<int64_t> old_style_offsets;
    int64_t timestamp = -1;
    int64_t offset = -1;
    int32_t leader_epoch = -1;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::error_code>(),
                          field<&M::old_style_offsets>(only(0)),
                          field<&M::timestamp>(since(1)),
                          field<&M::offset>(since(1)),
                          field<&M::leader_epoch>(since(4)));
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

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = ListOffsetsResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(2)), field<&M::topics>());
  }
};

}  // namespace ottla::wire
