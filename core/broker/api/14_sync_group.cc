// SyncGroup, versions 0 to 5: what each member reads. The answer waits for the leader's word.
#include "core/wire/messages/14_sync_group.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::SyncGroupRequest;
using Response = wire::SyncGroupResponse;

void refuse(Request& request, const Asked&, ErrorCode error) {
  Response response;
  response.error_code = static_cast<int16_t>(error);
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request&, GroupReplyPtr reply) {
  coordinator.sync(asked, std::move(reply));
}

}  // namespace

void handle_sync_group(Services& services, RequestPtr request, const wire::SyncGroupRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
