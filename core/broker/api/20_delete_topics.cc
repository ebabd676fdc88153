// DeleteTopics, versions 0 to 6: the controller's, which also looks at delete.topic.enable. By id from version 6 on. When the
// answer comes, this broker has let go of the partitions; their files go a little later.
#include "core/wire/messages/20_delete_topics.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::DeleteTopicsRequest& asked, ErrorCode error, std::string_view why) {
  using Response = wire::DeleteTopicsResponse;
  const bool by_topic = request.version() >= 6;
  const auto topics = request.arena().array<Response::Topic>(by_topic ? asked.topics.size() : asked.topic_names.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    if (by_topic) {
      topics[i].name = asked.topics[i].name;
      topics[i].topic_id = asked.topics[i].topic_id;
    } else {
      topics[i].name = asked.topic_names[i];
    }
    topics[i].error_code = static_cast<int16_t>(error);
    topics[i].error_message = why;
  }
  Response response;
  response.responses = topics;
  request.answer(response);
}

}  // namespace

void handle_delete_topics(Services& services, RequestPtr request, const wire::DeleteTopicsRequest& asked) {
  forward<wire::DeleteTopicsRequest, refuse>(services, std::move(request), asked, asked.timeout_ms);
}

}  // namespace ottla
