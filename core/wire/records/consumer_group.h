// A group of the consumer protocol in __consumer_offsets. Several records make up a group: one for the group, one for
// the target assignment as a whole, and three a member: what it said of itself, what it is to get, what it has. A
// record without a value deletes. New members of values are tagged, so that older brokers can go on reading after a
// downgrade.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ConsumerGroupMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 3, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = ConsumerGroupMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct ConsumerGroupMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 3, only(0), always};

  int32_t epoch = 0;          // counts changes of members and subscriptions
  int64_t metadata_hash = 0;  // of the topics subscribed to; 0: none

  static constexpr auto fields() {
    using M = ConsumerGroupMetadataValue;
    return wire::fields(field<&M::epoch>(), field<&M::metadata_hash>().tagged(0));
  }
};

// Up to Kafka 4.0, to notice that topics changed; now the metadata hash does that, and the record is only deleted.
struct ConsumerGroupPartitionMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 4, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = ConsumerGroupPartitionMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct ConsumerGroupPartitionMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 4, only(0), always};

  struct PartitionMetadata {
    int32_t partition = 0;
    Array<String> racks;

    static constexpr auto fields() {
      using M = PartitionMetadata;
      return wire::fields(field<&M::partition>(), field<&M::racks>());
    }
  };

  struct Topic {
    Uuid topic_id;
    String topic_name;
    int32_t num_partitions = 0;
    Array<PartitionMetadata> partition_metadata;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(
          field<&M::topic_id>(), field<&M::topic_name>(), field<&M::num_partitions>(), field<&M::partition_metadata>());
    }
  };

  Array<Topic> topics;

  static constexpr auto fields() {
    using M = ConsumerGroupPartitionMetadataValue;
    return wire::fields(field<&M::topics>());
  }
};

struct ConsumerGroupMemberMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 5, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = ConsumerGroupMemberMetadataKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct ConsumerGroupMemberMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 5, only(0), always};

  struct ClassicProtocol {
    String name;
    Bytes metadata;

    static constexpr auto fields() {
      using M = ClassicProtocol;
      return wire::fields(field<&M::name>(), field<&M::metadata>());
    }
  };

  struct ClassicMemberMetadata {
    int32_t session_timeout_ms = 0;
    Array<ClassicProtocol> supported_protocols;

    static constexpr auto fields() {
      using M = ClassicMemberMetadata;
      return wire::fields(field<&M::session_timeout_ms>(), field<&M::supported_protocols>());
    }
  };

  Nullable<String> instance_id = "";  // of a static member
  Nullable<String> rack_id = "";
  String client_id;
  String client_host;
  Array<String> subscribed_topic_names;
  Nullable<String> subscribed_topic_regex = "";  // null or empty: none
  int32_t rebalance_timeout_ms = -1;
  Nullable<String> server_assignor = "";  // null: any
  // Null for a member that speaks the consumer protocol. Odd twice: absent means an empty one, so that null is
  // written; and as the only nullable struct that is tagged it has a varint before it, 0 for null and 1 otherwise,
  // instead of a byte.
  Nullable<ClassicMemberMetadata> classic_member_metadata = empty;

  static constexpr auto fields() {
    using M = ConsumerGroupMemberMetadataValue;
    return wire::fields(field<&M::instance_id>().nullable(),
                        field<&M::rack_id>().nullable(),
                        field<&M::client_id>(),
                        field<&M::client_host>(),
                        field<&M::subscribed_topic_names>(),
                        field<&M::subscribed_topic_regex>().nullable(),
                        field<&M::rebalance_timeout_ms>(),
                        field<&M::server_assignor>().nullable(),
                        field<&M::classic_member_metadata>().nullable().tagged(0));
  }
};

struct ConsumerGroupTargetAssignmentMetadataKey {
  static constexpr Record kRecord{RecordFamily::group_key, 6, only(0)};

  String group_id;

  static constexpr auto fields() {
    using M = ConsumerGroupTargetAssignmentMetadataKey;
    return wire::fields(field<&M::group_id>());
  }
};

struct ConsumerGroupTargetAssignmentMetadataValue {
  static constexpr Record kRecord{RecordFamily::group_value, 6, only(0), always};

  int32_t assignment_epoch = 0;      // group epoch that the assignment was made for
  int64_t assignment_timestamp = 0;  // ms since 1970

  static constexpr auto fields() {
    using M = ConsumerGroupTargetAssignmentMetadataValue;
    return wire::fields(field<&M::assignment_epoch>(), field<&M::assignment_timestamp>().tagged(0));
  }
};

struct ConsumerGroupTargetAssignmentMemberKey {
  static constexpr Record kRecord{RecordFamily::group_key, 7, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = ConsumerGroupTargetAssignmentMemberKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct ConsumerGroupTargetAssignmentMemberValue {
  static constexpr Record kRecord{RecordFamily::group_value, 7, only(0), always};

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
    using M = ConsumerGroupTargetAssignmentMemberValue;
    return wire::fields(field<&M::topic_partitions>());
  }
};

struct ConsumerGroupCurrentMemberAssignmentKey {
  static constexpr Record kRecord{RecordFamily::group_key, 8, only(0)};

  String group_id;
  String member_id;

  static constexpr auto fields() {
    using M = ConsumerGroupCurrentMemberAssignmentKey;
    return wire::fields(field<&M::group_id>(), field<&M::member_id>());
  }
};

struct ConsumerGroupCurrentMemberAssignmentValue {
  static constexpr Record kRecord{RecordFamily::group_value, 8, only(0), always};

  struct TopicPartitions {
    Uuid topic_id;
    Array<int32_t> partitions;
    // when each was assigned; an older commit of it is refused; empty or null: unknown
    Nullable<Array<int32_t>> assignment_epochs = empty;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(
          field<&M::topic_id>(), field<&M::partitions>(), field<&M::assignment_epochs>().nullable().tagged(0));
    }
  };

  int32_t member_epoch = 0;           // in which it has its assignment
  int32_t previous_member_epoch = 0;  // accepted still: the answer that raised the epoch may have been lost
  int8_t state = 0;                   // 0 stable, 1 has to give up partitions, 2 waits for partitions of others
  Array<TopicPartitions> assigned_partitions;
  Array<TopicPartitions> partitions_pending_revocation;

  static constexpr auto fields() {
    using M = ConsumerGroupCurrentMemberAssignmentValue;
    return wire::fields(field<&M::member_epoch>(),
                        field<&M::previous_member_epoch>(),
                        field<&M::state>(),
                        field<&M::assigned_partitions>(),
                        field<&M::partitions_pending_revocation>());
  }
};

// The topics that a subscription by regular expression stood for when it was last evaluated.
struct ConsumerGroupRegularExpressionKey {
  static constexpr Record kRecord{RecordFamily::group_key, 16, only(0)};

  String group_id;
  String regular_expression;

  static constexpr auto fields() {
    using M = ConsumerGroupRegularExpressionKey;
    return wire::fields(field<&M::group_id>(), field<&M::regular_expression>());
  }
};

struct ConsumerGroupRegularExpressionValue {
  static constexpr Record kRecord{RecordFamily::group_value, 16, only(0), always};

  Array<String> topics;
  int64_t version = 0;    // of the metadata that it was evaluated on
  int64_t timestamp = 0;  // ms since 1970

  static constexpr auto fields() {
    using M = ConsumerGroupRegularExpressionValue;
    return wire::fields(field<&M::topics>(), field<&M::version>(), field<&M::timestamp>());
  }
};

}  // namespace ottla::wire
