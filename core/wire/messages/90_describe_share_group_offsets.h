// DescribeShareGroupOffsets (key 90): how far share groups are. A share group has no position but a start: all below
// it is done with.
//
//   v1  lag
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeShareGroupOffsetsRequest {
  static constexpr Api kApi{90, between(0, 1), always};

  struct Topic {
    String topic_name;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  struct Group {
    String group_id;
    Nullable<Array<Topic>> topics = empty;  // null: all

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::group_id>(), field<&M::topics>().nullable());
    }
  };

  Array<Group> groups;

  static constexpr auto fields() {
    using M = DescribeShareGroupOffsetsRequest;
    return wire::fields(field<&M::groups>());
  }
};

struct DescribeShareGroupOffsetsResponse {
  static constexpr Api kApi{90, between(0, 1), always};

  struct Partition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;  // -1: not known yet
    int32_t leader_epoch = 0;
    int64_t lag = -1;  // records not done with; -1: unknown
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::start_offset>(),
                          field<&M::leader_epoch>(),
                          field<&M::lag>(since(1)),
                          field<&M::error_code>(),
                          field<&M::error_message>().nullable());
    }
  };

  struct Topic {
    String topic_name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::topic_name>(), field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  struct Group {
    String group_id;
    Array<Topic> topics;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(
          field<&M::group_id>(), field<&M::topics>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = DescribeShareGroupOffsetsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::groups>());
  }
};

}  // namespace ottla::wire
