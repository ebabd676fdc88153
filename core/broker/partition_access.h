// From what a request names to the replica that serves it, with the error that a client is told where there is none.
#pragma once

#include <string_view>
#include <vector>

#include "core/broker/services.h"
#include "core/replica/replicas.h"
#include "core/wire/arena.h"
#include "core/wire/messages/01_fetch.h"

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

}  // namespace ottla
