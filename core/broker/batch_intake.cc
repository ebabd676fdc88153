#include "core/broker/batch_intake.h"

#include <algorithm>

#include "core/model/limits.h"
#include "core/record/record_iterator.h"

namespace ottla {
namespace {

BatchProblem problem_of(BatchRefusal refusal) {
  return {
      .code = error_code(refusal.flaw), .sentence = flaw_sentence(refusal.flaw), .record_index = refusal.record_index};
}

}  // namespace

Result<LeaderAppend, BatchProblem> BatchIntake::take(const BatchToTake& asked, Where where) {
  const bool on_the_loop = where == Where::on_the_loop;
  const auto batch = BatchView::only(asked.batch);
  if (!batch.ok()) return Failure(problem_of(batch.error()));
  const TopicRules& topic = asked.rules;

  AppendRules rules;
  rules.batch_size_max = std::min(topic.batch_size_max, limits::kBatchSizeMax);
  rules.uncompressed_size_max = on_the_loop ? limits::kInlineUncompressedMax : limits::kBatchUncompressedSizeMax;
  rules.keys_required = topic.compacted;
  rules.zstd_allowed = asked.zstd_allowed;
  if (topic.timestamp_type == TimestampType::create_time) {
    rules.bound_timestamps(asked.now, topic.timestamp_before_max_ms, topic.timestamp_after_max_ms);
  }
  const auto facts = check_append(*batch, rules, scratch_);
  if (!facts.ok()) {
    if (facts.error().flaw == BatchFlaw::uncompressed_too_large && on_the_loop) {
      return Failure(BatchProblem{.sentence = {}, .too_large_for_the_loop = true});
    }
    return Failure(problem_of(facts.error()));
  }

  LeaderAppend append;
  append.batch = asked.batch;
  append.origin = BatchOrigin::client;
  append.verification_required = batch->attributes().transactional();
  append.timestamp_type = topic.timestamp_type;
  append.max_timestamp = topic.timestamp_type == TimestampType::log_append_time ? asked.now : facts->max_timestamp;
  append.now = asked.now;
  if (topic.compression.has_value() && *topic.compression != batch->attributes().compression()) {
    const bool cheap =
        *topic.compression == CompressionType::none || facts->records_size <= limits::kInlineConvertedMax;
    if (on_the_loop && !cheap) return Failure(BatchProblem{.sentence = {}, .too_large_for_the_loop = true});
    OTTLA_TRY(append.batch, convert(*batch, topic));
  }
  return append;
}

Result<Bytes, BatchProblem> BatchIntake::convert(const BatchView& batch, const TopicRules& rules) {
  builder_.start({.base_offset = batch.base_offset(),
                  .compression = *rules.compression,
                  .compression_level = rules.compression_level,
                  .producer_id = batch.producer_id(),
                  .producer_epoch = batch.producer_epoch(),
                  .base_sequence = batch.base_sequence(),
                  .transactional = batch.attributes().transactional()},
                 converted_);
  RecordIterator records(batch, scratch_);
  RecordView record;
  while (true) {
    const auto more = records.next(record);
    if (!more.ok()) {  // not after a check, but a batch is input
      builder_.abandon();
      return Failure(problem_of(more.error()));
    }
    if (!*more) break;
    builder_.append_copy(record);
  }
  builder_.finish();
  if (converted_.size() > std::min(rules.batch_size_max, limits::kBatchSizeMax)) {
    converted_.clear();
    return Failure(problem_of(BatchFlaw::size_too_large));
  }
  return converted_.freeze();
}

Job::Step BatchIntakeJob::step() {
  results_.push_back(intake_.take(batches_[results_.size()], BatchIntake::Where::in_a_job));
  return results_.size() == batches_.size() ? Step::done : Step::more;
}

}  // namespace ottla
