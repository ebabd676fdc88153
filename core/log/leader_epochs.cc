#include "core/log/leader_epochs.h"

#include <algorithm>

#include "core/log/checkpoint_text.h"
#include "core/model/limits.h"

namespace ottla {

bool LeaderEpochs::assign(LeaderEpoch epoch, Offset start) {
  OTTLA_ASSERT(epoch >= LeaderEpoch(0) && start >= Offset(0), epoch, start);
  if (!lines_.empty() && lines_.back().epoch == epoch && lines_.back().start_offset <= start) return false;
  while (!lines_.empty() && (lines_.back().epoch >= epoch || lines_.back().start_offset >= start)) lines_.pop_back();
  // The oldest goes when there are too many: its leader's records are then nobody's, as if retention had taken them.
  if (lines_.size() == limits::kLeaderEpochsMax) lines_.erase(lines_.begin());
  lines_.push_back({epoch, start});
  return true;
}

LeaderEpoch LeaderEpochs::latest() const { return lines_.empty() ? kNoLeaderEpoch : lines_.back().epoch; }

LeaderEpoch LeaderEpochs::at(Offset offset) const {
  const auto above = std::partition_point(lines_.begin(), lines_.end(),
                                          [&](const EpochStart& line) { return line.start_offset <= offset; });
  return above == lines_.begin() ? kNoLeaderEpoch : std::prev(above)->epoch;
}

EpochEnd LeaderEpochs::end_of(LeaderEpoch epoch, Offset log_end) const {
  if (epoch < LeaderEpoch(0) || lines_.empty() || epoch > latest()) return {};
  if (epoch == latest()) return {epoch, log_end};
  const auto above =
      std::partition_point(lines_.begin(), lines_.end(), [&](const EpochStart& line) { return line.epoch <= epoch; });
  // Before the first line: what that leader wrote is gone from here, and what is here is not its. The follower of such
  // an epoch goes on from our first line's start.
  if (above == lines_.begin()) return {epoch, above->start_offset};
  return {std::prev(above)->epoch, above->start_offset};
}

std::optional<LeaderEpoch> LeaderEpochs::before(LeaderEpoch epoch) const {
  const auto from =
      std::partition_point(lines_.begin(), lines_.end(), [&](const EpochStart& line) { return line.epoch < epoch; });
  if (from == lines_.begin()) return std::nullopt;
  return std::prev(from)->epoch;
}

bool LeaderEpochs::truncate_end(Offset end) {
  const size_t count = lines_.size();
  while (!lines_.empty() && lines_.back().start_offset >= end) lines_.pop_back();
  return lines_.size() != count;
}

bool LeaderEpochs::truncate_start(Offset start) {
  const auto above = std::partition_point(lines_.begin(), lines_.end(),
                                          [&](const EpochStart& line) { return line.start_offset <= start; });
  if (above == lines_.begin()) return false;
  const auto holder = std::prev(above);
  if (holder == lines_.begin() && holder->start_offset == start) return false;
  holder->start_offset = start;
  lines_.erase(lines_.begin(), holder);
  return true;
}

void LeaderEpochs::encode(BytesBuffer& out) const {
  append_checkpoint_header(out, lines_.size());
  for (const EpochStart& line : lines_) {
    append_decimal(out, line.epoch.value());
    append_text(out, " ");
    append_decimal(out, line.start_offset.value());
    append_text(out, "\n");
  }
}

FormatResult<LeaderEpochs> LeaderEpochs::decode(BytesView bytes) {
  OTTLA_TRY(CheckpointText text,
            read_checkpoint_text(bytes, limits::kLeaderEpochFileSizeMax, limits::kLeaderEpochsMax));
  LeaderEpochs epochs;
  epochs.lines_.reserve(text.count);
  for (size_t i = 0; i < text.count; ++i) {
    std::string_view line = *take_until(text.lines, '\n');
    const auto epoch_text = take_until(line, ' ');
    if (!epoch_text) return Failure(FormatFlaw::bad_text);
    const auto epoch = read_decimal(*epoch_text, INT32_MAX);
    const auto start = read_decimal(line);
    if (!epoch || !start) return Failure(FormatFlaw::bad_number);
    const EpochStart entry{LeaderEpoch(static_cast<int32_t>(*epoch)), Offset(*start)};
    if (!epochs.lines_.empty() &&
        (entry.epoch <= epochs.lines_.back().epoch || entry.start_offset <= epochs.lines_.back().start_offset)) {
      return Failure(FormatFlaw::not_ascending);
    }
    epochs.lines_.push_back(entry);
  }
  return epochs;
}

Divergence find_divergence(const LeaderEpochs& own, Offset own_end, Offset own_high_watermark, LeaderEpoch asked,
                           EpochEnd leader) {
  // The leader knows nothing of the epoch, or answers for one that was not asked about: nothing above the high watermark
  // can be shown to be the leader's.
  if (leader.end_offset < Offset(0) || leader.epoch > asked) {
    return {std::min(own_high_watermark, own_end), std::nullopt};
  }
  const Offset leader_end = std::min(leader.end_offset, own_end);
  const EpochEnd ours = own.end_of(leader.epoch, own_end);
  if (ours.end_offset < Offset(0)) return {leader_end, std::nullopt};
  const Offset our_end = std::min(ours.end_offset, own_end);
  if (ours.epoch == leader.epoch) return {std::min(our_end, leader_end), std::nullopt};
  // The leader has an epoch that we never had: what we have above the one before it is not the leader's. Epochs that are
  // asked about fall from one question to the next, so the search ends.
  return {our_end, ours.epoch};
}

}  // namespace ottla
