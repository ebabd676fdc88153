// A share group in __consumer_offsets, in several records as a consumer group (consumer_group.h). The state of its
// partitions is the share coordinator's (share_state.h); here is only which partitions have one.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ShareGroupMemberMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 10, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = ShareGroupMemberMetadataKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct ShareGroupMemberMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 10, only(0), always};

  Nullable<String> rack_id = "";
  String client_id;
  String client_host;
  Array<String> subscribed_topic_names;

  static constexpr auto fields() {
    using M = ShareGroupMemberMetadataValue;
    return wire::fields(field<&M::rack_id>().nullable(),
                        field<&M::client_id>(),
                        field<&M::client_host>(),
                        field<&M::subscribed_topic_names>());
  }
};

struct ShareGroupMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 11, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = ShareGroupMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct ShareGroupMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 11, only(0), always};

  int32_t epoch = 0;          // counts changes of members and subscriptions
  int64_t metadata_hash = 0;  // of the topics subscribed to

  static constexpr auto fields() {
    using M = ShareGroupMetadataValue;
    return wire::fields(field<&M::epoch>(), field<&M::metadata_hash>());
  }
};

struct ShareGroupTargetAssignmentMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 12, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = ShareGroupTargetAssignmentMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct ShareGroupTargetAssignmentMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 12, only(0), always};

  int32_t assignment_epoch = 0;      // group epoch that the assignment was made for
  int64_t assignment_timestamp = 0;  // ms since 1970

  static constexpr auto fields() {
    using M = ShareGroupTargetAssignmentMetadataValue;
    return wire::fields(field<&M::assignment_epoch>(), field<&M::assignment_timestamp>().tagged(0));
  }
};

struct ShareGroupTargetAssignmentMemberKey {
  static constexpr Record kRecord{RecordFamily::group_key, 13, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = ShareGroupTargetAssignmentMemberKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct ShareGroupTargetAssignmentMemberValue {
  static constexpr Record kRecord{RecordFamily::group_value, 13, only(0), always};

  struct TopicPartitions {
    Uuid topic_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  Array<TopicPartitions> topic_partitions;

  static constexpr auto fields() {
    using M = ShareGroupTargetAssignmentMemberValue;
    return wire::fields(field<&M::topic_partitions>());
  }
};

struct ShareGroupCurrentMemberAssignmentKey {
  static constexpr Record kRecord{RecordFamily::group_key, 14, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = ShareGroupCurrentMemberAssignmentKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct ShareGroupCurrentMemberAssignmentValue {
  static constexpr Record kRecord{RecordFamily::group_value, 14, only(0), always};

  struct TopicPartitions {
    Uuid topic_id;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic_id>(), field<&M::partitions>());
    }
  };

  int32_t member_epoch = 0;           // in which it has its assignment
  int32_t previous_member_epoch = 0;  // accepted still: the answer that raised the epoch may have been lost
  int8_t state = 0;                   // 0 stable
  Array<TopicPartitions> assigned_partitions;

  static constexpr auto fields() {
    using M = ShareGroupCurrentMemberAssignmentValue;
    return wire::fields(field<&M::member_epoch>(),
                        field<&M::previous_member_epoch>(),
                        field<&M::state>(),
                        field<&M::assigned_partitions>());
  }
};

struct ShareGroupStatePartitionMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 15, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = ShareGroupStatePartitionMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct ShareGroupStatePartitionMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 15, only(0), always};

  struct TopicPartitionsInfo {
    Uuid topic_id;
    String topic_name;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitionsInfo;
      return wire::fields(field<&M::topic_id>(), field<&M::topic_name>(), field<&M::partitions>());
    }
  };

  struct TopicInfo {
    Uuid topic_id;
    String topic_name;

    static constexpr auto fields() {
      using M = TopicInfo;
      return wire::fields(field<&M::topic_id>(), field<&M::topic_name>());
    }
  };

  Array<TopicPartitionsInfo> initializing_topics;  // the share coordinator has been asked, not yet answered
  Array<TopicPartitionsInfo> initialized_topics;
  Array<TopicInfo> deleting_topics;  // likewise

  static constexpr auto fields() {
    using M = ShareGroupStatePartitionMetadataValue;
    return wire::fields(
        field<&M::initializing_topics>(), field<&M::initialized_topics>(), field<&M::deleting_topics>());
  }
};

}  // namespace ottla::wire
