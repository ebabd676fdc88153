// DescribeAcls, versions 0 to 3: there is no authorizer yet, hence SECURITY_DISABLED, as in Kafka without one.
#include "core/wire/messages/29_describe_acls.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {

void handle_describe_acls(Services&, RequestPtr request, const wire::DescribeAclsRequest&) {
  wire::DescribeAclsResponse response;
  response.error_code = static_cast<int16_t>(ErrorCode::security_disabled);
  response.error_message = "No authorizer is configured on the broker.";
  request->answer(response);
}

}  // namespace ottla
