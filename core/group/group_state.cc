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
    return true;
  }
  const auto value = decode_value<wire::OffsetCommitValue>(*record.value, arena);
  if (!value) return false;
  CommittedOffset offset = offset_of(*value, record.offset);
  if (record.transaction.producer == kNoProducer) {
    offsets.set(at, std::move(offset));
    return true;
  }
  const PendingKey of_producer{record.transaction.producer, OffsetKey(at)};
  if (pending.find(of_producer) == nullptr) {
    const int* count = unstable.find(at);
    unstable.set(at, count == nullptr ? 1 : *count + 1);
  }
  pending.set(of_producer, std::move(offset));
  return true;
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
    const int count = *unstable.find(key);
    if (count == 1) {
      unstable.erase(key);
    } else {
      unstable.set(key, count - 1);
    }
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
  }
  return found;
}

}  // namespace ottla
