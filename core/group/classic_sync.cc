// SyncGroup: the leader's word is written, and everybody hears what it reads when that is committed.
#include "core/group/group_coordinator.h"
#include "core/group/group_records.h"

namespace ottla {
namespace {

bool differs(const wire::Nullable<wire::String>& said, const std::optional<std::string>& is) {
  return said && is && said->view() != *is;
}

}  // namespace

void GroupCoordinator::sync(const wire::SyncGroupRequest& asked, GroupReplyPtr reply) {
  const std::string_view id = asked.member_id.view();
  if (asked.group_id.empty()) return refuse_sync(std::move(reply), ErrorCode::invalid_group_id);
  if (consumers_.has(asked.group_id.view())) {
    const ErrorCode error = consumers_.classic_sync(asked, reply);
    if (error != ErrorCode::none) refuse_sync(std::move(reply), error);
    return;
  }
  LiveGroup* found = find_live(asked.group_id.view());
  if (found == nullptr || found->state == LiveState::empty) {
    return refuse_sync(std::move(reply), ErrorCode::unknown_member_id);
  }
  LiveGroup& group = *found;
  ErrorCode error = group.check_member(id, asked.group_instance_id);
  if (error == ErrorCode::none && asked.generation_id != group.generation) error = ErrorCode::illegal_generation;
  if (error == ErrorCode::none &&
      (differs(asked.protocol_type, group.protocol_type) || differs(asked.protocol_name, group.protocol))) {
    error = ErrorCode::inconsistent_group_protocol;
  }
  if (error == ErrorCode::none && group.state == LiveState::preparing) error = ErrorCode::rebalance_in_progress;
  if (error != ErrorCode::none) return refuse_sync(std::move(reply), error);

  group.unsynced.erase(std::string(id));
  LiveMember& member = *group.find(id);
  heard_of(group, member);
  if (group.state == LiveState::stable) {
    answer_sync(group, member, std::move(reply));
  } else {
    if (member.syncing != nullptr) refuse_sync(std::move(member.syncing), ErrorCode::rebalance_in_progress);
    member.syncing = std::move(reply);
    if (group.is_leader(id)) take_assignment(group, asked);
  }
  schedule(group);
}

void GroupCoordinator::take_assignment(LiveGroup& group, const wire::SyncGroupRequest& asked) {
  for (const auto& assigned : asked.assignments) {
    LiveMember* member = group.find(assigned.member_id.view());
    if (member != nullptr) member->assignment = assigned.assignment.view().text();
  }
  group.state = LiveState::stable;
  group.since = wall_;
  TenantRecords records;
  add_classic_group(records, group.id(), group.record());
  if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
    context_.sink->warn("group", "an assignment was not written", {{"group", group.id()}, {"why", error_name(error)}});
    refuse_syncing(group, error == ErrorCode::message_too_large ? ErrorCode::unknown_server_error : error);
    return prepare_rebalance(group, "the assignment was not written");
  }
  for (auto& [id, member] : group.members) {
    if (member.syncing == nullptr) continue;
    heard_of(group, member);
    answer_sync(group, member, std::move(member.syncing));
  }
}

void GroupCoordinator::answer_sync(const LiveGroup& group, const LiveMember& member, GroupReplyPtr reply) {
  wire::SyncGroupResponse response;
  response.protocol_type = wire::String(std::string_view(*group.protocol_type));
  response.protocol_name = wire::String(std::string_view(*group.protocol));
  response.assignment = BytesView::of(member.assignment);
  say(std::move(reply), response);
}

void GroupCoordinator::refuse_sync(GroupReplyPtr reply, ErrorCode error) {
  wire::SyncGroupResponse response;
  response.error_code = static_cast<int16_t>(error);
  say(std::move(reply), response);
}

void GroupCoordinator::refuse_syncing(LiveGroup& group, ErrorCode error) {
  for (auto& [id, member] : group.members) {
    member.assignment.clear();
    if (member.syncing == nullptr) continue;
    heard_of(group, member);
    refuse_sync(std::move(member.syncing), error);
  }
}

}  // namespace ottla
