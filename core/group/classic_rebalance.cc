// A rebalance: members are waited for, then a generation begins.
#include <algorithm>

#include "core/group/group_coordinator.h"
#include "core/group/group_records.h"

namespace ottla {

void GroupCoordinator::rebalance_or_complete(LiveGroup& group, std::string_view why) {
  if (group.state == LiveState::preparing) return complete_if_all_joined(group);
  prepare_rebalance(group, why);
}

void GroupCoordinator::prepare_rebalance(LiveGroup& group, std::string_view why) {
  if (group.state == LiveState::completing) refuse_syncing(group, ErrorCode::rebalance_in_progress);
  group.unsynced.clear();
  group.sync_deadline = Instant::never();
  group.initial = group.state == LiveState::empty;
  group.state = LiveState::preparing;
  group.since = wall_;
  context_.sink->debug("group", "rebalance", {{"group", group.id()}, {"generation", group.generation}, {"why", why}});
  if (!group.initial) {
    group.join_deadline = now_ + group.rebalance_timeout();
    return complete_if_all_joined(group);
  }
  // A new group: its other members are likely to come in the next moment.
  const Duration delay = context_.settings.initial_delay;
  group.member_came = false;
  group.join_deadline = now_ + delay;
  group.initial_left = std::max(group.rebalance_timeout() - delay, Duration());
}

void GroupCoordinator::initial_delay_over(LiveGroup& group) {
  if (!group.member_came || group.initial_left == Duration()) return complete_join(group);
  const Duration delay = std::min(context_.settings.initial_delay, group.initial_left);
  group.member_came = false;
  group.join_deadline = now_ + delay;
  group.initial_left = std::max(group.initial_left - delay, Duration());
}

void GroupCoordinator::complete_if_all_joined(LiveGroup& group) {
  if (group.state == LiveState::preparing && !group.initial && group.all_joined()) complete_join(group);
}

void GroupCoordinator::complete_join(LiveGroup& group) {
  group.join_deadline = Instant::never();
  std::vector<std::string> missing;
  for (const auto& [id, member] : group.members) {
    if (member.joining == nullptr && !member.instance) missing.push_back(id);
  }
  for (const std::string& id : missing) group.remove(id);
  if (!group.members.empty() && !group.elect_joined_leader()) {
    // Static members only, and none has come: until their sessions are over they have a right to.
    group.join_deadline = now_ + std::max(group.rebalance_timeout(), Duration::from_s(1));
    return;
  }
  group.begin_generation(wall_);
  if (group.state == LiveState::empty) {
    TenantRecords records;
    add_classic_group(records, group.id(), group.record());
    if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
      // The generation before holds again after a load, and its members will be found silent.
      context_.sink->warn("group", "an empty group was not written",
                          {{"group", group.id()}, {"why", error_name(error)}});
    }
    return;
  }
  for (auto& [id, member] : group.members) {
    member.is_new = false;
    member.assignment.clear();
    group.unsynced.insert(id);
    if (member.joining == nullptr) continue;
    heard_of(group, member);
    answer_join(group, member, std::move(member.joining), *group.leader, false);
  }
  group.sync_deadline = now_ + group.rebalance_timeout();
}

void GroupCoordinator::sync_overdue(LiveGroup& group) {
  group.sync_deadline = Instant::never();
  if (group.unsynced.empty()) return;
  for (const std::string& id : std::vector<std::string>(group.unsynced.begin(), group.unsynced.end())) group.remove(id);
  prepare_rebalance(group, "members did not sync");
}

}  // namespace ottla
