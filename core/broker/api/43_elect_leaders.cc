// ElectLeaders, versions 0 to 2: the controller's. Version 0 has no error of the whole, so every partition carries it.
#include "core/wire/messages/43_elect_leaders.h"
#include "core/broker/api/forward.h"
#include "core/broker/handlers.h"

namespace ottla {
namespace {

void refuse(Request& request, const wire::ElectLeadersRequest& asked, ErrorCode error, std::string_view why) {
  using Response = wire::ElectLeadersResponse;
  wire::Arena& arena = request.arena();
  Response response;
  response.error_code = static_cast<int16_t>(error);
  const auto asked_topics = asked.topic_partitions.or_empty();
  const auto topics = arena.array<Response::ReplicaElectionResult>(asked_topics.size());
  for (size_t i = 0; i < topics.size(); ++i) {
    const auto& asked_partitions = asked_topics[i].partitions;
    const auto partitions = arena.array<Response::PartitionResult>(asked_partitions.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_id = asked_partitions[p];
      partitions[p].error_code = static_cast<int16_t>(error);
      partitions[p].error_message = why;
    }
    topics[i].topic = asked_topics[i].topic;
    topics[i].partition_result = partitions;
  }
  response.replica_election_results = topics;
  request.answer(response);
}

}  // namespace

void handle_elect_leaders(Services& services, RequestPtr request, const wire::ElectLeadersRequest& asked) {
  forward<wire::ElectLeadersRequest, refuse>(services, std::move(request), asked, asked.timeout_ms);
}

}  // namespace ottla
