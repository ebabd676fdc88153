// Heartbeat, versions 0 to 4: a member is alive, and hears of rebalances.
#include "core/wire/messages/12_heartbeat.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::HeartbeatRequest;
using Response = wire::HeartbeatResponse;

void refuse(Request& request, const Asked&, ErrorCode error) {
  Response response;
  response.error_code = static_cast<int16_t>(error);
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request&, GroupReplyPtr reply) {
  coordinator.heartbeat(asked, std::move(reply));
}

}  // namespace

void handle_heartbeat(Services& services, RequestPtr request, const wire::HeartbeatRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
