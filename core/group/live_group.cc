#include "core/group/live_group.h"

#include <algorithm>

#include "core/wire/internal_records.h"
#include "core/wire/records/consumer_protocol.h"

namespace ottla {

std::string_view text(LiveState state) {
  switch (state) {
    case LiveState::empty: return "Empty";
    case LiveState::preparing: return "PreparingRebalance";
    case LiveState::completing: return "CompletingRebalance";
    case LiveState::stable: return "Stable";
  }
  OTTLA_UNREACHABLE("a state without a text");
}

std::string_view LiveMember::metadata(std::string_view protocol) const {
  for (const Protocol& one : protocols) {
    if (one.name == protocol) return one.metadata;
  }
  return {};
}

bool LiveMember::offers(std::string_view protocol) const {
  return std::any_of(protocols.begin(), protocols.end(), [&](const Protocol& one) { return one.name == protocol; });
}

LiveGroup::LiveGroup(std::string id, const ClassicGroup& group, Instant now) : id_(std::move(id)) {
  state = group.members.empty() ? LiveState::empty : LiveState::stable;
  generation = group.generation;
  if (!group.protocol_type.empty()) protocol_type = group.protocol_type;
  protocol = group.protocol;
  if (!protocol && !group.members.empty()) protocol = "";  // nobody writes that; nobody is to fall over it either
  since = group.since;
  for (const ClassicMember& written : group.members) {
    LiveMember member;
    member.id = written.id;
    member.instance = written.instance;
    member.client_id = written.client_id;
    member.client_host = written.client_host;
    member.rebalance_timeout = written.rebalance_timeout;
    member.session_timeout = written.session_timeout;
    member.protocols = {{.name = protocol.value_or(""), .metadata = written.subscription}};
    member.assignment = written.assignment;
    member.expires = now + written.session_timeout;
    add(std::move(member), group.protocol_type);
  }
  if (group.leader && members.contains(*group.leader)) leader = group.leader;
  note_topics();
}

std::optional<LiveGroup> LiveGroup::of_members(std::string id, int32_t generation, std::vector<LiveMember> members,
                                               Timestamp wall) {
  const auto& offered = members.front().protocols;
  const bool shared = std::any_of(offered.begin(), offered.end(), [&](const LiveMember::Protocol& one) {
    return std::all_of(members.begin(), members.end(), [&](const LiveMember& other) { return other.offers(one.name); });
  });
  if (!shared) return std::nullopt;
  LiveGroup group(std::move(id));
  for (LiveMember& member : members) group.add(std::move(member), "consumer");
  group.state = LiveState::stable;
  group.generation = generation;
  group.protocol = group.choose_protocol();
  group.since = wall;
  group.note_topics();
  return group;
}

LiveMember* LiveGroup::find(std::string_view member) {
  const auto found = members.find(member);
  return found == members.end() ? nullptr : &found->second;
}

ErrorCode LiveGroup::check_member(std::string_view member, const wire::Nullable<wire::String>& instance) const {
  if (instance) {
    const auto known = statics.find(instance->view());
    if (known == statics.end()) return ErrorCode::unknown_member_id;
    if (known->second != member) return ErrorCode::fenced_instance_id;
  }
  return members.contains(member) ? ErrorCode::none : ErrorCode::unknown_member_id;
}

bool LiveGroup::can_take(std::string_view type, const wire::Array<wire::JoinGroupRequest::Protocol>& offered) const {
  if (members.empty()) return !type.empty() && !offered.empty();
  if (protocol_type != type) return false;
  return std::any_of(offered.begin(), offered.end(), [&](const wire::JoinGroupRequest::Protocol& one) {
    return std::all_of(members.begin(), members.end(),
                       [&](const auto& entry) { return entry.second.offers(one.name.view()); });
  });
}

size_t LiveGroup::joined_count() const {
  return static_cast<size_t>(
      std::count_if(members.begin(), members.end(), [](const auto& entry) { return entry.second.joining != nullptr; }));
}

Duration LiveGroup::rebalance_timeout() const {
  Duration longest;
  for (const auto& [id, member] : members) longest = std::max(longest, member.rebalance_timeout);
  return longest;
}

LiveMember& LiveGroup::add(LiveMember member, std::string_view type) {
  if (members.empty()) protocol_type = std::string(type);
  if (!leader) leader = member.id;
  if (member.instance) statics[*member.instance] = member.id;
  pending.erase(member.id);
  const std::string id = member.id;
  return members[id] = std::move(member);
}

void LiveGroup::remove(std::string_view member) {
  if (const auto given = pending.find(member); given != pending.end()) pending.erase(given);
  if (const auto unheard = unsynced.find(member); unheard != unsynced.end()) unsynced.erase(unheard);
  const auto found = members.find(member);
  if (found == members.end()) return;
  const LiveMember& gone = found->second;
  if (gone.instance && statics[*gone.instance] == gone.id) statics.erase(*gone.instance);
  const bool led = is_leader(member);
  members.erase(found);
  if (!led) return;
  leader.reset();
  if (!members.empty()) leader = members.begin()->first;
}

LiveMember& LiveGroup::rename(const std::string& member, const std::string& to) {
  auto node = members.extract(member);
  node.key() = to;
  node.mapped().id = to;
  statics[*node.mapped().instance] = to;
  if (unsynced.erase(member) > 0) unsynced.insert(to);
  if (is_leader(member)) leader = to;
  return members.insert(std::move(node)).position->second;
}

bool LiveGroup::elect_joined_leader() {
  if (leader && members.at(*leader).joining != nullptr) return true;
  for (const auto& [id, member] : members) {
    if (member.joining == nullptr) continue;
    leader = id;
    return true;
  }
  return false;
}

// Each member votes for what it wants most among what all can do. Equal votes: the first name.
std::string LiveGroup::choose_protocol() const {
  std::map<std::string, size_t, std::less<>> votes;
  for (const auto& [id, member] : members) {
    for (const LiveMember::Protocol& protocol_offered : member.protocols) {
      const bool all = std::all_of(members.begin(), members.end(),
                                   [&](const auto& other) { return other.second.offers(protocol_offered.name); });
      if (!all) continue;
      ++votes[protocol_offered.name];
      break;
    }
  }
  OTTLA_ASSERT(!votes.empty());  // who shares none is not let in
  return std::max_element(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

void LiveGroup::begin_generation(Timestamp wall) {
  generation = generation == INT32_MAX ? 1 : generation + 1;
  initial = false;
  unsynced.clear();
  since = wall;
  if (members.empty()) {
    state = LiveState::empty;
    protocol.reset();
    leader.reset();
  } else {
    state = LiveState::completing;
    protocol = choose_protocol();
  }
  note_topics();
}

void LiveGroup::note_topics() {
  topics.reset();
  if (!uses_consumer_protocol()) return;
  topics.emplace();
  for (const auto& [id, member] : members) {
    auto of_member = subscribed_topics(member.metadata(protocol.value_or("")));
    if (!of_member) return topics.reset();
    topics->insert(of_member->begin(), of_member->end());
  }
}

ClassicGroup LiveGroup::record() const {
  ClassicGroup group{.protocol_type = protocol_type.value_or(""),
                     .generation = generation,
                     .protocol = protocol,
                     .leader = leader,
                     .since = since,
                     .members = {}};
  for (const auto& [id, member] : members) {
    group.members.push_back({.id = member.id,
                             .instance = member.instance,
                             .client_id = member.client_id,
                             .client_host = member.client_host,
                             .rebalance_timeout = member.rebalance_timeout,
                             .session_timeout = member.session_timeout,
                             .subscription = std::string(member.metadata(protocol.value_or(""))),
                             .assignment = member.assignment});
  }
  return group;
}

Instant LiveGroup::next_deadline() const {
  Instant next = std::min(join_deadline, sync_deadline);
  for (const auto& [id, member] : members) next = std::min(next, member.expires);
  for (const auto& [id, until] : pending) next = std::min(next, until);
  return next;
}

std::optional<std::vector<std::string>> subscribed_topics(std::string_view subscription) {
  // Version 0 is what every version begins with.
  const BytesView bytes = BytesView::of(subscription);
  if (bytes.size() < 2) return std::nullopt;
  wire::Arena arena;
  wire::ConsumerProtocolSubscription read;
  if (!wire::decode_front(wire::message_of<wire::ConsumerProtocolSubscription>(), bytes.from(2), 0, arena, &read)
           .ok()) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (const wire::String& topic : read.topics) names.emplace_back(topic.view());
  return names;
}

}  // namespace ottla
