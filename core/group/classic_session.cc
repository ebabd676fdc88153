// Signs of life, leaving, and silence.
#include <algorithm>

#include "core/group/group_coordinator.h"

namespace ottla {

void GroupCoordinator::heard_of(LiveGroup& group, LiveMember& member) {
  member.expires = now_ + member.session_timeout;
  if (member.expires < group.wake) schedule(group);
}

void GroupCoordinator::heartbeat(const wire::HeartbeatRequest& asked, GroupReplyPtr reply) {
  wire::HeartbeatResponse response;
  LiveGroup* group = find_live(asked.group_id.view());
  ErrorCode error = ErrorCode::unknown_member_id;
  if (asked.group_id.empty()) {
    error = ErrorCode::invalid_group_id;
  } else if (consumers_.has(asked.group_id.view())) {
    error = consumers_.classic_heartbeat(asked);
  } else if (group != nullptr && group->state != LiveState::empty) {
    error = group->check_member(asked.member_id.view(), asked.group_instance_id);
    if (error == ErrorCode::none && asked.generation_id != group->generation) error = ErrorCode::illegal_generation;
    if (error == ErrorCode::none) {
      heard_of(*group, *group->find(asked.member_id.view()));
      if (group->state == LiveState::preparing) error = ErrorCode::rebalance_in_progress;
    }
  }
  response.error_code = static_cast<int16_t>(error);
  say(std::move(reply), response);
}

// --- Leaving

void GroupCoordinator::leave(const wire::LeaveGroupRequest& asked, GroupReplyPtr reply) {
  constexpr wire::Version kManySince = 3;
  using Answered = wire::LeaveGroupResponse;
  Answered response;
  LiveGroup* group = find_live(asked.group_id.view());
  if (asked.group_id.empty() || (group == nullptr && !consumers_.has(asked.group_id.view()))) {
    const ErrorCode error = asked.group_id.empty() ? ErrorCode::invalid_group_id : ErrorCode::unknown_member_id;
    response.error_code = static_cast<int16_t>(error);
    return say(std::move(reply), response);
  }
  bool anybody = false;
  if (reply->version() < kManySince) {
    wire::LeaveGroupRequest::Member alone;
    alone.member_id = asked.member_id;
    const ErrorCode error = leave_one(group, asked.group_id.view(), alone);
    anybody = error == ErrorCode::none;
    response.error_code = static_cast<int16_t>(error);
  } else {
    const auto members = reply->arena().array<Answered::Member>(asked.members.size());
    for (size_t i = 0; i < members.size(); ++i) {
      const ErrorCode error = leave_one(group, asked.group_id.view(), asked.members[i]);
      anybody |= error == ErrorCode::none;
      members[i].member_id = asked.members[i].member_id;
      members[i].group_instance_id = asked.members[i].group_instance_id;
      members[i].error_code = static_cast<int16_t>(error);
    }
    response.members = members;
  }
  if (group == nullptr) return say(std::move(reply), response);
  if (anybody && group->state != LiveState::empty) rebalance_or_complete(*group, "members left");
  schedule(*group);
  say(std::move(reply), response);
  forget_if_nothing(std::string(asked.group_id.view()));
}

ErrorCode GroupCoordinator::leave_one(LiveGroup* of, std::string_view id_of_group,
                                      const wire::LeaveGroupRequest::Member& member) {
  if (of == nullptr) return consumers_.classic_leave(id_of_group, member);
  LiveGroup& group = *of;
  std::string id(member.member_id.view());
  if (id.empty()) {  // an administrator removes a static member by its instance
    const auto known = group.statics.find(member.group_instance_id.or_empty().view());
    if (!member.group_instance_id || known == group.statics.end()) return ErrorCode::unknown_member_id;
    id = known->second;
  } else if (group.pending.contains(id)) {
    group.remove(id);
    return ErrorCode::none;
  } else if (const ErrorCode error = group.check_member(id, member.group_instance_id); error != ErrorCode::none) {
    return error;
  }
  refuse_joining(*group.find(id));
  group.remove(id);
  return ErrorCode::none;
}

// It may be there all the same, and then joins anew.
void GroupCoordinator::refuse_joining(LiveMember& member) {
  if (member.joining != nullptr) refuse_join(std::move(member.joining), {}, ErrorCode::unknown_member_id);
  if (member.syncing != nullptr) refuse_sync(std::move(member.syncing), ErrorCode::unknown_member_id);
}

// --- Silence

void GroupCoordinator::look_after(LiveGroup& group) {
  if (group.join_deadline <= now_) group.initial ? initial_delay_over(group) : complete_join(group);
  if (group.sync_deadline <= now_) sync_overdue(group);

  std::vector<std::string> silent;
  for (const auto& [id, until] : group.pending) {
    if (until <= now_) silent.push_back(id);
  }
  const bool pending_gone = !silent.empty();
  bool member_gone = false;
  for (auto& [id, member] : group.members) {
    if (member.expires > now_) continue;
    if (!member.is_new && (member.joining != nullptr || member.syncing != nullptr)) {
      member.expires = now_ + member.session_timeout;  // it waits for us, not we for it
      continue;
    }
    silent.push_back(id);
    member_gone = true;
    context_.sink->debug("group", "a member is silent", {{"group", group.id()}, {"member", id}});
    refuse_joining(member);
  }
  for (const std::string& id : silent) group.remove(id);
  if (member_gone) {
    rebalance_or_complete(group, "a member is silent");
  } else if (pending_gone) {
    complete_if_all_joined(group);
  }
}

}  // namespace ottla
