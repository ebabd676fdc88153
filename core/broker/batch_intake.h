// What happens to a producer's batch before it is appended: the full check against the format and the topic's rules, and
// compression as the topic wants it. One pass over the bytes for the checksum and one over the records.
//
// A batch that decompresses to more than limits::kInlineUncompressedMax, or has more than kInlineConvertedMax to be
// compressed anew, is too much for the loop: a job does the same with an intake of its own.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/broker/topic_rules.h"
#include "core/io/job.h"
#include "core/log/log.h"
#include "core/model/errors.h"
#include "core/record/batch_builder.h"
#include "core/record/batch_check.h"
#include "core/record/decompression_scratch.h"

namespace ottla {

struct BatchToTake {
  Bytes batch;
  TopicRules rules;
  Timestamp now;
  bool zstd_allowed = true;  // Produce below version 7: not
};

// Why it is not taken; what the answer says of it.
struct BatchProblem {
  ErrorCode code = ErrorCode::none;
  std::string_view sentence;
  int32_t record_index = -1;
  bool too_large_for_the_loop = false;  // no answer: a job is to look
};

class BatchIntake {
 public:
  enum class Where : uint8_t { on_the_loop, in_a_job };

  // What may be appended, but for the guard.
  Result<LeaderAppend, BatchProblem> take(const BatchToTake& asked, Where where);

 private:
  Result<Bytes, BatchProblem> convert(const BatchView& batch, const TopicRules& rules);

  DecompressionScratch scratch_;
  BatchBuilder builder_;
  BytesBuffer converted_;
};

// Takes batches one a step.
class BatchIntakeJob final : public Job {
 public:
  static constexpr std::string_view kName = "batch intake";

  explicit BatchIntakeJob(std::vector<BatchToTake> batches) : batches_(std::move(batches)) {}
  Step step() override;
  [[nodiscard]] std::string_view name() const override { return kName; }

  // In the order of the batches.
  [[nodiscard]] const std::vector<Result<LeaderAppend, BatchProblem>>& results() const { return results_; }

 private:
  std::vector<BatchToTake> batches_;
  BatchIntake intake_;
  std::vector<Result<LeaderAppend, BatchProblem>> results_;
};

}  // namespace ottla
