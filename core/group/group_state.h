// What a coordinator of groups knows for good: everything that its partition of __consumer_offsets says. Records have Kafka's
// schemas, so Kafka's tools read the topic.
//
//   OffsetCommit       a group's place in a partition; a tombstone forgets it. In a transaction it is pending until that ends,
//                      and a tombstone meanwhile forgets it too: a group that is deleted does not come back by a commit.
//   GroupMetadata      a group of the classic protocol: generation, members, who reads what
//   ConsumerGroup...   a group of the consumer protocol, in six kinds: the group, its target, what its expressions come to,
//                      and of each member what it wants, is to have, and has (consumer_state.h)
//
// A group is there when there is a record of either kind: who commits without being a member (a "simple" group) has offsets
// only.
//
// replay() and transaction_ended() are the only things that change it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/group/consumer_state.h"
#include "core/state_machine/tenant.h"
#include "core/wire/arena.h"
#include "core/wire/internal_records.h"

namespace ottla {

// A partition that a group reads.
struct OffsetKey {
  std::string group;
  std::string topic;
  PartitionIndex partition;
};
struct OffsetKeyView {
  std::string_view group;
  std::string_view topic;
  PartitionIndex partition{0};

  // NOLINTBEGIN(google-explicit-constructor): a key is a view of itself
  OffsetKeyView(const OffsetKey& key) : group(key.group), topic(key.topic), partition(key.partition) {}
  // NOLINTEND(google-explicit-constructor)
  OffsetKeyView(std::string_view of_group, std::string_view of_topic, PartitionIndex index)
      : group(of_group), topic(of_topic), partition(index) {}
  explicit operator OffsetKey() const { return {std::string(group), std::string(topic), partition}; }
};
struct OffsetKeyLess {
  using is_transparent = void;
  bool operator()(const OffsetKeyView& a, const OffsetKeyView& b) const {
    return std::tie(a.group, a.topic, a.partition) < std::tie(b.group, b.topic, b.partition);
  }
};

struct CommittedOffset {
  Offset offset;
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
  std::string metadata;
  Timestamp committed_at;
  std::optional<Timestamp> expires_at;  // as clients before OffsetCommit v5 could say
  Offset written_at;                    // of its record
};

// An offset that counts when the producer's transaction is committed.
struct PendingKey {
  ProducerId producer;
  OffsetKey key;
};
struct PendingKeyLess {
  using is_transparent = void;
  bool operator()(const PendingKey& a, const PendingKey& b) const {
    if (a.producer != b.producer) return a.producer < b.producer;
    return OffsetKeyLess()(a.key, b.key);
  }
  bool operator()(const PendingKey& a, ProducerId b) const { return a.producer < b; }
  bool operator()(ProducerId a, const PendingKey& b) const { return a < b.producer; }
};

struct ClassicMember {
  std::string id;
  std::optional<std::string> instance;  // of a static member
  std::string client_id;
  std::string client_host;
  Duration rebalance_timeout;
  Duration session_timeout;
  std::string subscription;  // these two as the members sent them
  std::string assignment;
};

struct ClassicGroup {
  std::string protocol_type;
  int32_t generation = 0;
  std::optional<std::string> protocol;  // none: no members
  std::optional<std::string> leader;
  Timestamp since = Timestamp::none();  // in this state
  std::vector<ClassicMember> members;
};
using ClassicGroupPtr = std::shared_ptr<const ClassicGroup>;

struct GroupState {
  explicit GroupState(Timeline& timeline)
      : offsets(timeline),
        pending(timeline),
        unstable(timeline),
        classic(timeline),
        consumer_groups(timeline),
        consumer_targets(timeline),
        consumer_members(timeline),
        consumer_target(timeline),
        consumer_current(timeline),
        consumer_patterns(timeline) {}

  bool replay(const ReplayedRecord& record, wire::Arena& arena);
  void transaction_ended(const TransactionOf& transaction, bool committed);

  // Any offset of the group, those of open transactions too; `committed`: that cannot be lost.
  [[nodiscard]] bool has_offsets(std::string_view group, bool committed = false) const;
  [[nodiscard]] bool has_pending(std::string_view group) const;
  // Each place that a tombstone would change: what is committed, and what is only pending. Of one group, or of all.
  [[nodiscard]] std::vector<OffsetKey> offset_keys(std::optional<std::string_view> group) const;
  // All of it as text, the same for equal states.
  [[nodiscard]] std::string dump() const;

  TimelineMap<OffsetKey, CommittedOffset, OffsetKeyLess> offsets;
  TimelineMap<PendingKey, CommittedOffset, PendingKeyLess> pending;
  TimelineMap<OffsetKey, std::vector<ProducerId>, OffsetKeyLess> unstable;  // whose pending ones there are of a key
  TimelineMap<std::string, ClassicGroupPtr> classic;
  TimelineMap<std::string, ConsumerGroup> consumer_groups;
  TimelineMap<std::string, ConsumerTarget> consumer_targets;
  TimelineMap<MemberKey, ConsumerMember, MemberKeyLess> consumer_members;
  TimelineMap<MemberKey, Partitions, MemberKeyLess> consumer_target;  // of each member
  TimelineMap<MemberKey, ConsumerCurrent, MemberKeyLess> consumer_current;
  TimelineMap<PatternKey, ConsumerPattern, PatternKeyLess> consumer_patterns;

 private:
  bool replay_consumer(const wire::OpenRecord& key, const ReplayedRecord& record, wire::Arena& arena);
  void stage(ProducerId producer, const OffsetKeyView& at, CommittedOffset offset);
  void forget_staged(const OffsetKeyView& at);
};

}  // namespace ottla
