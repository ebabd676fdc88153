// Metadata, versions 0 to 13: the brokers that the client's listener reaches, and the topics asked for.
//
// All topics: null, or an empty list in version 0. By id from version 12 on; then names beside ids are not looked at.
// A topic that does not exist is made if client and broker both allow it, as is done here: the answer waits until the
// controller has made it and can name its leader, where Kafka has the client ask again and again. What the controller
// refused is the topic's error.
//
// A leader that is not reachable by the client's listener is -1, with an error that says why. Version 0 knows neither
// listeners nor offline replicas: there a partition with an unreachable replica is REPLICA_NOT_AVAILABLE.
//
// Not here: quotas, and authorization (everything is authorized until there is an authorizer).
#include <optional>

#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"
#include "core/model/limits.h"
#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla {
namespace {

using Asked = wire::MetadataRequest;
using Response = wire::MetadataResponse;
using Created = wire::CreateTopicsResponse;

constexpr wire::Version kIdsSince = 12;  // may be asked for by id
constexpr wire::Version kListenerErrorSince = 6;
constexpr Duration kCreationWait = Duration::from_s(5);
constexpr wire::Version kCreateVersion = Created::kApi.versions.last;

bool asks_for_all(const Asked& asked, wire::Version version) {
  return asked.topics.is_null() || (version == 0 && asked.topics->empty());
}

// The names or ids of a request for some topics, each once.
struct Wanted {
  std::span<wire::String> names;
  std::span<Uuid> ids;  // when there is one, names are ignored
  bool nameless = false;

  Wanted(const Asked& asked, wire::Arena& arena) {
    names = arena.array<wire::String>(asked.topics->size());
    ids = arena.array<Uuid>(asked.topics->size());
    size_t name_count = 0;
    size_t id_count = 0;
    for (const Asked::Topic& topic : *asked.topics) {
      if (!topic.topic_id.is_zero()) {
        ids[id_count++] = topic.topic_id;
      } else if (topic.name) {
        names[name_count++] = *topic.name;
      } else {
        nameless = true;
      }
    }
    names = each_once(names.first(name_count), arena);
    ids = each_once(ids.first(id_count), arena);
  }
};

class MetadataAnswer {
 public:
  // `created`: what the controller said of the topics that were missing; null when it was not asked.
  MetadataAnswer(Services& services, Request& request, const Asked& asked, const Created* created)
      : services_(services),
        request_(request),
        asked_(asked),
        created_(created),
        view_(ClusterView::of(services, request)),
        arena_(request.arena()) {}

  void send() {
    add_brokers();
    if (asks_for_all(asked_, request_.version())) {
      add_all();
    } else {
      add_wanted();
    }
    response_.cluster_id = std::string_view(services_.cluster_id);
    response_.controller_id = view_.controller(services_.self).value();
    if (asked_.include_cluster_authorized_operations) response_.cluster_authorized_operations = operations::kCluster;
    request_.answer(response_);
  }

 private:
  void add_brokers() {
    const auto brokers = arena_.array<Response::Broker>(view_.image().brokers().size());
    size_t count = 0;
    view_.for_each_reachable([&](const BrokerImage& broker, const ListenerImage& endpoint) {
      auto& told = brokers[count++];
      told.node_id = broker.id.value();
      told.host = std::string_view(endpoint.host);
      told.port = endpoint.port;
      if (broker.rack) told.rack = std::string_view(*broker.rack);
    });
    response_.brokers = brokers.first(count);
  }

  void add_all() {
    const auto topics = arena_.array<Response::Topic>(view_.image().topic_count());
    size_t count = 0;
    view_.image().for_each_topic([&](const TopicImage& topic) {
      tell(topic, topics[count++]);
      return true;
    });
    response_.topics = topics.first(count);
  }

  void add_wanted() {
    const Wanted wanted(asked_, arena_);
    if (!wanted.ids.empty()) {
      const auto topics = arena_.array<Response::Topic>(wanted.ids.size());
      for (size_t i = 0; i < topics.size(); ++i) tell(wanted.ids[i], topics[i]);
      response_.topics = topics;
      return;
    }
    const auto topics = arena_.array<Response::Topic>(wanted.names.size() + (wanted.nameless ? 1 : 0));
    for (size_t i = 0; i < wanted.names.size(); ++i) tell(wanted.names[i].view(), topics[i]);
    if (wanted.nameless) {
      topics.back().name = wire::null;
      topics.back().error_code = static_cast<int16_t>(ErrorCode::invalid_request);
    }
    response_.topics = topics;
  }

  void tell(const Uuid& id, Response::Topic& told) {
    if (const TopicImage* topic = view_.image().find_topic(id)) return tell(*topic, told);
    told.topic_id = id;
    told.name = wire::null;
    told.error_code = static_cast<int16_t>(ErrorCode::unknown_topic_id);
  }

  void tell(std::string_view name, Response::Topic& told) {
    if (const TopicImage* topic = view_.image().find_topic(name)) return tell(*topic, told);
    told.name = name;
    told.is_internal = is_internal_topic(name);
    told.error_code = static_cast<int16_t>(why_missing(name));
    if (asked_.include_topic_authorized_operations) told.topic_authorized_operations = operations::kTopic;
  }

  ErrorCode why_missing(std::string_view name) const {
    if (topic_name_fault(name)) return ErrorCode::invalid_topic_exception;
    if (created_ != nullptr) {
      for (const Created::Topic& topic : created_->topics) {
        if (topic.name != wire::String(name)) continue;
        const ErrorCode error = error_from_wire(topic.error_code);
        // It is being made, here or for another client, and our image is not there yet.
        const bool made = error == ErrorCode::none || error == ErrorCode::topic_already_exists;
        return made ? ErrorCode::leader_not_available : error;
      }
    }
    return ErrorCode::unknown_topic_or_partition;
  }

  void tell(const TopicImage& topic, Response::Topic& told) {
    told.name = std::string_view(topic.name);
    told.topic_id = topic.id;
    told.is_internal = is_internal_topic(topic.name);
    const auto partitions = arena_.array<Response::Partition>(topic.partitions.size());
    for (size_t i = 0; i < partitions.size(); ++i) {
      partitions[i].partition_index = static_cast<int32_t>(i);
      tell(topic.partitions[i], partitions[i]);
    }
    told.partitions = partitions;
    if (asked_.include_topic_authorized_operations) told.topic_authorized_operations = operations::kTopic;
  }

  void tell(const PartitionImage& partition, Response::Partition& told) {
    told.leader_id = view_.leader(partition).value();
    told.leader_epoch = partition.leader_epoch.value();
    told.replica_nodes = broker_numbers(partition.replicas(), arena_);
    told.isr_nodes = broker_numbers(partition.in_sync(), arena_);
    told.offline_replicas = view_.offline_replicas(partition, arena_);
    ErrorCode error = ErrorCode::none;
    if (told.leader_id == kNoBroker.value()) {
      error = view_.why_no_leader(partition, request_.version() >= kListenerErrorSince);
    }
    if (request_.version() == 0) {
      const size_t known = told.replica_nodes.size() + told.isr_nodes.size();
      told.replica_nodes = view_.reachable(partition.replicas(), arena_);
      told.isr_nodes = view_.reachable(partition.in_sync(), arena_);
      if (error == ErrorCode::none && told.replica_nodes.size() + told.isr_nodes.size() < known) {
        error = ErrorCode::replica_not_available;
      }
    }
    told.error_code = static_cast<int16_t>(error);
  }

  Services& services_;
  Request& request_;
  const Asked& asked_;
  const Created* created_;
  ClusterView view_;
  wire::Arena& arena_;
  Response response_;
};

// Waits until the controller has made the topics that were missing, then answers as if they had been there.
class WaitingMetadata final : public Parked {
 public:
  WaitingMetadata(Services& services, RequestPtr request, const Asked& asked)
      : services_(services), request_(std::move(request)), asked_(asked) {}

  bool wake(Wake, LogNumber) override {
    MetadataAnswer(services_, *request_, asked_, nullptr).send();
    return true;
  }

  bool answered(const ControllerResponse& answer) override {
    Created created;
    const bool readable =
        answer.error == ErrorCode::none && wire::decode(answer.body, kCreateVersion, request_->arena(), created).ok();
    MetadataAnswer(services_, *request_, asked_, readable ? &created : nullptr).send();
    return true;
  }

 private:
  Services& services_;
  RequestPtr request_;
  const Asked& asked_;  // in the request's arena
};

// The missing topics that may be made, as the controller is asked for them; nothing when there are none.
std::optional<Bytes> creation_of_missing(const Services& services, Request& request, const Asked& asked) {
  wire::Arena& arena = request.arena();
  const Wanted wanted(asked, arena);
  if (!wanted.ids.empty()) return std::nullopt;
  const auto topics = arena.array<wire::CreateTopicsRequest::Topic>(wanted.names.size());
  size_t count = 0;
  for (const wire::String name : wanted.names) {
    if (services.image->find_topic(name.view()) != nullptr) continue;
    // The cluster's own are made by their coordinators, who know what they must be like.
    if (topic_name_fault(name) || is_internal_topic(name)) continue;
    if (count == limits::kAutoCreatedTopicsMax) break;  // the client asks for the others again
    auto& topic = topics[count++];
    topic.name = name;
    topic.num_partitions = static_cast<int32_t>(services.settings->get(settings::kNumPartitions));
    topic.replication_factor = static_cast<int16_t>(services.settings->get(settings::kDefaultReplicationFactor));
  }
  if (count == 0) return std::nullopt;
  wire::CreateTopicsRequest creation;
  creation.topics = topics.first(count);
  creation.timeout_ms = static_cast<int32_t>(kCreationWait.ms());
  BytesBuffer body;
  const auto encoded = wire::encode(creation, kCreateVersion, body);
  OTTLA_ASSERT(encoded.ok(), "names of topics fit their fields");
  return body.freeze();
}

// Versions 10 and 11 can say what they may not.
void refuse(Request& request, const Asked& asked) {
  const auto topics = request.arena().array<Response::Topic>(asked.topics->size());
  for (size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = (*asked.topics)[i].name.or_empty();
    topics[i].topic_id = (*asked.topics)[i].topic_id;
    topics[i].error_code = static_cast<int16_t>(ErrorCode::invalid_request);
  }
  Response response;
  response.topics = topics;
  request.answer(response);
}

}  // namespace

void handle_metadata(Services& services, RequestPtr request, const wire::MetadataRequest& asked) {
  const bool all = asks_for_all(asked, request->version());
  if (!all && request->version() < kIdsSince) {
    for (const Asked::Topic& topic : *asked.topics) {
      if (topic.name.is_null() || !topic.topic_id.is_zero()) return refuse(*request, asked);
    }
  }
  if (!all && asked.allow_auto_topic_creation && services.settings->get(settings::kAutoCreateTopicsEnable)) {
    if (std::optional<Bytes> body = creation_of_missing(services, *request, asked)) {
      ForwardedRequest creation;
      creation.api_key = wire::CreateTopicsRequest::kApi.key;
      creation.api_version = kCreateVersion;
      creation.body = std::move(*body);
      creation.principal = request->principal();
      creation.client_id = request->client_id();
      creation.timeout_ms = kCreationWait.ms();
      services.parking->ask_controller({std::move(creation)},
                                       std::make_unique<WaitingMetadata>(services, std::move(request), asked),
                                       services.now + kCreationWait);
      return;
    }
  }
  MetadataAnswer(services, *request, asked, nullptr).send();
}

}  // namespace ottla
