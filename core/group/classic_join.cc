// JoinGroup: a member comes, or comes again.
#include <algorithm>

#include "core/group/group_coordinator.h"
#include "core/group/group_records.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

constexpr wire::Version kIdRequiredSince = 4;
constexpr wire::Version kNullProtocolSince = 7;
constexpr wire::Version kSkipAssignmentSince = 9;
// A new member cannot send heartbeats while it waits. Longer than this it has gone, or will ask again.
constexpr Duration kNewMemberWait = Duration::from_s(300);

// Texts that become part of records, whose lengths are 16 bits there.
bool fits(const wire::JoinGroupRequest& asked, const GroupClient& client) {
  constexpr size_t kMax = limits::kGroupTextSizeMax;
  return asked.member_id.size() <= kMax && asked.group_instance_id.or_empty().size() <= kMax &&
         asked.protocol_type.size() <= kMax && client.id.size() <= kMax &&
         std::all_of(asked.protocols.begin(), asked.protocols.end(),
                     [](const auto& protocol) { return protocol.name.size() <= kMax; });
}

std::vector<LiveMember::Protocol> protocols_of(const wire::JoinGroupRequest& asked) {
  std::vector<LiveMember::Protocol> protocols;
  protocols.reserve(asked.protocols.size());
  for (const auto& protocol : asked.protocols) {
    protocols.push_back({std::string(protocol.name.view()), std::string(protocol.metadata.view().text())});
  }
  return protocols;
}

Duration rebalance_timeout_of(const wire::JoinGroupRequest& asked) {
  return Duration::from_ms(asked.rebalance_timeout_ms == -1 ? asked.session_timeout_ms : asked.rebalance_timeout_ms);
}

}  // namespace

void GroupCoordinator::join(const wire::JoinGroupRequest& asked, const GroupClient& client, GroupReplyPtr reply) {
  const std::string_view id = asked.group_id.view();
  const std::string_view member = asked.member_id.view();
  if (id.empty() || id.size() > limits::kGroupTextSizeMax) {
    return refuse_join(std::move(reply), member, ErrorCode::invalid_group_id);
  }
  const Duration session = Duration::from_ms(asked.session_timeout_ms);
  if (session < context_.settings.session_timeout_min || session > context_.settings.session_timeout_max) {
    return refuse_join(std::move(reply), member, ErrorCode::invalid_session_timeout);
  }
  if (!fits(asked, client)) return refuse_join(std::move(reply), member, ErrorCode::invalid_request);
  if (consumers_.has(id)) {
    if (!consumers_.is_empty(id)) return join_consumers(asked, client, std::move(reply));
    TenantRecords records;
    consumers_.add_tombstones(records, id);
    if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
      return refuse_join(std::move(reply), member, error);
    }
  }
  LiveGroup* known = find_live(id);
  if (known == nullptr && !member.empty()) {
    return refuse_join(std::move(reply), member, ErrorCode::unknown_member_id);
  }
  LiveGroup& group = known != nullptr ? *known : make_live(id);
  if (!has_room(group, member)) {
    group.remove(member);
    refuse_join(std::move(reply), {}, ErrorCode::group_max_size_reached);
  } else if (!group.can_take(asked.protocol_type.view(), asked.protocols)) {
    refuse_join(std::move(reply), member, ErrorCode::inconsistent_group_protocol);
  } else if (member.empty()) {
    join_new(group, asked, client, std::move(reply));
  } else {
    join_again(group, asked, client, std::move(reply));
  }
  schedule(group);
  forget_if_nothing(std::string(id));
}

// The group has members of the consumer protocol.
void GroupCoordinator::join_consumers(const wire::JoinGroupRequest& asked, const GroupClient& client,
                                      GroupReplyPtr reply) {
  const std::string new_id = new_member_id(asked, client);
  if (asked.member_id.empty() && !asked.group_instance_id && reply->version() >= kIdRequiredSince) {
    return refuse_join(std::move(reply), new_id, ErrorCode::member_id_required);
  }
  const ErrorCode error = consumers_.classic_join(asked, client, new_id, reply);
  if (error != ErrorCode::none) return refuse_join(std::move(reply), asked.member_id.view(), error);
  // A static member may have been the last one of the consumer protocol, and has come back as one of the classic.
  if (asked.group_instance_id) (void)downgrade_without(asked.group_id.view(), {});
}

std::string GroupCoordinator::new_member_id(const wire::JoinGroupRequest& asked, const GroupClient& client) const {
  const std::string_view named = asked.group_instance_id ? asked.group_instance_id->view() : client.id;
  return std::string(named) + "-" + Uuid::random(*context_.entropy).text();
}

void GroupCoordinator::refuse_join(GroupReplyPtr reply, std::string_view member, ErrorCode error) {
  wire::JoinGroupResponse response;
  response.error_code = static_cast<int16_t>(error);
  response.member_id = member;
  if (reply->version() >= kNullProtocolSince) response.protocol_name = wire::null;
  say(std::move(reply), response);
}

// Members that wait count while a group prepares, so that a bound that was lowered turns the last ones away.
bool GroupCoordinator::has_room(const LiveGroup& group, std::string_view member) const {
  const auto found = group.members.find(member);
  switch (group.state) {
    case LiveState::empty: return true;
    case LiveState::preparing:
      return (found != group.members.end() && found->second.joining != nullptr) ||
             group.joined_count() < context_.settings.size_max;
    case LiveState::completing:
    case LiveState::stable: return found != group.members.end() || group.members.size() < context_.settings.size_max;
  }
  OTTLA_UNREACHABLE("a state without a bound");
}

void GroupCoordinator::join_new(LiveGroup& group, const wire::JoinGroupRequest& asked, const GroupClient& client,
                                GroupReplyPtr reply) {
  const std::string id = new_member_id(asked, client);
  if (asked.group_instance_id) {
    const auto known = group.statics.find(asked.group_instance_id->view());
    if (known == group.statics.end()) return add_member(group, asked, client, id, std::move(reply));
    return join_replaced(group, asked, std::string(known->second), id, std::move(reply));
  }
  if (reply->version() < kIdRequiredSince) return add_member(group, asked, client, id, std::move(reply));
  // Clients that give up waiting and ask anew would fill the group with members nobody is: first it hears its id.
  group.pending[id] = now_ + Duration::from_ms(asked.session_timeout_ms);
  refuse_join(std::move(reply), id, ErrorCode::member_id_required);
}

void GroupCoordinator::join_again(LiveGroup& group, const wire::JoinGroupRequest& asked, const GroupClient& client,
                                  GroupReplyPtr reply) {
  const std::string_view id = asked.member_id.view();
  if (group.pending.contains(id) && !asked.group_instance_id) {
    return add_member(group, asked, client, id, std::move(reply));
  }
  if (const ErrorCode error = group.check_member(id, asked.group_instance_id); error != ErrorCode::none) {
    return refuse_join(std::move(reply), id, error);
  }
  LiveMember& member = *group.find(id);
  heard_of(group, member);
  const bool changed = member.protocols != protocols_of(asked);
  // The answer to its last one was lost, or it only wants to know: it gets the generation that there is. A leader of a
  // stable group joins to have everything assigned anew (topics have changed).
  if ((group.state == LiveState::completing && !changed) ||
      (group.state == LiveState::stable && !changed && !group.is_leader(id))) {
    return answer_join(group, member, std::move(reply), *group.leader, false);
  }
  update_member(member, asked, std::move(reply));
  rebalance_or_complete(group, "a member joins again");
}

void GroupCoordinator::join_replaced(LiveGroup& group, const wire::JoinGroupRequest& asked, const std::string& old_id,
                                     const std::string& new_id, GroupReplyPtr reply) {
  const std::string leader = group.leader.value_or("");
  LiveMember& old = *group.find(old_id);
  if (old.joining != nullptr) refuse_join(std::move(old.joining), old_id, ErrorCode::fenced_instance_id);
  if (old.syncing != nullptr) refuse_sync(std::move(old.syncing), ErrorCode::fenced_instance_id);
  LiveMember& member = group.rename(old_id, new_id);
  heard_of(group, member);
  const auto old_protocols = member.protocols;
  const Duration old_rebalance = member.rebalance_timeout;
  const Duration old_session = member.session_timeout;
  update_member(member, asked, std::move(reply));
  if (group.state == LiveState::preparing) return complete_if_all_joined(group);
  // Its old id may stand in what the leader is assigning now.
  if (group.state == LiveState::completing) return prepare_rebalance(group, "a static member came back");
  if (group.choose_protocol() != group.protocol)
    return prepare_rebalance(group, "a static member changed its protocol");

  // Nothing changes but its id: no rebalance.
  reply = std::move(member.joining);
  TenantRecords records;
  add_classic_group(records, group.id(), group.record());
  if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
    member.protocols = old_protocols;
    member.rebalance_timeout = old_rebalance;
    member.session_timeout = old_session;
    group.rename(new_id, old_id);
    return refuse_join(std::move(reply), {},
                       error == ErrorCode::message_too_large ? ErrorCode::unknown_server_error : error);
  }
  // A leader is not to assign anything. Who cannot be told so is told of the leader that was, whom nobody is.
  const bool can_skip = reply->version() >= kSkipAssignmentSince;
  answer_join(group, member, std::move(reply), can_skip ? *group.leader : leader, can_skip && group.is_leader(new_id));
}

void GroupCoordinator::add_member(LiveGroup& group, const wire::JoinGroupRequest& asked, const GroupClient& client,
                                  std::string_view id, GroupReplyPtr reply) {
  LiveMember member;
  member.id = id;
  if (asked.group_instance_id) member.instance = std::string(asked.group_instance_id->view());
  member.client_id = client.id;
  member.client_host = client.host;
  member.is_new = true;
  member.expires = now_ + kNewMemberWait;
  update_member(member, asked, std::move(reply));
  if (group.state == LiveState::preparing && group.initial) group.member_came = true;
  group.add(std::move(member), asked.protocol_type.view());
  rebalance_or_complete(group, "a member joins");
}

// One that waited already is told that it is taken up again elsewhere: its connection gave up on it.
void GroupCoordinator::update_member(LiveMember& member, const wire::JoinGroupRequest& asked, GroupReplyPtr reply) {
  member.rebalance_timeout = rebalance_timeout_of(asked);
  member.session_timeout = Duration::from_ms(asked.session_timeout_ms);
  member.protocols = protocols_of(asked);
  if (member.joining != nullptr) {
    refuse_join(std::move(member.joining), member.id, ErrorCode::rebalance_in_progress);
  }
  member.joining = std::move(reply);
}

void GroupCoordinator::answer_join(const LiveGroup& group, const LiveMember& member, GroupReplyPtr reply,
                                   std::string_view leader, bool skip_assignment) {
  wire::JoinGroupResponse response;
  response.generation_id = group.generation;
  response.protocol_type = wire::String(std::string_view(*group.protocol_type));
  response.protocol_name = wire::String(std::string_view(*group.protocol));
  response.leader = leader;
  response.skip_assignment = skip_assignment;
  response.member_id = std::string_view(member.id);
  if (leader == member.id) {
    const auto members = reply->arena().array<wire::JoinGroupResponse::Member>(group.members.size());
    size_t at = 0;
    for (const auto& [id, other] : group.members) {
      members[at].member_id = std::string_view(id);
      if (other.instance) members[at].group_instance_id = wire::String(std::string_view(*other.instance));
      members[at].metadata = BytesView::of(other.metadata(*group.protocol));
      ++at;
    }
    response.members = members;
  }
  say(std::move(reply), response);
}

}  // namespace ottla
