// A group changes its protocol with its members in it.
//
// Up: a member of the consumer protocol comes to a classic group. The members keep what they have and go on in the classic
// way, generation for epoch, until each of them has been restarted with the new protocol. Who waits for an answer joins anew.
//
// Down: the last member of the consumer protocol goes. The others are a classic group again, which begins with a rebalance,
// because some of them may be on their way to a target still.
#include <algorithm>

#include "core/group/embedded_protocol.h"
#include "core/group/group_coordinator.h"
#include "core/group/group_records.h"

namespace ottla {

bool GroupCoordinator::upgrade(LiveGroup& group) {
  if (!context_.settings.may_upgrade || !group.uses_consumer_protocol() ||
      group.members.size() > context_.settings.consumer_size_max) {
    return false;
  }
  const std::string id = group.id();
  TenantRecords records;
  if (hard_.classic.find(id) != nullptr) add_classic_tombstone(records, id);
  for (const auto& [member_id, member] : group.members) {
    if (member.protocols.empty()) return false;
    const std::string_view chosen = group.protocol ? member.metadata(*group.protocol) : std::string_view();
    const auto subscription =
        read_subscription(chosen.empty() ? member.protocols[0].metadata : chosen, *context_.image);
    const auto assignment = read_assignment(member.assignment, *context_.image);
    if (!subscription || !assignment) {
      context_.sink->warn("group", "a group cannot change to the consumer protocol: a member says what cannot be read",
                          {{"group", id}, {"member", member_id}});
      return false;
    }
    const MemberKeyView key(id, member_id);
    add_consumer_member(records, key,
                        {.instance = member.instance,
                         .rack = subscription->rack,
                         .client_id = member.client_id,
                         .client_host = member.client_host,
                         .topics = subscription->topics,
                         .pattern = std::nullopt,
                         .rebalance_timeout = member.rebalance_timeout,
                         .assignor = std::nullopt,
                         .classic = ClassicSide{member.session_timeout, member.protocols}});
    add_consumer_target_member(records, key, *assignment);
    add_consumer_current(records, key,
                         {.epoch = group.generation,
                          .previous_epoch = group.generation,
                          .state = ConsumerCurrent::State::stable,
                          .assigned = *assignment,
                          .revoking = {}});
  }
  add_consumer_group(records, id, {.epoch = group.generation, .metadata_hash = 0});
  add_consumer_target(records, id, {.epoch = group.generation, .made_at = wall_});
  if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
    context_.sink->warn("group", "a change to the consumer protocol was not written",
                        {{"group", id}, {"why", error_name(error)}});
    return false;
  }
  context_.sink->info("group", "changes to the consumer protocol", {{"group", id}, {"members", group.members.size()}});
  for (auto& [member_id, member] : group.members) {
    if (member.joining != nullptr) {
      refuse_join(std::move(member.joining), member_id, ErrorCode::rebalance_in_progress);
    }
    if (member.syncing != nullptr) refuse_sync(std::move(member.syncing), ErrorCode::rebalance_in_progress);
  }
  drop_live(id);
  consumers_.adopt(id);
  return true;
}

bool GroupCoordinator::downgrade_without(std::string_view group, std::string_view leaving) {
  if (!context_.settings.may_downgrade || !consumers_.has_only_classic_but(group, leaving)) return false;
  std::vector<LiveMember> members;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const ConsumerMember& was) {
    if (key.group != group) return false;
    if (key.member == leaving) return true;
    LiveMember& member = members.emplace_back();
    member.id = key.member;
    member.instance = was.instance;
    member.client_id = was.client_id;
    member.client_host = was.client_host;
    member.rebalance_timeout = was.rebalance_timeout;
    member.session_timeout = was.classic->session_timeout;
    member.protocols = was.classic->protocols;
    member.expires = now_ + member.session_timeout;
    const Partitions* target = hard_.consumer_target.find(key);
    const auto subscription =
        member.protocols.empty() ? std::nullopt : read_subscription(member.protocols[0].metadata, *context_.image);
    if (target != nullptr) {
      member.assignment = write_assignment(*target, subscription ? subscription->version : int16_t{0}, *context_.image);
    }
    return true;
  });
  const int32_t epoch = hard_.consumer_groups.find(group)->epoch;
  std::optional<LiveGroup> made = LiveGroup::of_members(std::string(group), epoch, std::move(members), wall_);
  if (!made || made->members.size() > context_.settings.size_max) return false;

  TenantRecords records;
  consumers_.add_all_tombstones(records, group);
  add_classic_group(records, group, made->record());
  if (const ErrorCode error = journal_.write(records); error != ErrorCode::none) {
    context_.sink->warn("group", "a change to the classic protocol was not written",
                        {{"group", group}, {"why", error_name(error)}});
    return false;
  }
  context_.sink->info("group", "changes to the classic protocol",
                      {{"group", group}, {"members", made->members.size()}});
  consumers_.forget(group);
  LiveGroup& live = soft_.groups.insert_or_assign(std::string(group), std::move(*made)).first->second;
  prepare_rebalance(live, "the group changed to the classic protocol");
  schedule(live);
  return true;
}

}  // namespace ottla
