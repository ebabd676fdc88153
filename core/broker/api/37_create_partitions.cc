// CreatePartitions, versions 0 to 3: the controller's.
#include "core/wire/messages/37_create_partitions.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::CreatePartitionsRequest& asked, ErrorCode error, std::string_view why) {
  using Response = wire::CreatePartitionsResponse;
  const auto results = request.arena().array<Response::Topic>(asked.topics.size());
  for (size_t i = 0; i < results.size(); ++i) {
    results[i].name = asked.topics[i].name;
    results[i].error_code = static_cast<int16_t>(error);
    results[i].error_message = why;
  }
  Response response;
  response.results = results;
  request.answer(response);
}

}  // namespace

void handle_create_partitions(Services& services, RequestPtr request, const wire::CreatePartitionsRequest& asked) {
  forward<wire::CreatePartitionsRequest, refuse>(services, std::move(request), asked, asked.timeout_ms);
}

}  // namespace ottla
