// ListGroups, versions 0 to 5: this broker coordinates no groups yet, so the list is empty, whatever the filters.
#include "core/wire/messages/16_list_groups.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_list_groups(Services&, RequestPtr request, const wire::ListGroupsRequest&) {
  request->answer(wire::ListGroupsResponse());
}

}  // namespace ottla
