// Members of the consumer protocol that go, by their own word or without one; their sessions.
#include <algorithm>

#include "core/group/consumer_groups.h"
#include "core/group/group_records.h"

namespace ottla {
namespace {

using Asked = wire::ConsumerGroupHeartbeatRequest;

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

ErrorCode ConsumerGroups::check_member(std::string_view group, std::string_view member, int32_t epoch) const {
  if (epoch < 0 && is_empty(group)) return ErrorCode::none;
  const ConsumerCurrent* current = hard_.consumer_current.find(MemberKeyView(group, member));
  const ConsumerMember* known = hard_.consumer_members.find(MemberKeyView(group, member));
  if (current == nullptr || known == nullptr) return ErrorCode::unknown_member_id;
  if (current->epoch == epoch) return ErrorCode::none;
  return known->classic ? ErrorCode::illegal_generation : ErrorCode::stale_member_epoch;
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
    ConsumerCurrent away;
    if (const ConsumerCurrent* current = hard_.consumer_current.find(MemberKeyView(group, id))) away = *current;
    away.epoch = kLeaveForAWhileEpoch;
    away.revoking.clear();
    away.state = ConsumerCurrent::State::stable;
    TenantRecords records;
    add_consumer_current(records, {group, id}, away);
    if (const ErrorCode error = journal_.write(records); error != ErrorCode::none)
      return refuse(std::move(reply), {error});
  } else if (!remove(group, id)) {
    return refuse(std::move(reply), {ErrorCode::coordinator_not_available});
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
  if (downgrade_(group, member)) return true;
  TenantRecords records;
  add_member_tombstones(records, group, member);
  drop_unused_patterns(records, group, patterns_in_use(group, member));
  if (const ConsumerGroup* known = hard_.consumer_groups.find(group)) {
    ConsumerGroup next = *known;
    ++next.epoch;
    add_consumer_group(records, group, next);
  }
  if (journal_.write(records) != ErrorCode::none) return false;
  soft_.sessions.erase(MemberKey(MemberKeyView(group, member)));
  Soft::Seen& seen = soft_.groups[std::string(group)];
  seen.changed = now_;
  seen.changed_here = true;
  return true;
}

void ConsumerGroups::add_tombstones(TenantRecords& records, std::string_view group) const {
  drop_unused_patterns(records, group, {});
  if (hard_.consumer_targets.find(group) != nullptr) add_consumer_target_tombstone(records, group);
  add_consumer_group_tombstone(records, group);
}

void ConsumerGroups::add_all_tombstones(TenantRecords& records, std::string_view group) const {
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto&) {
    if (key.group != group) return false;
    add_member_tombstones(records, group, key.member);
    return true;
  });
  add_tombstones(records, group);
}

void ConsumerGroups::forget(std::string_view group) {
  auto at = soft_.sessions.lower_bound(MemberKeyView(group, {}));
  while (at != soft_.sessions.end() && at->first.group == group) at = soft_.sessions.erase(at);
  if (const auto seen = soft_.groups.find(group); seen != soft_.groups.end()) soft_.groups.erase(seen);
}

void ConsumerGroups::adopt(std::string_view group) {
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != group) return false;
    Session& session = soft_.sessions[key];
    session = {.expires = now_ + session_timeout(member)};
    note(session);
    return true;
  });
}

// --- Sessions

void ConsumerGroups::loaded(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  soft_ = Soft();
  next_ = Instant::never();
  hard_.consumer_members.for_each([&](const MemberKey& key, const ConsumerMember& member) {
    Session session{.expires = now + session_timeout(member)};
    const ConsumerCurrent* current = hard_.consumer_current.find(key);
    if (current != nullptr && current->state == ConsumerCurrent::State::unrevoked) {
      session.act_by = now + member.rebalance_timeout;
    }
    note(session);
    soft_.sessions[key] = session;
    return true;
  });
}

void ConsumerGroups::heard_of(const Visit& visit) {
  Session& session = soft_.sessions[MemberKey{visit.group, visit.id}];
  session.expires = now_ + session_timeout(visit.member);
  if (visit.member.classic) {
    session.act_by = now_ + visit.member.rebalance_timeout;  // to sync
  } else if (visit.current.state != ConsumerCurrent::State::unrevoked) {
    session.act_by = Instant::never();
  } else if (session.act_by == Instant::never()) {
    session.act_by = now_ + visit.member.rebalance_timeout;
  }
  note(session);
}

Duration ConsumerGroups::session_timeout(const ConsumerMember& member) const {
  return member.classic ? member.classic->session_timeout : context_.settings.consumer_session_timeout;
}

void ConsumerGroups::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  if (now_ < next_) return;
  std::vector<MemberKey> gone;
  for (const auto& [key, session] : soft_.sessions) {
    if (std::min(session.expires, session.act_by) <= now_) gone.push_back(key);
  }
  for (const MemberKey& key : gone) {
    context_.sink->debug("group", "a member is silent", {{"group", key.group}, {"member", key.member}});
    if (!soft_.sessions.contains(key)) continue;  // its group has gone over to the classic protocol
    if (!remove(key.group, key.member))
      soft_.sessions[key] = {.expires = now_ + Duration::from_s(1)};  // and then again
  }
  next_ = Instant::never();
  for (const auto& [key, session] : soft_.sessions) note(session);
}

}  // namespace ottla
