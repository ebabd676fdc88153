// FindCoordinator, versions 0 to 6: who coordinates a group: the leader of the partition of __consumer_offsets that its name
// hashes to. The topic is made when the first one asks, and the answer waits for that, where Kafka has clients ask again.
//
// Transactions have no coordinators yet: COORDINATOR_NOT_AVAILABLE, which clients retry. Neither have share partitions.
#include "core/wire/messages/10_find_coordinator.h"

#include <algorithm>

#include "core/broker/api/cluster_view.h"
#include "core/broker/group_coordinators.h"
#include "core/broker/handlers.h"
#include "core/broker/request.h"
#include "core/model/settings_handles.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla {
namespace {

using Asked = wire::FindCoordinatorRequest;
using Response = wire::FindCoordinatorResponse;

constexpr wire::Version kManyKeysSince = 4;
constexpr wire::Version kSharesSince = 6;
constexpr int8_t kGroup = 0;
constexpr int8_t kShare = 2;  // the last of the key types
constexpr Duration kCreationWait = Duration::from_s(5);
constexpr std::string_view kNone = "No coordinator is available.";

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
  const TopicImage* topic = services.image->find_topic(kOffsetsTopic);
  if (asked.key_type != kGroup || topic == nullptr) return refuse(ErrorCode::coordinator_not_available);
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

class WaitingForTopic final : public Parked {
 public:
  WaitingForTopic(Services& services, RequestPtr request, const Asked& asked)
      : services_(services), request_(std::move(request)), asked_(asked) {}
  bool wake(Wake, LogNumber) override {
    answer(services_, *request_, asked_);
    return true;
  }

 private:
  Services& services_;
  RequestPtr request_;
  const Asked& asked_;  // in the request's arena
};

// With as many replicas as the setting says, or as there are brokers.
ForwardedRequest creation(const Services& services, const Request& request) {
  size_t brokers = 0;
  for (const auto& [id, broker] : services.image->brokers()) brokers += broker->fenced ? 0 : 1;
  const std::string segment = std::to_string(services.settings->get(settings::kOffsetsTopicSegmentBytes));
  using Creation = wire::CreateTopicsRequest;
  Creation::Config configs[3];
  configs[0].name = "cleanup.policy";
  configs[0].value = wire::String("compact");
  configs[1].name = "compression.type";
  configs[1].value = wire::String("producer");
  configs[2].name = "segment.bytes";
  configs[2].value = wire::String(std::string_view(segment));
  Creation::Topic topic;
  topic.name = kOffsetsTopic;
  topic.num_partitions = static_cast<int32_t>(services.settings->get(settings::kOffsetsTopicNumPartitions));
  topic.replication_factor =
      static_cast<int16_t>(std::min<int64_t>(services.settings->get(settings::kOffsetsTopicReplicationFactor),
                                             std::max<int64_t>(1, static_cast<int64_t>(brokers))));
  topic.configs = configs;
  Creation asked;
  asked.topics = std::span(&topic, 1);
  asked.timeout_ms = static_cast<int32_t>(kCreationWait.ms());
  constexpr wire::Version kVersion = Creation::kApi.versions.last;
  BytesBuffer body;
  const auto encoded = wire::encode(asked, kVersion, body);
  OTTLA_ASSERT(encoded.ok());
  ForwardedRequest forwarded;
  forwarded.api_key = Creation::kApi.key;
  forwarded.api_version = kVersion;
  forwarded.body = body.freeze();
  forwarded.principal = request.principal();
  forwarded.client_id = request.client_id();
  forwarded.timeout_ms = kCreationWait.ms();
  return forwarded;
}

}  // namespace

void handle_find_coordinator(Services& services, RequestPtr request, const wire::FindCoordinatorRequest& asked) {
  if (asked.key_type != kGroup || services.image->find_topic(kOffsetsTopic) != nullptr) {
    return answer(services, *request, asked);
  }
  ForwardedRequest creating = creation(services, *request);
  services.parking->ask_controller({std::move(creating)},
                                   std::make_unique<WaitingForTopic>(services, std::move(request), asked),
                                   services.now + kCreationWait);
}

}  // namespace ottla
