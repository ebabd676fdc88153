// OffsetDelete, versions 0 to 0: forgets offsets of partitions that nobody in the group reads.
#include "core/wire/messages/47_offset_delete.h"
#include "core/broker/api/group_requests.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

using Asked = wire::OffsetDeleteRequest;
using Response = wire::OffsetDeleteResponse;

void refuse(Request& request, const Asked&, ErrorCode error) {
  Response response;
  response.error_code = static_cast<int16_t>(error);
  request.answer(response);
}

void act(GroupCoordinator& coordinator, const Asked& asked, Request&, GroupReplyPtr reply) {
  coordinator.delete_offsets(asked, std::move(reply));
}

}  // namespace

void handle_offset_delete(Services& services, RequestPtr request, const wire::OffsetDeleteRequest& asked) {
  OneGroup<Asked>::handle<act, refuse>(services, std::move(request), asked, false);
}

}  // namespace ottla
