// ListGroups, versions 0 to 5: the groups that this broker coordinates. States and types to filter by are taken in any case.
#include "core/wire/messages/16_list_groups.h"

#include <algorithm>

#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::ListGroupsRequest;
using Response = wire::ListGroupsResponse;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool passes(const wire::Array<wire::String>& filter, std::string_view value) {
  return filter.empty() || std::any_of(filter.begin(), filter.end(), [&](const wire::String& one) {
           const std::string_view wanted = one.view();
           return std::equal(wanted.begin(), wanted.end(), value.begin(), value.end(),
                             [](char a, char b) { return lower(a) == lower(b); });
         });
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const std::vector<GroupCoordinators::Access> coordinators = services.groups->all();
  const bool loading =
      std::any_of(coordinators.begin(), coordinators.end(), [](const auto& one) { return one.loading; });
  if (loading && !last) return wait_for_groups<Asked>(services, std::move(request), asked, &handle);
  wire::Arena& arena = request->arena();
  Response response;
  std::vector<Response::Group> groups;
  for (const GroupCoordinators::Access& access : coordinators) {
    if (access.error != ErrorCode::none) {
      response.error_code = static_cast<int16_t>(access.error);
      continue;
    }
    for (const ListedGroup& group : access.coordinator->list()) {
      if (!passes(asked.states_filter, group.state) || !passes(asked.types_filter, group.type)) continue;
      Response::Group& told = groups.emplace_back();
      told.group_id = arena.copy(group.id);
      told.protocol_type = arena.copy(group.protocol_type);
      told.group_state = group.state;
      told.group_type = group.type;
    }
  }
  response.groups = groups;
  request->answer(response);
}

}  // namespace

void handle_list_groups(Services& services, RequestPtr request, const wire::ListGroupsRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
