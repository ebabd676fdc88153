// AlterConfigs, versions 0 to 2: replaces all settings of a resource; the controller's. Old clients; newer ones send
// IncrementalAlterConfigs. Broker loggers are not to be changed.
#include "core/wire/messages/33_alter_configs.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::AlterConfigsRequest& asked, ErrorCode error, std::string_view why) {
  using Response = wire::AlterConfigsResponse;
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

void handle_alter_configs(Services& services, RequestPtr request, const wire::AlterConfigsRequest& asked) {
  forward<wire::AlterConfigsRequest, refuse>(services, std::move(request), asked, kControllerWaitMs);
}

}  // namespace ottla
