// What people ask about groups.
#include "core/group/group_coordinator.h"

namespace ottla {

void GroupCoordinator::describe(std::string_view id, wire::Version version, wire::Arena& arena,
                                wire::DescribeGroupsResponse::Group& told) const {
  constexpr wire::Version kNotFoundSince = 6;
  told.group_id = id;
  const LiveGroup* group = find_live(id);
  if (group == nullptr) {
    const bool simple = !consumers_.has(id) && hard_.has_offsets(id, true);
    told.group_state = simple ? "Empty" : "Dead";
    if (!simple && version >= kNotFoundSince) {
      told.error_code = static_cast<int16_t>(ErrorCode::group_id_not_found);
      told.error_message = wire::String("There is no such group.");
    }
    return;
  }
  const bool stable = group->state == LiveState::stable;
  told.group_state = text(group->state);
  if (group->protocol_type) told.protocol_type = std::string_view(*group->protocol_type);
  if (stable) told.protocol_data = std::string_view(*group->protocol);
  const auto members = arena.array<wire::DescribeGroupsResponse::Member>(group->members.size());
  size_t at = 0;
  for (const auto& [member_id, member] : group->members) {
    auto& one = members[at++];
    one.member_id = std::string_view(member_id);
    if (member.instance) one.group_instance_id = wire::String(std::string_view(*member.instance));
    one.client_id = std::string_view(member.client_id);
    one.client_host = std::string_view(member.client_host);
    if (!stable) continue;
    one.member_metadata = BytesView::of(member.metadata(*group->protocol));
    one.member_assignment = BytesView::of(member.assignment);
  }
  told.members = members;
}

std::vector<ListedGroup> GroupCoordinator::list() const {
  std::map<std::string, ListedGroup> groups;
  hard_.offsets.for_each_committed([&](const OffsetKey& key, const auto&) {
    if (!groups.contains(key.group)) groups[key.group] = {key.group, "", "Empty", "Classic"};
    return true;
  });
  for (const auto& [id, group] : soft_.groups) {
    groups[id] = {id, group.protocol_type.value_or(""), text(group.state), "Classic"};
  }
  hard_.consumer_groups.for_each([&](const std::string& id, const ConsumerGroup&) {
    groups[id] = {id, "consumer", consumers_.state(id), "Consumer"};
    return true;
  });
  std::vector<ListedGroup> listed;
  for (auto& [id, group] : groups) listed.push_back(std::move(group));
  return listed;
}

}  // namespace ottla
