// Members of the consumer protocol that go, by their own word or without one; and what people ask about them.
#include <algorithm>

#include "core/group/consumer_groups.h"
#include "core/group/group_records.h"

namespace ottla {
namespace {

using Asked = wire::ConsumerGroupHeartbeatRequest;
using Described = wire::ConsumerGroupDescribeResponse;

}  // namespace

bool ConsumerGroups::is_empty(std::string_view group) const { return member_count(group) == 0; }

size_t ConsumerGroups::member_count(std::string_view group) const {
  size_t count = 0;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto&) {
    count += key.group == group ? 1 : 0;
    return key.group == group;
  });
  return count;
}

const std::string* ConsumerGroups::static_member(std::string_view group, std::string_view instance) const {
  const std::string* found = nullptr;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}),
                                       [&](const MemberKey& key, const ConsumerMember& member) {
                                         if (key.group != group) return false;
                                         if (member.instance == instance) found = &key.member;
                                         return found == nullptr;
                                       });
  return found;
}

std::set<std::string_view> ConsumerGroups::subscribed(const Visit& visit) const {
  std::set<std::string_view> topics(visit.member.topics.begin(), visit.member.topics.end());
  hard_.consumer_members.for_each_from(MemberKeyView(visit.group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != visit.group) return false;
    if (key.member != visit.id && key.member != visit.replaced)
      topics.insert(member.topics.begin(), member.topics.end());
    return true;
  });
  return topics;
}

bool ConsumerGroups::reads(std::string_view group, std::string_view topic) const {
  bool found = false;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != group) return false;
    found = std::binary_search(member.topics.begin(), member.topics.end(), topic);
    return !found;
  });
  return found;
}

ErrorCode ConsumerGroups::check_member(std::string_view group, std::string_view member, int32_t epoch) const {
  if (epoch < 0 && is_empty(group)) return ErrorCode::none;
  const ConsumerCurrent* current = hard_.consumer_current.find(MemberKeyView(group, member));
  if (current == nullptr) return ErrorCode::unknown_member_id;
  return current->epoch == epoch ? ErrorCode::none : ErrorCode::stale_member_epoch;
}

// --- Going

void ConsumerGroups::leave(const Asked& asked, GroupReplyPtr reply) {
  const std::string_view group = asked.group_id.view();
  std::string id(asked.member_id.view());
  const ConsumerMember* member = hard_.consumer_members.find(MemberKeyView(group, id));
  if (asked.instance_id) {
    const std::string* holder = static_member(group, asked.instance_id->view());
    if (holder == nullptr)
      return refuse(std::move(reply), {ErrorCode::unknown_member_id, "No member has this instance id."});
    if (*holder != id)
      return refuse(std::move(reply), {ErrorCode::fenced_instance_id, "Another member has taken over."});
  }
  if (member == nullptr)
    return refuse(std::move(reply), {ErrorCode::unknown_member_id, "The group does not know this member."});
  if (asked.member_epoch == kLeaveForAWhileEpoch) {
    // It keeps what it had until it is back or its session is over.
    ConsumerCurrent away = *hard_.consumer_current.find(MemberKeyView(group, id));
    away.epoch = kLeaveForAWhileEpoch;
    away.revoking.clear();
    away.state = ConsumerCurrent::State::stable;
    TenantRecords records;
    add_consumer_current(records, {group, id}, away);
    if (const ErrorCode error = journal_.write(records); error != ErrorCode::none)
      return refuse(std::move(reply), {error, ""});
  } else if (!remove(group, id)) {
    return refuse(std::move(reply), {ErrorCode::coordinator_not_available, ""});
  }
  wire::ConsumerGroupHeartbeatResponse response;
  response.member_id = wire::String(std::string_view(id));
  response.member_epoch = asked.member_epoch;
  reply->prepare(response);
  journal_.answer(std::move(reply));
}

void ConsumerGroups::add_member_tombstones(TenantRecords& records, std::string_view group,
                                           std::string_view member) const {
  const MemberKeyView key(group, member);
  add_consumer_current_tombstone(records, key);
  add_consumer_target_member_tombstone(records, key);
  add_consumer_member_tombstone(records, key);
}

bool ConsumerGroups::remove(std::string_view group, std::string_view member) {
  TenantRecords records;
  add_member_tombstones(records, group, member);
  ConsumerGroup next = *hard_.consumer_groups.find(group);
  ++next.epoch;
  add_consumer_group(records, group, next);
  if (journal_.write(records) != ErrorCode::none) return false;
  soft_.sessions.erase(MemberKey(MemberKeyView(group, member)));
  Soft::Seen& seen = soft_.groups[std::string(group)];
  seen.changed = now_;
  seen.changed_here = true;
  return true;
}

void ConsumerGroups::add_tombstones(TenantRecords& records, std::string_view group) const {
  if (hard_.consumer_targets.find(group) != nullptr) add_consumer_target_tombstone(records, group);
  add_consumer_group_tombstone(records, group);
}

// --- Sessions

void ConsumerGroups::loaded(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  soft_ = Soft();
  next_ = Instant::never();
  hard_.consumer_members.for_each([&](const MemberKey& key, const ConsumerMember& member) {
    Session session{.expires = now + context_.settings.consumer_session_timeout};
    const ConsumerCurrent* current = hard_.consumer_current.find(key);
    if (current != nullptr && current->state == ConsumerCurrent::State::unrevoked) {
      session.revoke_by = now + member.rebalance_timeout;
    }
    next_ = std::min({next_, session.expires, session.revoke_by});
    soft_.sessions[key] = session;
    return true;
  });
}

void ConsumerGroups::heard_of(const Visit& visit) {
  Session& session = soft_.sessions[MemberKey{visit.group, visit.id}];
  session.expires = now_ + context_.settings.consumer_session_timeout;
  if (visit.current.state != ConsumerCurrent::State::unrevoked) {
    session.revoke_by = Instant::never();
  } else if (session.revoke_by == Instant::never()) {
    session.revoke_by = now_ + visit.member.rebalance_timeout;
  }
  next_ = std::min({next_, session.expires, session.revoke_by});
}

void ConsumerGroups::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  if (now_ < next_) return;
  std::vector<MemberKey> gone;
  for (const auto& [key, session] : soft_.sessions) {
    if (std::min(session.expires, session.revoke_by) <= now_) gone.push_back(key);
  }
  for (const MemberKey& key : gone) {
    context_.sink->debug("group", "a member is silent", {{"group", key.group}, {"member", key.member}});
    if (!remove(key.group, key.member)) soft_.sessions[key].expires = now_ + Duration::from_s(1);  // and then again
  }
  next_ = Instant::never();
  for (const auto& [key, session] : soft_.sessions) next_ = std::min({next_, session.expires, session.revoke_by});
}

// --- For people

std::string_view ConsumerGroups::state(std::string_view group) const {
  if (is_empty(group)) return "Empty";
  const ConsumerTarget* target = hard_.consumer_targets.find(group);
  const int32_t epoch = hard_.consumer_groups.find(group)->epoch;
  if (target == nullptr || target->epoch < epoch) return "Assigning";
  bool reconciled = true;
  hard_.consumer_current.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& current) {
    if (key.group != group) return false;
    reconciled = current.state == ConsumerCurrent::State::stable && current.epoch == epoch;
    return reconciled;
  });
  return reconciled ? "Stable" : "Reconciling";
}

void ConsumerGroups::describe(std::string_view group, wire::Arena& arena, Described::Group& told) const {
  told.group_id = group;
  const ConsumerGroup* known = hard_.consumer_groups.find(group);
  if (known == nullptr) {
    told.error_code = static_cast<int16_t>(ErrorCode::group_id_not_found);
    told.error_message = wire::String("There is no such consumer group.");
    return;
  }
  const auto list = [&](const Partitions* partitions) {
    Described::Assignment assignment;
    if (partitions == nullptr) return assignment;
    const auto topics = arena.array<Described::TopicPartitions>(partitions->size());
    size_t count = 0;
    for (size_t start = 0; start < partitions->size();) {
      size_t end = start;
      while (end < partitions->size() && (*partitions)[end].topic == (*partitions)[start].topic) ++end;
      const auto indexes = arena.array<int32_t>(end - start);
      for (size_t i = start; i < end; ++i) indexes[i - start] = (*partitions)[i].partition.value();
      const TopicImage* topic = context_.image->find_topic((*partitions)[start].topic);
      topics[count].topic_id = (*partitions)[start].topic;
      if (topic != nullptr) topics[count].topic_name = arena.copy(topic->name);
      topics[count++].partitions = indexes;
      start = end;
    }
    assignment.topic_partitions = topics.first(count);
    return assignment;
  };
  const ConsumerTarget* target = hard_.consumer_targets.find(group);
  told.group_state = state(group);
  told.group_epoch = known->epoch;
  told.assignment_epoch = target == nullptr ? 0 : target->epoch;
  told.assignor_name = "uniform";
  const auto members = arena.array<Described::Member>(member_count(group));
  size_t at = 0;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}),
                                       [&](const MemberKey& key, const ConsumerMember& member) {
                                         if (key.group != group) return false;
                                         Described::Member& one = members[at++];
                                         one.member_id = std::string_view(key.member);
                                         if (member.instance)
                                           one.instance_id = wire::String(std::string_view(*member.instance));
                                         if (member.rack) one.rack_id = wire::String(std::string_view(*member.rack));
                                         one.client_id = std::string_view(member.client_id);
                                         one.client_host = std::string_view(member.client_host);
                                         const auto names = arena.array<wire::String>(member.topics.size());
                                         for (size_t i = 0; i < names.size(); ++i)
                                           names[i] = std::string_view(member.topics[i]);
                                         one.subscribed_topic_names = names;
                                         const ConsumerCurrent* current = hard_.consumer_current.find(key);
                                         if (current != nullptr) one.member_epoch = current->epoch;
                                         one.assignment = list(current == nullptr ? nullptr : &current->assigned);
                                         one.target_assignment = list(hard_.consumer_target.find(key));
                                         one.member_type = 1;
                                         if (member.assignor) told.assignor_name = std::string_view(*member.assignor);
                                         return true;
                                       });
  told.members = members;
}

}  // namespace ottla
