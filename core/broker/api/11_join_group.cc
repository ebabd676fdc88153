// JoinGroup, versions 0 to 9: a member comes into a group of the classic protocol. The answer
// waits for the others.
#include "core/wire/messages/11_join_group.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::JoinGroupRequest;
using Response = wire::JoinGroupResponse;

void refuse(Request& request, const Asked& asked, ErrorCode error) {
  constexpr wire::Version kNullProtocolSince = 7;
  Response response;
  response.error_code = static_cast<int16_t>(error);
  response.member_id = asked.member_id;
  if (request.version() >= kNullProtocolSince) response.protocol_name = wire::null;
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request& request, GroupReplyPtr reply) {
  coordinator.join(asked, {request.client_id(), request.client_host()}, std::move(reply));
}

}  // namespace

void handle_join_group(Services& services, RequestPtr request, const wire::JoinGroupRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
