// FindCoordinator, versions 0 to 6: who coordinates a group or a transactional id: the leader of the partition of
// __consumer_offsets, or of __transaction_state, that its name hashes to. The topic is made when the first one asks.
//
// Share partitions have no coordinators: COORDINATOR_NOT_AVAILABLE.
#include "core/wire/messages/10_find_coordinator.h"

#include "core/broker/api/cluster_view.h"
#include "core/broker/api/internal_topics.h"
#include "core/broker/group_coordinators.h"
#include "core/broker/handlers.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

using Asked = wire::FindCoordinatorRequest;
using Response = wire::FindCoordinatorResponse;

constexpr wire::Version kManyKeysSince = 4;
constexpr wire::Version kSharesSince = 6;
constexpr int8_t kGroup = 0;
constexpr int8_t kTransaction = 1;
constexpr int8_t kShare = 2;
constexpr std::string_view kNone = "No coordinator is available.";

// Empty: nobody coordinates such keys.
std::string_view topic_of(int8_t key_type) {
  if (key_type == kGroup) return kOffsetsTopic;
  return key_type == kTransaction ? kTransactionsTopic : std::string_view();
}

Response::Coordinator find(const Services& services, const Request& request, const Asked& asked, wire::String key) {
  Response::Coordinator told;
  told.key = key;
  told.node_id = -1;
  told.port = -1;
  const auto refuse = [&](ErrorCode error) {
    told.error_code = static_cast<int16_t>(error);
    told.error_message = kNone;
    return told;
  };
  const bool known = asked.key_type >= 0 &&
                     (asked.key_type < kShare || (asked.key_type == kShare && request.version() >= kSharesSince));
  if (!known) return refuse(ErrorCode::invalid_request);
  const TopicImage* topic = services.image->find_topic(topic_of(asked.key_type));
  if (topic == nullptr) return refuse(ErrorCode::coordinator_not_available);
  const ClusterView view = ClusterView::of(services, request);
  const PartitionImage& partition = *topic->find(coordinating_partition(key.view(), topic->partitions.size()));
  const ListenerImage* endpoint = view.endpoint(partition.leader);
  if (endpoint == nullptr) return refuse(ErrorCode::coordinator_not_available);
  told.node_id = partition.leader.value();
  told.host = std::string_view(endpoint->host);
  told.port = endpoint->port;
  told.error_message = wire::null;
  return told;
}

void answer(const Services& services, Request& request, const Asked& asked) {
  Response response;
  if (request.version() < kManyKeysSince) {
    const Response::Coordinator told = find(services, request, asked, asked.key);
    response.error_code = told.error_code;
    response.error_message = told.error_message;
    response.node_id = told.node_id;
    response.host = told.host;
    response.port = told.port;
  } else {
    const auto coordinators = request.arena().array<Response::Coordinator>(asked.coordinator_keys.size());
    for (size_t i = 0; i < coordinators.size(); ++i) {
      coordinators[i] = find(services, request, asked, asked.coordinator_keys[i]);
    }
    response.coordinators = coordinators;
  }
  request.answer(response);
}

void handle(Services& services, RequestPtr request, const Asked& asked, bool last) {
  const std::string_view topic = topic_of(asked.key_type);
  if (!last && !topic.empty() && services.image->find_topic(topic) == nullptr) {
    return make_internal_topic<Asked>(services, topic, std::move(request), asked, &handle);
  }
  answer(services, *request, asked);
}

}  // namespace

void handle_find_coordinator(Services& services, RequestPtr request, const wire::FindCoordinatorRequest& asked) {
  handle(services, std::move(request), asked, false);
}

}  // namespace ottla
