#include "core/group/group_state.h"

#include <utility>

#include "core/group/record_reading.h"
#include "core/wire/records/classic_group.h"
#include "core/wire/records/group_offsets.h"

namespace ottla {
namespace {

CommittedOffset offset_of(const wire::OffsetCommitValue& value, Offset written_at) {
  CommittedOffset offset{.offset = Offset(value.offset),
                         .leader_epoch = LeaderEpoch(value.leader_epoch),
                         .metadata = std::string(value.metadata.view()),
                         .committed_at = Timestamp::from_ms(value.commit_timestamp),
                         .expires_at = std::nullopt,
                         .written_at = written_at};
  if (value.expire_timestamp != -1) offset.expires_at = Timestamp::from_ms(value.expire_timestamp);
  return offset;
}

ClassicGroupPtr group_of(const wire::GroupMetadataValue& value) {
  auto group = std::make_shared<ClassicGroup>();
  group->protocol_type = value.protocol_type.view();
  group->generation = value.generation;
  group->protocol = owned(value.protocol);
  group->leader = owned(value.leader);
  group->since = Timestamp::from_ms(value.current_state_timestamp);
  for (const auto& member : value.members) {
    const Duration session = Duration::from_ms(member.session_timeout);
    group->members.push_back(
        {.id = std::string(member.member_id.view()),
         .instance = owned(member.group_instance_id),
         .client_id = std::string(member.client_id.view()),
         .client_host = std::string(member.client_host.view()),
         .rebalance_timeout = member.rebalance_timeout == -1 ? session : Duration::from_ms(member.rebalance_timeout),
         .session_timeout = session,
         .subscription = std::string(member.subscription.view().text()),
         .assignment = std::string(member.assignment.view().text())});
  }
  return group;
}

}  // namespace

bool GroupState::replay(const ReplayedRecord& record, wire::Arena& arena) {
  arena.reset();
  const auto key = wire::open_record(wire::RecordFamily::group_key, record.key);
  if (!key.ok()) return false;
  if (const auto group = decode_as<wire::GroupMetadataKey>(*key, arena)) {
    if (!record.value) {
      classic.erase(group->group.view());
      return true;
    }
    const auto value = decode_value<wire::GroupMetadataValue>(*record.value, arena);
    if (value) classic.set(group->group.view(), group_of(*value));
    return value.has_value();
  }
  const auto commit = decode_as<wire::OffsetCommitKey>(*key, arena);
  if (!commit) return replay_consumer(*key, record, arena);
  const OffsetKeyView at(commit->group, commit->topic, PartitionIndex(commit->partition));
  if (!record.value) {
    offsets.erase(at);
    forget_staged(at);
    return true;
  }
  const auto value = decode_value<wire::OffsetCommitValue>(*record.value, arena);
  if (!value) return false;
  CommittedOffset offset = offset_of(*value, record.offset);
  if (record.transaction.producer == kNoProducer) {
    offsets.set(at, std::move(offset));
    return true;
  }
  stage(record.transaction.producer, at, std::move(offset));
  return true;
}

void GroupState::stage(ProducerId producer, const OffsetKeyView& at, CommittedOffset offset) {
  const PendingKey of_producer{producer, OffsetKey(at)};
  if (pending.find(of_producer) == nullptr) {
    const std::vector<ProducerId>* known = unstable.find(at);
    std::vector<ProducerId> all = known == nullptr ? std::vector<ProducerId>() : *known;
    all.push_back(producer);
    unstable.set(at, std::move(all));
  }
  pending.set(of_producer, std::move(offset));
}

void GroupState::forget_staged(const OffsetKeyView& at) {
  const std::vector<ProducerId>* producers = unstable.find(at);
  if (producers == nullptr) return;
  for (const ProducerId producer : *producers) pending.erase(PendingKey{producer, OffsetKey(at)});
  unstable.erase(at);
}

// What was committed outside, after the transaction had staged its own, stays: it is the newer word.
void GroupState::transaction_ended(const TransactionOf& transaction, bool committed) {
  std::vector<std::pair<OffsetKey, CommittedOffset>> staged;
  pending.for_each_from(transaction.producer, [&](const PendingKey& key, const CommittedOffset& offset) {
    if (key.producer != transaction.producer) return false;
    staged.emplace_back(key.key, offset);
    return true;
  });
  for (auto& [key, offset] : staged) {
    pending.erase(PendingKey{transaction.producer, key});
    std::vector<ProducerId> others = *unstable.find(key);
    std::erase(others, transaction.producer);
    others.empty() ? unstable.erase(key) : unstable.set(key, std::move(others));
    const CommittedOffset* known = offsets.find(key);
    if (committed && (known == nullptr || known->written_at < offset.written_at)) offsets.set(key, std::move(offset));
  }
}

bool GroupState::has_offsets(std::string_view group, bool committed) const {
  bool found = false;
  const auto look = [&](const OffsetKey& key, const auto&) {
    found = key.group == group;
    return false;
  };
  const OffsetKeyView first(group, {}, PartitionIndex(INT32_MIN));
  if (committed) {
    offsets.for_each_committed_from(first, look);
  } else {
    offsets.for_each_from(first, look);
    if (!found) found = has_pending(group);
  }
  return found;
}

bool GroupState::has_pending(std::string_view group) const {
  bool found = false;
  unstable.for_each_from(OffsetKeyView(group, {}, PartitionIndex(INT32_MIN)), [&](const OffsetKey& key, const auto&) {
    found = key.group == group;
    return false;
  });
  return found;
}

std::vector<OffsetKey> GroupState::offset_keys(std::optional<std::string_view> group) const {
  std::vector<OffsetKey> keys;
  const OffsetKeyView first(group.value_or(std::string_view()), {}, PartitionIndex(INT32_MIN));
  offsets.for_each_from(first, [&](const OffsetKey& key, const auto&) {
    if (group && key.group != *group) return false;
    keys.push_back(key);
    return true;
  });
  unstable.for_each_from(first, [&](const OffsetKey& key, const auto&) {
    if (group && key.group != *group) return false;
    if (offsets.find(key) == nullptr) keys.push_back(key);
    return true;
  });
  return keys;
}

}  // namespace ottla
