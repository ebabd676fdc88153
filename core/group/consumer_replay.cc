// The six kinds of records of a consumer group.
#include <algorithm>

#include "core/group/group_state.h"
#include "core/group/record_reading.h"
#include "core/wire/records/consumer_group.h"

namespace ottla {
namespace {

template <class Topics>
Partitions partitions_in(const Topics& topics) {
  Partitions partitions;
  for (const auto& topic : topics) {
    for (const int32_t index : topic.partitions) partitions.push_back({topic.topic_id, PartitionIndex(index)});
  }
  std::sort(partitions.begin(), partitions.end());
  return partitions;
}

ConsumerMember member_in(const wire::ConsumerGroupMemberMetadataValue& value) {
  ConsumerMember member{.instance = owned(value.instance_id),
                        .rack = owned(value.rack_id),
                        .client_id = std::string(value.client_id.view()),
                        .client_host = std::string(value.client_host.view()),
                        .topics = {},
                        .pattern = owned(value.subscribed_topic_regex),
                        .rebalance_timeout = Duration::from_ms(value.rebalance_timeout_ms),
                        .assignor = owned(value.server_assignor),
                        .classic = std::nullopt};
  for (const wire::String& topic : value.subscribed_topic_names) member.topics.emplace_back(topic.view());
  std::sort(member.topics.begin(), member.topics.end());
  if (member.pattern == "") member.pattern.reset();
  if (value.classic_member_metadata) {
    ClassicSide& classic = member.classic.emplace();
    classic.session_timeout = Duration::from_ms(value.classic_member_metadata->session_timeout_ms);
    for (const auto& protocol : value.classic_member_metadata->supported_protocols) {
      classic.protocols.push_back({std::string(protocol.name.view()), std::string(protocol.metadata.view().text())});
    }
  }
  return member;
}

ConsumerPattern pattern_in(const wire::ConsumerGroupRegularExpressionValue& value) {
  ConsumerPattern pattern{.topics = {}, .image_end = Offset(value.version), .at = Timestamp::from_ms(value.timestamp)};
  for (const wire::String& topic : value.topics) pattern.topics.emplace_back(topic.view());
  std::sort(pattern.topics.begin(), pattern.topics.end());
  return pattern;
}

ConsumerCurrent current_in(const wire::ConsumerGroupCurrentMemberAssignmentValue& value) {
  return {.epoch = value.member_epoch,
          .previous_epoch = value.previous_member_epoch,
          .state = static_cast<ConsumerCurrent::State>(value.state),
          .assigned = partitions_in(value.assigned_partitions),
          .revoking = partitions_in(value.partitions_pending_revocation)};
}

// One kind: its value into the map under the key that `key_of` makes, a tombstone out of it.
template <wire::WireMessage K, wire::WireMessage V, class Map, class KeyOf, class ValueOf>
std::optional<bool> replay_kind(const wire::OpenRecord& opened, const ReplayedRecord& record, wire::Arena& arena,
                                Map& map, KeyOf&& key_of, ValueOf&& value_of) {
  const auto key = decode_as<K>(opened, arena);
  if (!key) return std::nullopt;
  if (!record.value) {
    map.erase(key_of(*key));
    return true;
  }
  const auto value = decode_value<V>(*record.value, arena);
  if (value) map.set(key_of(*key), value_of(*value));
  return value.has_value();
}

}  // namespace

bool GroupState::replay_consumer(const wire::OpenRecord& key, const ReplayedRecord& record, wire::Arena& arena) {
  const auto by_group = [](const auto& of) { return of.group_id.view(); };
  const auto by_member = [](const auto& of) { return MemberKeyView(of.group_id.view(), of.member_id.view()); };
  using namespace wire;
  if (const auto done = replay_kind<ConsumerGroupMetadataKey, ConsumerGroupMetadataValue>(
          key, record, arena, consumer_groups, by_group, [](const auto& value) {
            return ConsumerGroup{.epoch = value.epoch, .metadata_hash = value.metadata_hash};
          })) {
    return *done;
  }
  if (const auto done =
          replay_kind<ConsumerGroupTargetAssignmentMetadataKey, ConsumerGroupTargetAssignmentMetadataValue>(
              key, record, arena, consumer_targets, by_group, [](const auto& value) {
                return ConsumerTarget{.epoch = value.assignment_epoch,
                                      .made_at = Timestamp::from_ms(value.assignment_timestamp)};
              })) {
    return *done;
  }
  if (const auto done = replay_kind<ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue>(
          key, record, arena, consumer_members, by_member, [](const auto& value) { return member_in(value); })) {
    return *done;
  }
  if (const auto done = replay_kind<ConsumerGroupTargetAssignmentMemberKey, ConsumerGroupTargetAssignmentMemberValue>(
          key, record, arena, consumer_target, by_member,
          [](const auto& value) { return partitions_in(value.topic_partitions); })) {
    return *done;
  }
  if (const auto done = replay_kind<ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue>(
          key, record, arena, consumer_current, by_member, [](const auto& value) { return current_in(value); })) {
    return *done;
  }
  if (const auto done = replay_kind<ConsumerGroupRegularExpressionKey, ConsumerGroupRegularExpressionValue>(
          key, record, arena, consumer_patterns,
          [](const auto& of) { return PatternKeyView(of.group_id.view(), of.regular_expression.view()); },
          [](const auto& value) { return pattern_in(value); })) {
    return *done;
  }
  return false;
}

}  // namespace ottla
