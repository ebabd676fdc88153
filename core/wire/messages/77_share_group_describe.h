// ShareGroupDescribe (key 77): share groups with their members. Kafka 4.0 had another v0 as a preview; it is gone.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ShareGroupDescribeRequest {
  static constexpr Api kApi{77, only(1), always};

  Array<String> group_ids;
  bool include_authorized_operations = false;

  static constexpr auto fields() {
    using M = ShareGroupDescribeRequest;
    return wire::fields(field<&M::group_ids>(), field<&M::include_authorized_operations>());
  }
};

struct ShareGroupDescribeResponse {
  static constexpr Api kApi{77, only(1), always};

  struct TopicPartitions {
    Uuid topic_id;
    String topic_name;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic_id>(), field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  struct Assignment {
    Array<TopicPartitions> topic_partitions;

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::topic_partitions>());
    }
  };

  struct Member {
    String member_id;
    Nullable<String> rack_id;
    int32_t member_epoch = 0;
    String client_id;
    String client_host;
    Array<String> subscribed_topic_names;
    Assignment assignment;

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(field<&M::member_id>(),
                          field<&M::rack_id>().nullable(),
                          field<&M::member_epoch>(),
                          field<&M::client_id>(),
                          field<&M::client_host>(),
                          field<&M::subscribed_topic_names>(),
                          field<&M::assignment>());
    }
  };

  struct Group {
    int16_t error_code = 0;
    Nullable<String> error_message;
    String group_id;
    String group_state;
    int32_t group_epoch = 0;
    int32_t assignment_epoch = 0;
    String assignor_name;
    Array<Member> members;
    int32_t authorized_operations = INT32_MIN;  // a bit an operation; INT32_MIN: not asked for

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::error_code>(),
                          field<&M::error_message>().nullable(),
                          field<&M::group_id>(),
                          field<&M::group_state>(),
                          field<&M::group_epoch>(),
                          field<&M::assignment_epoch>(),
                          field<&M::assignor_name>(),
                          field<&M::members>(),
                          field<&M::authorized_operations>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = ShareGroupDescribeResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::groups>());
  }
};

}  // namespace ottla::wire
