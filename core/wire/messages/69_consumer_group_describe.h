// ConsumerGroupDescribe (key 69): groups of the consumer protocol with their members: what each has and what it is to
// get.
//
//   v1  whether a member speaks the classic or the consumer protocol: during a migration a group has both
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ConsumerGroupDescribeRequest {
  static constexpr Api kApi{69, between(0, 1), always};

  Array<String> group_ids;
  bool include_authorized_operations = false;

  static constexpr auto fields() {
    using M = ConsumerGroupDescribeRequest;
    return wire::fields(field<&M::group_ids>(), field<&M::include_authorized_operations>());
  }
};

struct ConsumerGroupDescribeResponse {
  static constexpr Api kApi{69, between(0, 1), always};

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
    Nullable<String> instance_id;
    Nullable<String> rack_id;
    int32_t member_epoch = 0;
    String client_id;
    String client_host;
    Array<String> subscribed_topic_names;
    Nullable<String> subscribed_topic_regex;
    Assignment assignment;
    Assignment target_assignment;
    int8_t member_type = -1;  // -1 unknown, 0 classic, 1 consumer

    static constexpr auto fields() {
      using M = Member;
      return wire::fields(field<&M::member_id>(),
                          field<&M::instance_id>().nullable(),
                          field<&M::rack_id>().nullable(),
                          field<&M::member_epoch>(),
                          field<&M::client_id>(),
                          field<&M::client_host>(),
                          field<&M::subscribed_topic_names>(),
                          field<&M::subscribed_topic_regex>().nullable(),
                          field<&M::assignment>(),
                          field<&M::target_assignment>(),
                          field<&M::member_type>(since(1)));
    }
  };

  struct Group {
    int16_t error_code = 0;
    Nullable<String> error_message;
    String group_id;
    String group_state;
    int32_t group_epoch = 0;       // counts changes of members and subscriptions
    int32_t assignment_epoch = 0;  // group epoch that the target assignment was made for
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
    using M = ConsumerGroupDescribeResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::groups>());
  }
};

}  // namespace ottla::wire
