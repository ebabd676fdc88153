// The file `quorum-state`: what a voter must not forget, in Kafka's JSON, on one line.
//
//   {"leaderId":1,"leaderEpoch":4,"votedId":1,"votedDirectoryId":"9rBc2V5SQPe7rH2Fq1tWug","data_version":1}
//
// Version 1 goes with quorums whose voters stand in the log; version 0 (with the configured voters in it) is read too.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/uuid.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

inline constexpr std::string_view kQuorumStateFile = "quorum-state";

struct QuorumState {
  LeaderEpoch epoch = kNoLeaderEpoch;
  BrokerId leader = kNoBroker;  // of the epoch, where it is known
  BrokerId voted = kNoBroker;   // in the epoch
  Uuid voted_directory;
  std::vector<BrokerId> voters;  // of version 0; empty in version 1

  friend bool operator==(const QuorumState&, const QuorumState&) = default;
};

void encode_quorum_state(const QuorumState& state, BytesBuffer& out);  // as version 1
FormatResult<QuorumState> decode_quorum_state(BytesView bytes);

}  // namespace ottla
