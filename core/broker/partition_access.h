// From what a request names to the replica that serves it, with the error that a client is told where there is none.
#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "core/broker/services.h"
#include "core/replica/replicas.h"
#include "core/wire/arena.h"

namespace ottla {

struct PartitionAccess {
  ErrorCode error = ErrorCode::none;
  Replica* replica = nullptr;  // set when there is no error; it may not be ready yet
  LogNumber number{0};         // of the replica, also where there is an error and one exists; 0: none
};

// `topic` may be null: unknown. `claimed`: the leader epoch that the client names, or kNoLeaderEpoch.
PartitionAccess access_leader(Services& services, const TopicImage* topic, PartitionIndex index,
                              LeaderEpoch claimed = kNoLeaderEpoch);

// Who leads, for answers that point clients there.
struct LeaderHint {
  int32_t leader_id = -1;
  int32_t leader_epoch = -1;
  const ListenerImage* endpoint = nullptr;
  const std::string* rack = nullptr;
};
LeaderHint leader_hint(const Services& services, const TopicImage& topic, PartitionIndex index, ListenerId listener);

// The addresses of the leaders that an answer points to, each once; in the request's arena.
template <class NodeEndpoint>
class LeaderEndpoints {
 public:
  LeaderEndpoints(const MetadataImage& image, wire::Arena& arena)
      : arena_(arena), all_(arena.array<NodeEndpoint>(image.brokers().size())) {}

  void add(const LeaderHint& hint) {
    const auto told = all_.first(count_);
    if (hint.endpoint == nullptr ||
        std::any_of(told.begin(), told.end(), [&](const NodeEndpoint& one) { return one.node_id == hint.leader_id; })) {
      return;
    }
    NodeEndpoint& endpoint = all_[count_++];
    endpoint.node_id = hint.leader_id;
    endpoint.host = arena_.copy(hint.endpoint->host);
    endpoint.port = hint.endpoint->port;
    if (hint.rack != nullptr) endpoint.rack = arena_.copy(*hint.rack);
  }
  [[nodiscard]] std::span<NodeEndpoint> told() const { return all_.first(count_); }

 private:
  wire::Arena& arena_;
  std::span<NodeEndpoint> all_;
  size_t count_ = 0;
};

}  // namespace ottla
