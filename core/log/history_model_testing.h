// What a log has to hold, kept the simple way: a row of batches in memory. The histories (history_testing.h) do the same
// to a Log and to this, and compare.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/log/log.h"
#include "core/model/ids.h"

namespace ottla::log_testing {

struct ModelRecord {
  static constexpr size_t kKeys = 7;
  size_t key = 0;
  bool tombstone = false;
};

struct ModelBatch {
  Offset base;
  Offset last;
  LeaderEpoch epoch = kNoLeaderEpoch;
  std::string bytes;  // as they stand in the file
  ProducerId producer = kNoProducer;
  ProducerEpoch producer_epoch = kNoProducerEpoch;
  Sequence first_sequence = kNoSequence;
  Sequence last_sequence = kNoSequence;
  bool transactional = false;
  enum class Ends : uint8_t { nothing, committed, aborted } ends = Ends::nothing;  // as a marker
  Timestamp first_timestamp;  // each further record is a millisecond later
  std::vector<ModelRecord> records;
  bool gone = false;  // compaction had taken it when the log was loaded; a crash may bring it back
};

// One whose data is in the row, at least in part.
struct ModelTransaction {
  ProducerId producer = kNoProducer;
  Offset first;                  // of its data that is left
  std::optional<Offset> marker;  // nothing: it is open
  bool aborted = false;
};

struct ModelProducer {
  struct Sent {
    Sequence first = kNoSequence;
    Sequence last = kNoSequence;
    Offset first_offset;
    Offset last_offset;
  };
  ProducerEpoch epoch = kNoProducerEpoch;
  std::deque<Sent> window;  // of this epoch, newest last, at most limits::kProducerWindow
  // How many of the newest the log must answer with their offsets. A crash leaves it the last batch of each producer and
  // what came after the snapshot; it may know more.
  size_t sure_count = 0;
  // Everything it sent may be gone, and what the log knows of it is anybody's guess.
  bool unknown = true;
  std::optional<Offset> transaction_first;

  [[nodiscard]] Sequence next_sequence() const {
    return window.empty() ? Sequence(0) : sequence_after(window.back().last, 1);
  }
};

class LogModel {
 public:
  std::vector<ModelBatch> batches;   // from the first segment's base on
  std::vector<ModelBatch> released;  // below, and perhaps still on the disk
  // Appends that failed while the disk was failing. Nobody was told that they are there, and nobody was told that they
  // are not: after a crash they may be.
  std::vector<ModelBatch> undecided;
  std::map<ProducerId, ModelProducer> producers;
  Offset log_start;
  // A crash may undo a raise of the log start. What the log knew of epochs below stays forgotten.
  Offset highest_log_start;
  Offset log_end;
  Offset acknowledged;   // everything below was said to be durable
  Offset cleaned_below;  // compaction was let loose up to here
  Offset committed;      // and was told that this is the high watermark: nobody asks to have it cut
  std::optional<Offset> truncating;
  std::optional<Offset> restarting;

  void append(ModelBatch batch);
  // Drops batches that reach `end` and what producers knew of them.
  void cut(Offset end);
  // Starts empty at `start`.
  void restart(Offset start);
  // Where it may end: a cut that falls into a gap between batches ends below the gap, and one that takes the batch that the
  // log start lies in takes everything.
  [[nodiscard]] Offset least_end(Offset offset) const;
  // Batches below `base` left with their segment.
  void forget_below(Offset base);
  // The log was read anew: it knows what its batches say.
  void rebuild_producers();

  [[nodiscard]] const ModelBatch* at(Offset base) const;
  // The batch that a reader from `offset` gets first, if it does not reach `end`.
  [[nodiscard]] const ModelBatch* first_from(Offset offset, Offset end) const;
  // Where the log ends once everything at and above `offset` is cut.
  [[nodiscard]] Offset boundary(Offset offset) const;
  [[nodiscard]] std::vector<ModelTransaction> transactions() const;
  // An open transaction whose beginning is gone may be known or not.
  bool lost_transaction_start = false;

 private:
  void count_in(const ModelBatch& batch);
};

// How the log's answers differ from the model's, in words; empty when they do not. The log is ready.
std::string compare_epochs(const Log& log, const LogModel& model);
std::string compare_producers(const Log& log, const LogModel& model);
std::string compare_stable_end(const Log& log, const LogModel& model);
// `has_data`: whether there is something left of the batch at this base that a reader could take for committed.
std::string compare_aborted(const std::vector<AbortedTransaction>& aborted, const LogModel& model, Offset start,
                            Offset end, const std::function<bool(Offset)>& has_data);

}  // namespace ottla::log_testing
