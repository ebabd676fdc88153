// DescribeGroups, versions 0 to 6: groups of the classic protocol, with their members. Who is named twice is told once.
#include "core/wire/messages/15_describe_groups.h"
#include "core/broker/api/cluster_view.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::DescribeGroupsRequest;
using Response = wire::DescribeGroupsResponse;

constexpr int32_t kGroupOperations = 1 << 3 | 1 << 6 | 1 << 8;  // read, delete, describe, as ACLs number them

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  if (!last) {
    for (const wire::String& group : asked.groups) {
      if (services.groups->find(group.view()).loading) {
        return wait_for_groups<Asked>(services, std::move(request), asked, &handle);
      }
    }
  }
  wire::Arena& arena = request->arena();
  std::span<wire::String> names = arena.array<wire::String>(asked.groups.size());
  std::copy(asked.groups.begin(), asked.groups.end(), names.begin());
  names = each_once(names, arena);
  const auto groups = arena.array<Response::Group>(names.size());
  for (size_t i = 0; i < groups.size(); ++i) {
    const GroupCoordinators::Access access = services.groups->find(names[i].view());
    groups[i].group_id = names[i];
    if (access.error == ErrorCode::none) {
      access.coordinator->describe(names[i].view(), request->version(), arena, groups[i]);
    } else {
      groups[i].error_code = static_cast<int16_t>(access.error);
    }
    if (asked.include_authorized_operations) groups[i].authorized_operations = kGroupOperations;
  }
  Response response;
  response.groups = groups;
  request->answer(response);
}

}  // namespace

void handle_describe_groups(Services& services, RequestPtr request, const wire::DescribeGroupsRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
