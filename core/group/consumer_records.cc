// Records of consumer groups on their way to __consumer_offsets.
#include "core/group/group_records.h"
#include "core/wire/records/consumer_group.h"

namespace ottla {
namespace {

template <class Key>
Key group_key(std::string_view group) {
  Key key;
  key.group_id = group;
  return key;
}
wire::ConsumerGroupRegularExpressionKey pattern_key(const PatternKeyView& of) {
  wire::ConsumerGroupRegularExpressionKey key;
  key.group_id = of.group;
  key.regular_expression = of.pattern;
  return key;
}
template <class Key>
Key member_key(const MemberKeyView& of) {
  Key key;
  key.group_id = of.group;
  key.member_id = of.member;
  return key;
}

wire::Nullable<wire::String> nullable(const std::optional<std::string>& text) {
  if (!text) return wire::null;
  return wire::String(std::string_view(*text));
}

// Partitions by topic; keeps what the lists point to.
template <class Topic>
class ByTopic {
 public:
  explicit ByTopic(const Partitions& partitions) {
    indexes_.reserve(partitions.size());
    for (size_t i = 0; i < partitions.size(); ++i) {
      if (i == 0 || partitions[i].topic != partitions[i - 1].topic) {
        starts_.push_back(i);
        topics_.emplace_back().topic_id = partitions[i].topic;
      }
      indexes_.push_back(partitions[i].partition.value());
    }
    for (size_t t = 0; t < topics_.size(); ++t) {
      const size_t end = t + 1 < topics_.size() ? starts_[t + 1] : indexes_.size();
      topics_[t].partitions = std::span(indexes_).subspan(starts_[t], end - starts_[t]);
    }
  }
  [[nodiscard]] std::span<const Topic> topics() const { return topics_; }

 private:
  std::vector<int32_t> indexes_;
  std::vector<size_t> starts_;
  std::vector<Topic> topics_;
};

}  // namespace

void add_consumer_group(TenantRecords& records, std::string_view group, const ConsumerGroup& value) {
  wire::ConsumerGroupMetadataValue record;
  record.epoch = value.epoch;
  record.metadata_hash = value.metadata_hash;
  add_record(records, group_key<wire::ConsumerGroupMetadataKey>(group), record, 0);
}

void add_consumer_target(TenantRecords& records, std::string_view group, const ConsumerTarget& value) {
  wire::ConsumerGroupTargetAssignmentMetadataValue record;
  record.assignment_epoch = value.epoch;
  record.assignment_timestamp = value.made_at.ms();
  add_record(records, group_key<wire::ConsumerGroupTargetAssignmentMetadataKey>(group), record, 0);
}

void add_consumer_member(TenantRecords& records, const MemberKeyView& key, const ConsumerMember& value) {
  const std::vector<wire::String> topics(value.topics.begin(), value.topics.end());
  using Value = wire::ConsumerGroupMemberMetadataValue;
  Value record;
  record.instance_id = nullable(value.instance);
  record.rack_id = nullable(value.rack);
  record.client_id = std::string_view(value.client_id);
  record.client_host = std::string_view(value.client_host);
  record.subscribed_topic_names = topics;
  record.subscribed_topic_regex = nullable(value.pattern);
  record.rebalance_timeout_ms = static_cast<int32_t>(value.rebalance_timeout.ms());
  record.server_assignor = nullable(value.assignor);
  record.classic_member_metadata = wire::null;
  std::vector<Value::ClassicProtocol> protocols;
  Value::ClassicMemberMetadata classic;
  if (value.classic) {
    for (const ClassicSide::Protocol& protocol : value.classic->protocols) {
      protocols.push_back({std::string_view(protocol.name), BytesView::of(protocol.metadata)});
    }
    classic.session_timeout_ms = static_cast<int32_t>(value.classic->session_timeout.ms());
    classic.supported_protocols = protocols;
    record.classic_member_metadata = &classic;
  }
  add_record(records, member_key<wire::ConsumerGroupMemberMetadataKey>(key), record, 0);
}

void add_consumer_target_member(TenantRecords& records, const MemberKeyView& key, const Partitions& partitions) {
  using Value = wire::ConsumerGroupTargetAssignmentMemberValue;
  const ByTopic<Value::TopicPartitions> by_topic(partitions);
  Value record;
  record.topic_partitions = by_topic.topics();
  add_record(records, member_key<wire::ConsumerGroupTargetAssignmentMemberKey>(key), record, 0);
}

void add_consumer_current(TenantRecords& records, const MemberKeyView& key, const ConsumerCurrent& value) {
  using Value = wire::ConsumerGroupCurrentMemberAssignmentValue;
  const ByTopic<Value::TopicPartitions> assigned(value.assigned);
  const ByTopic<Value::TopicPartitions> revoking(value.revoking);
  Value record;
  record.member_epoch = value.epoch;
  record.previous_member_epoch = value.previous_epoch;
  record.state = static_cast<int8_t>(value.state);
  record.assigned_partitions = assigned.topics();
  record.partitions_pending_revocation = revoking.topics();
  add_record(records, member_key<wire::ConsumerGroupCurrentMemberAssignmentKey>(key), record, 0);
}

void add_consumer_pattern(TenantRecords& records, const PatternKeyView& key, const ConsumerPattern& value) {
  const std::vector<wire::String> topics(value.topics.begin(), value.topics.end());
  wire::ConsumerGroupRegularExpressionValue record;
  record.topics = topics;
  record.version = value.image_end.value();
  record.timestamp = value.at.ms();
  add_record(records, pattern_key(key), record, 0);
}

void add_consumer_group_tombstone(TenantRecords& records, std::string_view group) {
  add_tombstone(records, group_key<wire::ConsumerGroupMetadataKey>(group));
}
void add_consumer_target_tombstone(TenantRecords& records, std::string_view group) {
  add_tombstone(records, group_key<wire::ConsumerGroupTargetAssignmentMetadataKey>(group));
}
void add_consumer_member_tombstone(TenantRecords& records, const MemberKeyView& key) {
  add_tombstone(records, member_key<wire::ConsumerGroupMemberMetadataKey>(key));
}
void add_consumer_target_member_tombstone(TenantRecords& records, const MemberKeyView& key) {
  add_tombstone(records, member_key<wire::ConsumerGroupTargetAssignmentMemberKey>(key));
}
void add_consumer_current_tombstone(TenantRecords& records, const MemberKeyView& key) {
  add_tombstone(records, member_key<wire::ConsumerGroupCurrentMemberAssignmentKey>(key));
}
void add_consumer_pattern_tombstone(TenantRecords& records, const PatternKeyView& key) {
  add_tombstone(records, pattern_key(key));
}

}  // namespace ottla
