// DescribeQuorum, versions 0 to 2: who keeps the metadata log, and how far they are. Of __cluster_metadata-0, the only
// partition that has a quorum.
//
// A quorum of one: this broker votes and leads, and nobody watches. Voters are static, so they have no directory ids, and
// they are reached by other brokers only, so no listeners are told. A broker that does not lead says so.
#include "core/wire/messages/55_describe_quorum.h"
#include "core/broker/handlers.h"
#include "core/broker/services.h"
#include "core/log/replicated_log.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

using Asked = wire::DescribeQuorumRequest;
using Response = wire::DescribeQuorumResponse;

void tell_quorum(const Services& services, wire::Arena& arena, Response::Partition& told) {
  const ReplicatedLog* log = services.metadata_log;
  const std::optional<LeaderEpoch> epoch = log == nullptr ? std::nullopt : log->leading();
  if (!epoch) {
    told.error_code = static_cast<int16_t>(ErrorCode::not_leader_or_follower);
    told.error_message = "This broker does not lead the metadata quorum.";
    told.leader_id = kNoBroker.value();
    return;
  }
  told.error_message = wire::null;
  told.leader_id = services.self.value();
  told.leader_epoch = epoch->value();
  told.high_watermark = log->committed_end().value();
  Response::ReplicaState self;
  self.replica_id = services.self.value();
  self.log_end_offset = log->log_end().value();
  self.last_fetch_timestamp = services.wall.ms();
  self.last_caught_up_timestamp = services.wall.ms();
  told.current_voters = std::span(arena.make(self), 1);
}

}  // namespace

void handle_describe_quorum(Services& services, RequestPtr request, const wire::DescribeQuorumRequest& asked) {
  wire::Arena& arena = request->arena();
  const auto topics = arena.array<Response::Topic>(asked.topics.size());
  bool told = false;
  for (size_t i = 0; i < topics.size(); ++i) {
    const auto& indexes = asked.topics[i].partitions;
    const auto partitions = arena.array<Response::Partition>(indexes.size());
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = indexes[p].partition_index;
      if (!told && asked.topics[i].topic_name == wire::String(kMetadataTopic) && indexes[p].partition_index == 0) {
        tell_quorum(services, arena, partitions[p]);
        told = true;
      } else {
        partitions[p].error_code = static_cast<int16_t>(ErrorCode::unknown_topic_or_partition);
        partitions[p].error_message = "Only __cluster_metadata-0 has a quorum, and it is told once.";
      }
    }
    topics[i].topic_name = asked.topics[i].topic_name;
    topics[i].partitions = partitions;
  }
  Response response;
  response.error_message = wire::null;
  response.topics = topics;
  const Response::Node self{services.self.value(), {}};
  if (told) response.nodes = std::span(&self, 1);
  request->answer(response);
}

}  // namespace ottla
