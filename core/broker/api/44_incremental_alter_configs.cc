// IncrementalAlterConfigs, versions 0 to 1: sets and deletes single settings of a resource; the controller's. What is set for
// brokers takes effect when it is in the image (dynamic_settings.h). Broker loggers are not to be changed.
#include "core/wire/messages/44_incremental_alter_configs.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::IncrementalAlterConfigsRequest& asked, ErrorCode error,
            std::string_view why) {
  using Response = wire::IncrementalAlterConfigsResponse;
  const auto responses = request.arena().array<Response::Resource>(asked.resources.size());
  for (size_t i = 0; i < responses.size(); ++i) {
    responses[i].resource_type = asked.resources[i].resource_type;
    responses[i].resource_name = asked.resources[i].resource_name;
    responses[i].error_code = static_cast<int16_t>(error);
    responses[i].error_message = why;
  }
  Response response;
  response.responses = responses;
  request.answer(response);
}

}  // namespace

void handle_incremental_alter_configs(Services& services, RequestPtr request,
                                      const wire::IncrementalAlterConfigsRequest& asked) {
  forward<wire::IncrementalAlterConfigsRequest, refuse>(services, std::move(request), asked, kControllerWaitMs);
}

}  // namespace ottla
