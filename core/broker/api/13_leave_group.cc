// LeaveGroup, versions 0 to 5: members go; several from version 3 on.
#include "core/wire/messages/13_leave_group.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::LeaveGroupRequest;
using Response = wire::LeaveGroupResponse;

void refuse(Request& request, const Asked&, ErrorCode error) {
  Response response;
  response.error_code = static_cast<int16_t>(error);
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request&, GroupReplyPtr reply) {
  coordinator.leave(asked, std::move(reply));
}

}  // namespace

void handle_leave_group(Services& services, RequestPtr request, const wire::LeaveGroupRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
