// Which leader wrote which part of the log: Kafka's leader-epoch-checkpoint. A line (epoch, start offset) says that from
// that offset on, up to the next line's, the leader of that epoch wrote. Both rise strictly from line to line.
//
// Text: "0\n<count>\n" and a line "<epoch> <start offset>\n" each.
#pragma once

#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

struct EpochStart {
  LeaderEpoch epoch = kNoLeaderEpoch;
  Offset start_offset;

  friend bool operator==(const EpochStart&, const EpochStart&) = default;
};

// The answer to "where did this epoch end in your log?": the largest epoch at or below the one asked, and where the
// next one starts. {kNoLeaderEpoch, -1} when the log knows no such epoch.
struct EpochEnd {
  LeaderEpoch epoch = kNoLeaderEpoch;
  Offset end_offset{-1};

  friend bool operator==(const EpochEnd&, const EpochEnd&) = default;
};

class LeaderEpochs {
 public:
  // Epoch `epoch` starts at `start`. Nothing changes when it is the latest already. Lines that contradict it (same or
  // higher offset, same or higher epoch) are dropped: the newer knowledge wins. True when something changed.
  bool assign(LeaderEpoch epoch, Offset start);

  [[nodiscard]] LeaderEpoch latest() const;           // kNoLeaderEpoch when empty
  [[nodiscard]] LeaderEpoch at(Offset offset) const;  // whose that offset is; kNoLeaderEpoch below the first line
  [[nodiscard]] EpochEnd end_of(LeaderEpoch epoch, Offset log_end) const;
  // The largest epoch below `epoch` that is known; nothing when there is none.
  [[nodiscard]] std::optional<LeaderEpoch> before(LeaderEpoch epoch) const;

  // Drops lines that start at or above `end`. True when something changed.
  bool truncate_end(Offset end);
  // Forgets what was before `start`: the line that holds it starts there now. True when something changed.
  bool truncate_start(Offset start);

  [[nodiscard]] const std::vector<EpochStart>& lines() const { return lines_; }
  [[nodiscard]] bool empty() const { return lines_.empty(); }

  void encode(BytesBuffer& out) const;
  static FormatResult<LeaderEpochs> decode(BytesView bytes);

  friend bool operator==(const LeaderEpochs&, const LeaderEpochs&) = default;

 private:
  std::vector<EpochStart> lines_;
};

// Where a follower must cut, by asking the leader: the follower's side of KIP-101 and KIP-279. `leader` is what the
// leader answered for the follower's `asked` epoch. When the leader knows an older epoch only, the follower looks at its
// own end of that epoch: the smaller of the two is where the logs may part; when they name different epochs it asks
// again, with the epoch in `ask_again`.
struct Divergence {
  Offset truncate_to;
  std::optional<LeaderEpoch> ask_again;

  friend bool operator==(const Divergence&, const Divergence&) = default;
};
Divergence find_divergence(const LeaderEpochs& own, Offset own_end, Offset own_high_watermark, LeaderEpoch asked,
                           EpochEnd leader);

}  // namespace ottla
