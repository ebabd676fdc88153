// CreateAcls, versions 0 to 3: there is no authorizer yet, hence SECURITY_DISABLED for each.
#include "core/wire/messages/30_create_acls.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_create_acls(Services&, RequestPtr request, const wire::CreateAclsRequest& asked) {
  using Response = wire::CreateAclsResponse;
  const auto results = request->arena().array<Response::CreationResult>(asked.creations.size());
  for (Response::CreationResult& result : results) {
    result.error_code = static_cast<int16_t>(ErrorCode::security_disabled);
    result.error_message = "No authorizer is configured on the broker.";
  }
  Response response;
  response.results = results;
  request->answer(response);
}

}  // namespace ottla
