// CreateTopics, versions 0 to 7: the controller's. The answer comes when this broker knows the topics too, so producing to
// them works with the next request.
#include "core/wire/messages/19_create_topics.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::CreateTopicsRequest& asked, ErrorCode error, std::string_view why) {
  using Response = wire::CreateTopicsResponse;
  const auto topics = request.arena().array<Response::Topic>(asked.topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = asked.topics[i].name;
    topics[i].error_code = static_cast<int16_t>(error);
    topics[i].error_message = why;
  }
  Response response;
  response.topics = topics;
  request.answer(response);
}

}  // namespace

void handle_create_topics(Services& services, RequestPtr request, const wire::CreateTopicsRequest& asked) {
  forward<wire::CreateTopicsRequest, refuse>(services, std::move(request), asked, asked.timeout_ms);
}

}  // namespace ottla
