#include "core/group/group_coordinator.h"

#include <algorithm>

#include "core/group/group_records.h"

namespace ottla {

LiveGroup* GroupCoordinator::find_live(std::string_view group) {
  const auto found = soft_.groups.find(group);
  return found == soft_.groups.end() ? nullptr : &found->second;
}

const LiveGroup* GroupCoordinator::find_live(std::string_view group) const {
  const auto found = soft_.groups.find(group);
  return found == soft_.groups.end() ? nullptr : &found->second;
}

LiveGroup& GroupCoordinator::make_live(std::string_view group) {
  const std::string id(group);
  return soft_.groups.try_emplace(id, id).first->second;
}

bool GroupCoordinator::exists(std::string_view group) const {
  return find_live(group) != nullptr || consumers_.has(group) || hard_.has_offsets(group);
}

// --- Soft state

void GroupCoordinator::loaded(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  make_soft();
}

// Members are believed to be alive: they have a session from now on to say so.
void GroupCoordinator::make_soft() {
  consumers_.loaded(now_, wall_);
  soft_ = Soft();
  soft_.expire_at = now_ + context_.settings.offset_check_interval;
  hard_.classic.for_each([&](const std::string& id, const ClassicGroupPtr& written) {
    schedule(soft_.groups.try_emplace(id, id, *written, now_).first->second);
    return true;
  });
}

void GroupCoordinator::rolled_back(ErrorCode why) {
  refuse_waiting(why);
  make_soft();
}

void GroupCoordinator::unloaded(ErrorCode why) { refuse_waiting(why); }

void GroupCoordinator::refuse_waiting(ErrorCode why) {
  for (auto& [id, group] : soft_.groups) {
    for (auto& [member_id, member] : group.members) {
      if (member.joining != nullptr) std::exchange(member.joining, nullptr)->refuse(why);
      if (member.syncing != nullptr) std::exchange(member.syncing, nullptr)->refuse(why);
    }
  }
}

// --- Time

void GroupCoordinator::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  while (!soft_.due.empty() && soft_.due.begin()->first <= now_) {
    const std::string id = soft_.due.begin()->second;
    LiveGroup& group = *find_live(id);
    soft_.due.erase(soft_.due.begin());
    group.wake = Instant::never();
    look_after(group);
    schedule(group);
    forget_if_nothing(id);
  }
  consumers_.tick(now, wall);
  if (now_ < soft_.expire_at) return;
  soft_.expire_at = now_ + context_.settings.offset_check_interval;
  expire_offsets();
}

Instant GroupCoordinator::next_deadline() const {
  Instant next = soft_.due.empty() ? Instant::never() : soft_.due.begin()->first;
  next = std::min(next, consumers_.next_deadline());
  if (!hard_.offsets.empty() || !hard_.classic.empty()) next = std::min(next, soft_.expire_at);
  return next;
}

// A deadline that was moved to later stays where it is: it is looked at then, and found to be not due.
void GroupCoordinator::schedule(LiveGroup& group) {
  const Instant at = group.next_deadline();
  if (at >= group.wake) return;
  if (group.wake != Instant::never()) soft_.due.erase({group.wake, group.id()});
  group.wake = at;
  soft_.due.emplace(at, group.id());
}

// Groups of the other protocol make way: empty ones go, others change.
void GroupCoordinator::consumer_heartbeat(const wire::ConsumerGroupHeartbeatRequest& asked, const GroupClient& client,
                                          GroupReplyPtr reply) {
  const std::string id(asked.group_id.view());
  LiveGroup* live = find_live(id);
  bool in_use = live != nullptr && (live->state != LiveState::empty || !live->pending.empty());
  if (asked.member_epoch == 0 && live != nullptr && consumers_.is_sound(asked, reply->version())) {
    if (!live->members.empty()) {
      in_use = !upgrade(*live);
    } else if (context_.settings.may_upgrade || !in_use) {
      TenantRecords records;
      if (hard_.classic.find(id) != nullptr) add_classic_tombstone(records, id);
      in_use = journal_.write(records) != ErrorCode::none;
      if (!in_use) drop_live(id);
    }
  }
  consumers_.heartbeat(asked, client, in_use, std::move(reply));
}

// A group of which nothing was written and that nobody is in was asked about, and that is all.
void GroupCoordinator::forget_if_nothing(const std::string& id) {
  const LiveGroup* group = find_live(id);
  if (group == nullptr || !group->members.empty() || !group->pending.empty()) return;
  if (hard_.classic.find(id) != nullptr) return;
  drop_live(id);
}

void GroupCoordinator::drop_live(const std::string& id) {
  const LiveGroup* group = find_live(id);
  if (group->wake != Instant::never()) soft_.due.erase({group->wake, id});
  soft_.groups.erase(id);
}

}  // namespace ottla
