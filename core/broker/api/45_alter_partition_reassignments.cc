// AlterPartitionReassignments, versions 0 to 1: the controller's.
#include "core/wire/messages/45_alter_partition_reassignments.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::AlterPartitionReassignmentsRequest& asked, ErrorCode error,
            std::string_view why) {
  wire::AlterPartitionReassignmentsResponse response;
  response.error_code = static_cast<int16_t>(error);
  response.error_message = why;
  response.allow_replication_factor_change = asked.allow_replication_factor_change;
  request.answer(response);
}

}  // namespace

void handle_alter_partition_reassignments(Services& services, RequestPtr request,
                                          const wire::AlterPartitionReassignmentsRequest& asked) {
  forward<wire::AlterPartitionReassignmentsRequest, refuse>(services, std::move(request), asked, asked.timeout_ms);
}

}  // namespace ottla
