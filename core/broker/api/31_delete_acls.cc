// DeleteAcls, versions 0 to 3: there is no authorizer yet, hence SECURITY_DISABLED for each filter.
#include "core/wire/messages/31_delete_acls.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_delete_acls(Services&, RequestPtr request, const wire::DeleteAclsRequest& asked) {
  using Response = wire::DeleteAclsResponse;
  const auto results = request->arena().array<Response::FilterResult>(asked.filters.size());
  for (Response::FilterResult& result : results) {
    result.error_code = static_cast<int16_t>(ErrorCode::security_disabled);
    result.error_message = "No authorizer is configured on the broker.";
  }
  Response response;
  response.filter_results = results;
  request->answer(response);
}

}  // namespace ottla
