// What compaction may have taken from a log in a history: a record that a later one of its key supersedes, data of an
// aborted transaction, a tombstone or a marker whose time has come; and nothing else, and never an offset.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/log/history_model_testing.h"
#include "core/log/log_settings.h"
#include "core/record/batch_view.h"

namespace ottla::log_testing {

// As of a moment: the model is not to change while this is in use.
class MayBeGone {
 public:
  MayBeGone(const LogModel& model, const LogSettings& settings, Timestamp now);

  // All of the batch.
  [[nodiscard]] bool operator()(const ModelBatch& batch) const;
  [[nodiscard]] bool operator()(const ModelBatch& batch, size_t record) const;
  // What a stored batch that is not `written`, byte for byte, has that compaction does not do, in words; empty when all
  // is well. `left`: the numbers of the records that are still there.
  std::string compare(const ModelBatch& written, const BatchView& stored, std::vector<size_t>& left) const;

  // A whole log is told batch by batch: what is there of each. Then: whether a deleted or older value came back to life.
  void there(const ModelBatch& written, const std::vector<size_t>& left);
  [[nodiscard]] std::string risen() const;

 private:
  [[nodiscard]] bool in_reach(const ModelBatch& batch) const { return compacts_ && batch.last < below_; }
  // Whether the retention of a tombstone or marker of this age may be over: it begins with a pass after the append.
  [[nodiscard]] std::string why_not(const ModelBatch& batch, size_t record) const;
  [[nodiscard]] bool is_due(Timestamp written) const;

  bool compacts_;
  Offset below_;
  Offset log_start_;
  int64_t retention_ms_;
  Timestamp now_;
  std::array<Offset, ModelRecord::kKeys> newest_;  // of each key, below where the log was cleaned
  std::array<Offset, ModelRecord::kKeys> newest_there_;
  std::map<Offset, bool> aborted_;  // batches in transactions, by base; false: still open
};

}  // namespace ottla::log_testing
