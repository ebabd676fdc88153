// The hard state as text. Every struct is taken apart by a structured binding, so a member that is added and not printed
// here does not compile.
#include "core/group/group_state.h"

namespace ottla {
namespace {

class Dump {
 public:
  template <class... Parts>
  void line(const Parts&... parts) {
    (add(parts), ...);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  void add(const char* text) { text_ += text; }
  void add(const std::string& text) { text_ += '"' + text + '"'; }  // between marks: parts must not run together
  void add(const std::optional<std::string>& text) { text ? add(*text) : add("-"); }
  void add(int64_t number) { text_ += std::to_string(number); }
  void add(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add(text);
  }
  void add(ConsumerCurrent::State state) { text_ += std::to_string(static_cast<int>(state)); }
  void add(const Partitions& partitions) {
    for (const AssignedPartition& one : partitions) {
      const auto& [topic, partition] = one;
      text_ += topic.text() + '-' + std::to_string(partition.value()) + ' ';
    }
  }
  void add(int32_t number) { text_ += std::to_string(number); }
  void add(Duration span) { text_ += std::to_string(span.ns()); }
  void add(Timestamp at) { text_ += std::to_string(at.ms()); }
  void add(const std::optional<Timestamp>& at) { at ? add(*at) : add("-"); }
  void add(Offset offset) { text_ += std::to_string(offset.value()); }
  void add(LeaderEpoch epoch) { text_ += std::to_string(epoch.value()); }
  void add(PartitionIndex index) { text_ += std::to_string(index.value()); }
  void add(ProducerId producer) { text_ += std::to_string(producer.value()); }
  void add(const std::vector<ProducerId>& producers) {
    for (const ProducerId producer : producers) text_ += std::to_string(producer.value()) + ' ';
  }

  std::string text_;
};

void dump(Dump& out, const char* kind, const OffsetKey& key, const CommittedOffset& committed) {
  const auto& [group, topic, partition] = key;
  const auto& [offset, leader_epoch, metadata, committed_at, expires_at, written_at] = committed;
  out.line(kind, group, topic, partition, " offset ", offset, " epoch ", leader_epoch, " metadata ", metadata, " at ",
           committed_at, " expires ", expires_at, " record ", written_at);
}

void dump(Dump& out, const ClassicMember& member) {
  const auto& [id, instance, client_id, client_host, rebalance, session, subscription, assignment] = member;
  out.line("  member ", id, " instance ", instance, " client ", client_id, client_host, " rebalance ", rebalance,
           " session ", session, " subscription ", subscription, " assignment ", assignment);
}

void dump(Dump& out, const std::string& id, const ClassicGroup& group) {
  const auto& [type, generation, protocol, leader, since, members] = group;
  out.line("classic ", id, " type ", type, " generation ", generation, " protocol ", protocol, " leader ", leader,
           " since ", since);
  for (const ClassicMember& member : members) dump(out, member);
}

}  // namespace

std::string GroupState::dump() const {
  Dump out;
  const auto& [all_offsets, all_pending, all_unstable, all_classic, groups, targets, members, member_targets, currents,
               patterns] = *this;
  all_offsets.for_each([&](const OffsetKey& key, const CommittedOffset& committed) {
    ottla::dump(out, "offset ", key, committed);
    return true;
  });
  all_pending.for_each([&](const PendingKey& key, const CommittedOffset& committed) {
    const auto& [producer, at] = key;
    out.line("pending of ", producer);
    ottla::dump(out, "  ", at, committed);
    return true;
  });
  all_unstable.for_each([&](const OffsetKey& key, const std::vector<ProducerId>& producers) {
    const auto& [group, topic, partition] = key;
    out.line("unstable ", group, topic, partition, " by ", producers);
    return true;
  });
  all_classic.for_each([&](const std::string& id, const ClassicGroupPtr& group) {
    ottla::dump(out, id, *group);
    return true;
  });
  groups.for_each([&](const std::string& id, const ConsumerGroup& group) {
    const auto& [epoch, metadata_hash] = group;
    out.line("consumer ", id, " epoch ", epoch, " metadata ", metadata_hash);
    return true;
  });
  targets.for_each([&](const std::string& id, const ConsumerTarget& target) {
    const auto& [epoch, made_at] = target;
    out.line("target of ", id, " epoch ", epoch, " at ", made_at);
    return true;
  });
  members.for_each([&](const MemberKey& key, const ConsumerMember& member) {
    const auto& [group, id] = key;
    const auto& [instance, rack, client_id, client_host, topics, pattern, rebalance, assignor, classic_side] = member;
    out.line("member ", group, id, " instance ", instance, " rack ", rack, " client ", client_id, client_host,
             " topics ", topics, " pattern ", pattern, " rebalance ", rebalance, " assignor ", assignor);
    if (!classic_side) return true;
    const auto& [session_timeout, protocols] = *classic_side;
    out.line("  speaks classic, session ", session_timeout);
    for (const ClassicSide::Protocol& protocol : protocols) {
      const auto& [name, metadata] = protocol;
      out.line("  protocol ", name, metadata);
    }
    return true;
  });
  member_targets.for_each([&](const MemberKey& key, const Partitions& partitions) {
    const auto& [group, id] = key;
    out.line("target ", group, id, " ", partitions);
    return true;
  });
  currents.for_each([&](const MemberKey& key, const ConsumerCurrent& current) {
    const auto& [group, id] = key;
    const auto& [epoch, previous_epoch, state, assigned, revoking] = current;
    out.line("current ", group, id, " epoch ", epoch, " before ", previous_epoch, " state ", state, " has ", assigned,
             " gives up ", revoking);
    return true;
  });
  patterns.for_each([&](const PatternKey& key, const ConsumerPattern& found) {
    const auto& [group, pattern] = key;
    const auto& [topics, image_end, at] = found;
    out.line("pattern ", group, pattern, " topics ", topics, " of ", image_end, " at ", at);
    return true;
  });
  return out.take();
}

}  // namespace ottla
