// DescribeClientQuotas, versions 0 to 1: none are set, because none can be set yet; so a sound filter finds nothing.
#include "core/wire/messages/48_describe_client_quotas.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"

namespace ottla {
namespace {

using Asked = wire::DescribeClientQuotasRequest;

struct Refusal {
  ErrorCode error = ErrorCode::none;
  std::string_view why;
};

enum : unsigned { kUser = 1, kClientId = 2, kIp = 4 };
constexpr int8_t kExactly = 0;
constexpr int8_t kMatchLast = 2;

Refusal check(const Asked& asked) {
  unsigned seen = 0;
  for (const Asked::Component& component : asked.components) {
    const std::string_view type = component.entity_type;
    const unsigned bit = type == "user" ? kUser : type == "client-id" ? kClientId : type == "ip" ? kIp : 0U;
    if (type.empty()) return {ErrorCode::invalid_request, "An entity type is empty."};
    if (bit == 0) return {ErrorCode::unsupported_version, "Entity types are user, client-id and ip."};
    if ((seen & bit) != 0) return {ErrorCode::invalid_request, "An entity type is named more than once."};
    seen |= bit;
    if (component.match_type < 0 || component.match_type > kMatchLast) {
      return {ErrorCode::invalid_request, "Match types are 0, 1 and 2."};
    }
    if ((component.match_type == kExactly) == component.match.is_null()) {
      return {ErrorCode::invalid_request, "A name is given for exact matches, and for no others."};
    }
  }
  if ((seen & kIp) != 0 && seen != kIp) return {ErrorCode::invalid_request, "An address stands alone in a filter."};
  return {};
}

}  // namespace

void handle_describe_client_quotas(Services&, RequestPtr request, const wire::DescribeClientQuotasRequest& asked) {
  wire::DescribeClientQuotasResponse response;
  response.error_message = wire::null;
  if (const Refusal refusal = check(asked); refusal.error != ErrorCode::none) {
    response.error_code = static_cast<int16_t>(refusal.error);
    response.error_message = refusal.why;
    response.entries = wire::null;
  }
  request->answer(response);
}

}  // namespace ottla
