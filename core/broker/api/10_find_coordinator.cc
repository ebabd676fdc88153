// FindCoordinator, versions 0 to 6: no coordinator is available, because there are none yet.
//
// It is served all the same: librdkafka takes a broker that does not list it for one that is too old for LZ4, and
// producers would then send uncompressed. Who needs a coordinator asks again until it gives up.
#include "core/wire/messages/10_find_coordinator.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {
namespace {

using Response = wire::FindCoordinatorResponse;

constexpr wire::Version kManyKeysSince = 4;
constexpr wire::Version kSharesSince = 6;
constexpr int8_t kShare = 2;  // the last of the key types
constexpr std::string_view kNone = "This cluster has no coordinators of groups and transactions.";

}  // namespace

void handle_find_coordinator(Services&, RequestPtr request, const wire::FindCoordinatorRequest& asked) {
  const bool known = asked.key_type >= 0 &&
                     (asked.key_type < kShare || (asked.key_type == kShare && request->version() >= kSharesSince));
  const ErrorCode error = known ? ErrorCode::coordinator_not_available : ErrorCode::invalid_request;
  Response response;
  if (request->version() < kManyKeysSince) {
    response.error_code = static_cast<int16_t>(error);
    response.error_message = kNone;
    response.node_id = -1;
    response.port = -1;
  } else {
    const auto coordinators = request->arena().array<Response::Coordinator>(asked.coordinator_keys.size());
    for (size_t i = 0; i < coordinators.size(); ++i) {
      coordinators[i].key = asked.coordinator_keys[i];
      coordinators[i].node_id = -1;
      coordinators[i].port = -1;
      coordinators[i].error_code = static_cast<int16_t>(error);
      coordinators[i].error_message = kNone;
    }
    response.coordinators = coordinators;
  }
  request->answer(response);
}

}  // namespace ottla
