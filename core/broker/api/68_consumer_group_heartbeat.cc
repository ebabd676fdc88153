// ConsumerGroupHeartbeat, versions 0 and 1: all that a member of the consumer protocol says and hears.
#include "core/wire/messages/68_consumer_group_heartbeat.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::ConsumerGroupHeartbeatRequest;

void refuse(Request& request, const Asked&, ErrorCode error) {
  wire::ConsumerGroupHeartbeatResponse response;
  response.error_code = static_cast<int16_t>(error);
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request& request, GroupReplyPtr reply) {
  coordinator.consumer_heartbeat(asked, {request.client_id(), request.client_host()}, std::move(reply));
}

}  // namespace

void handle_consumer_group_heartbeat(Services& services, RequestPtr request,
                                     const wire::ConsumerGroupHeartbeatRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
