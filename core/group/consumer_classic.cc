// Members of the classic protocol in a group that is on its way from one protocol to the other.
#include <algorithm>

#include "core/group/consumer_groups.h"
#include "core/group/embedded_protocol.h"

namespace ottla {

// The answer comes at once: nobody is waited for. Who has to give up something first gets the rest of what it had, and joins
// again when it has done so.
ErrorCode ConsumerGroups::classic_join(const wire::JoinGroupRequest& asked, const GroupClient& client,
                                       std::string_view new_id, GroupReplyPtr& reply) {
  if (!can_take(asked.group_id.view(), asked)) return ErrorCode::inconsistent_group_protocol;
  const auto subscription = read_subscription(asked.protocols[0].metadata.view().text(), *context_.image);
  if (!subscription) return ErrorCode::inconsistent_group_protocol;
  Visit visit;
  visit.group = asked.group_id.view();
  begin(visit);
  if (const ErrorCode error = find_classic(asked, new_id, visit); error != ErrorCode::none) return error;
  visit.before = visit.current;

  ConsumerMember& member = visit.member;
  if (asked.group_instance_id) member.instance = std::string(asked.group_instance_id->view());
  member.rack = subscription->rack;
  member.client_id = client.id;
  member.client_host = client.host;
  member.topics = subscription->topics;
  member.pattern.reset();
  member.assignor.reset();
  const int32_t rebalance_ms = asked.rebalance_timeout_ms == -1 ? asked.session_timeout_ms : asked.rebalance_timeout_ms;
  member.rebalance_timeout = Duration::from_ms(rebalance_ms);
  ClassicSide& classic = member.classic.emplace();
  classic.session_timeout = Duration::from_ms(asked.session_timeout_ms);
  for (const auto& protocol : asked.protocols) {
    classic.protocols.push_back({std::string(protocol.name.view()), std::string(protocol.metadata.view().text())});
  }
  if (const ErrorCode error = settle(visit, subscription->owned); error != ErrorCode::none) return error;

  wire::JoinGroupResponse response;
  response.generation_id = visit.current.epoch;
  response.protocol_type = asked.protocol_type;
  response.protocol_name = asked.protocols[0].name;
  response.member_id = std::string_view(visit.id);
  reply->prepare(response);
  journal_.answer(std::move(reply));
  return ErrorCode::none;
}

// Some protocol of its is one of all that speak the classic protocol.
bool ConsumerGroups::can_take(std::string_view group, const wire::JoinGroupRequest& asked) const {
  if (asked.protocol_type != "consumer") return false;
  return std::any_of(asked.protocols.begin(), asked.protocols.end(), [&](const auto& offered) {
    bool all = true;
    hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& member) {
      if (key.group != group) return false;
      if (!member.classic || key.member == asked.member_id.view()) return true;
      const auto& protocols = member.classic->protocols;
      all = std::any_of(protocols.begin(), protocols.end(),
                        [&](const auto& one) { return one.name == offered.name.view(); });
      return all;
    });
    return all;
  });
}

ErrorCode ConsumerGroups::find_classic(const wire::JoinGroupRequest& asked, std::string_view new_id,
                                       Visit& visit) const {
  const bool comes = asked.member_id.empty();
  visit.id = comes ? new_id : asked.member_id.view();
  if (asked.group_instance_id) {
    const std::string* holder = static_member(visit.group, asked.group_instance_id->view());
    if (holder == nullptr && !comes) return ErrorCode::unknown_member_id;
    if (holder != nullptr && *holder != visit.id) {
      if (!comes) return ErrorCode::fenced_instance_id;
      replace(visit, *holder);
      return ErrorCode::none;
    }
  }
  const MemberKeyView key(visit.group, visit.id);
  visit.was = hard_.consumer_members.find(key);
  if (visit.was == nullptr) {
    const bool full = member_count(visit.group) >= context_.settings.consumer_size_max;
    return full ? ErrorCode::group_max_size_reached : ErrorCode::none;
  }
  visit.member = *visit.was;
  if (const ConsumerCurrent* current = hard_.consumer_current.find(key)) visit.current = *current;
  return ErrorCode::none;
}

ErrorCode ConsumerGroups::check_classic(std::string_view group, std::string_view member,
                                        const wire::Nullable<wire::String>& instance, int32_t generation) const {
  if (instance) {
    const std::string* holder = static_member(group, instance->view());
    if (holder == nullptr) return ErrorCode::unknown_member_id;
    if (*holder != member) return ErrorCode::fenced_instance_id;
  }
  const ConsumerMember* known = hard_.consumer_members.find(MemberKeyView(group, member));
  const ConsumerCurrent* current = hard_.consumer_current.find(MemberKeyView(group, member));
  if (known == nullptr || !known->classic || current == nullptr) return ErrorCode::unknown_member_id;
  return current->epoch == generation ? ErrorCode::none : ErrorCode::illegal_generation;
}

// It is told to join, and has its rebalance timeout for that from the first time on.
void ConsumerGroups::ask_to_join(std::string_view group, std::string_view member) {
  Session& session = soft_.sessions[MemberKey(MemberKeyView(group, member))];
  if (session.act_by != Instant::never()) return;
  session.act_by = now_ + hard_.consumer_members.find(MemberKeyView(group, member))->rebalance_timeout;
  note(session);
}

ErrorCode ConsumerGroups::classic_sync(const wire::SyncGroupRequest& asked, GroupReplyPtr& reply) {
  const std::string_view group = asked.group_id.view();
  const std::string_view id = asked.member_id.view();
  if (const ErrorCode error = check_classic(group, id, asked.group_instance_id, asked.generation_id);
      error != ErrorCode::none) {
    return error;
  }
  const ConsumerMember& member = *hard_.consumer_members.find(MemberKeyView(group, id));
  const ConsumerCurrent& current = *hard_.consumer_current.find(MemberKeyView(group, id));
  if (member.classic->protocols.empty()) return ErrorCode::inconsistent_group_protocol;
  const ClassicSide::Protocol& protocol = member.classic->protocols.front();
  const auto differs = [](const wire::Nullable<wire::String>& said, std::string_view is) {
    return said && said->view() != is;
  };
  if (differs(asked.protocol_type, "consumer") || differs(asked.protocol_name, protocol.name)) {
    return ErrorCode::inconsistent_group_protocol;
  }
  // Who has to give up something has joined already, and joins again when it has.
  const bool behind = hard_.consumer_groups.find(group)->epoch > current.epoch;
  if (behind && current.state != ConsumerCurrent::State::unrevoked) {
    ask_to_join(group, id);
    return ErrorCode::rebalance_in_progress;
  }
  Session& session = soft_.sessions[MemberKey(MemberKeyView(group, id))];
  session = {.expires = now_ + member.classic->session_timeout};
  note(session);

  const auto subscription = read_subscription(protocol.metadata, *context_.image);
  const std::string assignment =
      write_assignment(current.assigned, subscription ? subscription->version : int16_t{0}, *context_.image);
  wire::SyncGroupResponse response;
  response.protocol_type = wire::String("consumer");
  response.protocol_name = wire::String(std::string_view(protocol.name));
  response.assignment = BytesView::of(assignment);
  reply->prepare(response);
  journal_.answer(std::move(reply));
  return ErrorCode::none;
}

// It is to join when there is a newer epoch, when it has to give up something, and when what it waits for has come free.
ErrorCode ConsumerGroups::classic_heartbeat(const wire::HeartbeatRequest& asked) {
  const std::string_view group = asked.group_id.view();
  const std::string_view id = asked.member_id.view();
  if (const ErrorCode error = check_classic(group, id, asked.group_instance_id, asked.generation_id);
      error != ErrorCode::none) {
    return error;
  }
  const ConsumerMember& member = *hard_.consumer_members.find(MemberKeyView(group, id));
  const ConsumerCurrent& current = *hard_.consumer_current.find(MemberKeyView(group, id));
  Session& session = soft_.sessions[MemberKey(MemberKeyView(group, id))];
  session.expires = now_ + member.classic->session_timeout;
  note(session);
  const bool behind = hard_.consumer_groups.find(group)->epoch > current.epoch;
  const bool may_have_more = current.state == ConsumerCurrent::State::unreleased && !waits_for_others(group, id);
  if (!behind && current.state != ConsumerCurrent::State::unrevoked && !may_have_more) return ErrorCode::none;
  ask_to_join(group, id);
  return ErrorCode::rebalance_in_progress;
}

ErrorCode ConsumerGroups::classic_leave(std::string_view group, const wire::LeaveGroupRequest::Member& leaving) {
  std::string id(leaving.member_id.view());
  if (leaving.group_instance_id) {
    const std::string* holder = static_member(group, leaving.group_instance_id->view());
    if (holder == nullptr) return ErrorCode::unknown_member_id;
    if (!id.empty() && *holder != id) return ErrorCode::fenced_instance_id;
    id = *holder;
  }
  const ConsumerMember* member = hard_.consumer_members.find(MemberKeyView(group, id));
  if (member == nullptr || !member->classic) return ErrorCode::unknown_member_id;
  return remove(group, id) ? ErrorCode::none : ErrorCode::coordinator_not_available;
}

bool ConsumerGroups::has_only_classic_but(std::string_view group, std::string_view leaving) const {
  size_t others = 0;
  bool only = true;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != group) return false;
    if (key.member == leaving) {
      only = !member.classic;  // a classic one that goes leaves the group what it is
    } else {
      ++others;
      only = only && member.classic.has_value();
    }
    return only;
  });
  return only && others > 0;
}

}  // namespace ottla
