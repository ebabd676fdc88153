#include "core/log/clean_pass.h"

#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/log/companions.h"
#include "core/log/mutants.h"
#include "core/log/replaced_mark.h"
#include "core/record/record_iterator.h"

namespace ottla {
namespace {

// For a placeholder at a group's end.
constexpr auto kHeaderRoom = static_cast<int64_t>(batch_format::kHeaderSize);

}  // namespace

class CleanPass::MapVisitor final : public SegmentScan::Visitor {
 public:
  explicit MapVisitor(CleanPass& pass) : pass_(pass) {}
  void visit(const BatchView& batch, SegmentContent&) override { pass_.map_batch(batch); }

 private:
  CleanPass& pass_;
};

class CleanPass::CopyVisitor final : public SegmentScan::Visitor {
 public:
  explicit CopyVisitor(CleanPass& pass) : pass_(pass) {}
  void visit(const BatchView& batch, SegmentContent&) override { pass_.copy_batch(batch); }

 private:
  CleanPass& pass_;
};

CleanPass::CleanPass(CleanInput input)
    : input_(std::move(input)), keys_(input_.secret, input_.map_size_max), mapped_end_(input_.first_dirty) {
  map_transactions_.emplace(input_.aborted);
  while (source_ < input_.sources.size() && input_.sources[source_].facts.end <= input_.first_dirty) ++source_;
}

CleanPass::Progress CleanPass::step() {
  if (input_.unwanted != nullptr && *input_.unwanted) return fail();
  progress_ = Progress::more;
  run_phase();
  return error_.has_value() || damage_.has_value() ? fail() : progress_;
}

void CleanPass::run_phase() {
  switch (phase_) {
    case Phase::mapping: return note(map_step());
    case Phase::opening:
      if (group_index_ < groups_.size()) return note(open_group());
      phase_ = Phase::over;
      progress_ = Progress::finished;
      return;
    case Phase::copying: return source_ == group().end ? note(close_copy()) : copy_step();
    case Phase::syncing:
      phase_ = Phase::marking;
      if constexpr (is_planted(Mutant::swap_without_sync)) return;
      return note(cleaned_file_->sync());
    case Phase::marking: return note(mark_group());
    case Phase::over: break;
  }
  OTTLA_UNREACHABLE("a step after the last");
}

void CleanPass::note(const IoResult<>& done) {
  if (!done.ok()) error_ = done.error();
}

// What was written so far may be what filled the disk. If it cannot be removed, the next pass or start does it.
CleanPass::Progress CleanPass::fail() {
  if (cleaned_file_ != nullptr) (void)input_.disk->unlink(path_of(content_->base(), kCleanedLogSuffix)).ok();
  cleaned_file_.reset();
  phase_ = Phase::over;
  return Progress::failed;
}

std::string CleanPass::path_of(Offset base, std::string_view suffix) const {
  return input_.folder + "/" + offset_file_name(base, suffix);
}

IoResult<> CleanPass::open_source(SegmentScan::Visitor& visitor) {
  const SegmentFacts& facts = input_.sources[source_].facts;
  OTTLA_TRY(const FilePtr file, input_.disk->open(path_of(facts.base), Access::read));
  SegmentScan::Bounds bounds;
  bounds.size_max = facts.size;
  scan_.emplace(file, facts.base, bounds, &visitor);
  return {};
}

bool CleanPass::is_whole(const CleanSource& source) {
  const SegmentContent& read = scan_->content();
  const bool sums_differ = source.sums.covered_end() == source.facts.size && read.sums().all() != source.sums.all();
  if (!damage_.has_value() && (read.size() != source.facts.size || sums_differ)) {
    damage_ =
        path_of(source.facts.base) + " is damaged " + (sums_differ ? "below " : "at ") + std::to_string(read.size());
  }
  return !damage_.has_value();
}

// --- The map

IoResult<> CleanPass::map_step() {
  if (!scan_.has_value()) {
    if (source_ == input_.sources.size() || map_full_) {
      begin_cleaning();
      return {};
    }
    visitor_ = std::make_unique<MapVisitor>(*this);
    return open_source(*visitor_);
  }
  OTTLA_TRY(const bool more, scan_->step());
  if (more && !map_full_ && !damage_.has_value()) return {};
  const CleanSource& source = input_.sources[source_];
  if (!map_full_ && is_whole(source)) mapped_end_ = std::max(mapped_end_, source.facts.end);
  scan_.reset();
  ++source_;
  return {};
}

void CleanPass::map_batch(const BatchView& batch) {
  if (map_full_ || damage_.has_value()) return;
  if (batch.attributes().control()) {
    std::optional<ControlRecordType> type;
    RecordIterator records(batch, scratch_);
    RecordView record;
    const auto more = records.next(record);
    if (more.ok() && *more && record.has_key()) {
      if (const auto read = read_control_key(*record.key()); read.ok()) type = *read;
    }
    (void)map_transactions_->meet_marker(batch, type);
  } else if (!map_transactions_->meet_data(batch) || is_planted(Mutant::aborted_record_supersedes)) {
    RecordIterator records(batch, scratch_);
    RecordView record;
    for (;;) {
      const auto more = records.next(record);
      if (!more.ok()) {
        damage_ = path_of(input_.sources[source_].facts.base) + ": the batch at offset " +
                  std::to_string(batch.base_offset().value()) + " cannot be read";
        return;
      }
      if (!*more) break;
      if (!record.has_key() || record.offset() < input_.first_dirty) continue;
      while (!keys_.put(*record.key(), record.offset())) {
        // The pass ends before this batch, unless it is the first: that one goes in whole, whatever it takes. Were it
        // passed over, its tombstones would go one day though they had removed nothing. A batch's size bounds its keys.
        if (mapped_end_ > input_.first_dirty) {
          map_full_ = true;
          return;
        }
        keys_.widen();
      }
    }
  }
  if (!batch.attributes().control() && batch.has_producer()) lasts_[batch.producer_id()] = batch.last_offset();
  if (batch.last_offset() >= input_.first_dirty) mapped_end_ = std::max(mapped_end_, batch.next_offset());
}

// --- The groups

void CleanPass::begin_cleaning() {
  mapped_end_ = std::min(mapped_end_, std::max(input_.first_uncleanable, input_.first_dirty));
  map_transactions_.reset();
  std::vector<SegmentFacts> facts;
  facts.reserve(input_.sources.size());
  for (const CleanSource& source : input_.sources) facts.push_back(source.facts);
  groups_ = group_segments(facts, mapped_end_, *input_.settings);
  for (const ProducerId id : lasts_.sorted_keys()) {
    LastOfProducer* remembered = input_.producers.find(id);
    // One known by markers alone has a newer epoch than its data, and it is the marker that says so.
    if (remembered == nullptr || (remembered->last_offset < Offset(0) && !remembered->last_unknown)) continue;
    remembered->last_offset = *lasts_.find(id);
    remembered->last_unknown = false;
  }
  transactions_.emplace(std::move(input_.aborted));
  filter_.emplace(
      keys_, *transactions_, input_.producers,
      CleanRules{
          .now = input_.now, .delete_retention_ms = input_.settings->delete_retention_ms, .mapped_end = mapped_end_},
      *input_.marks);
  phase_ = Phase::opening;
}

IoResult<> CleanPass::open_group() {
  source_ = group().first;
  const Offset base = input_.sources[source_].facts.base;
  const std::string path = path_of(base, kCleanedLogSuffix);
  OTTLA_TRY_DONE(unlink_if_there(*input_.disk, path));
  content_.emplace(base);
  changed_ = group().end - group().first > 1;
  unread_ = 0;
  for (size_t i = group().first; i < group().end; ++i) unread_ += input_.sources[i].facts.size;
  dropped_header_.clear();
  OTTLA_TRY(cleaned_file_, input_.disk->create(path));
  visitor_ = std::make_unique<CopyVisitor>(*this);
  phase_ = Phase::copying;
  return {};
}

void CleanPass::copy_step() {
  if (!scan_.has_value()) return note(open_source(*visitor_));
  const int64_t position = content_->size();
  const auto more = scan_->step();
  if (!more.ok()) {
    error_ = more.error();
    return;
  }
  note(write_out(position));
  if ((!*more || damage_.has_value()) && is_whole(input_.sources[source_])) {
    scan_.reset();
    ++source_;
  }
}

IoResult<> CleanPass::write_out(int64_t position) {
  if (out_.empty()) return {};
  OTTLA_TRY_DONE(cleaned_file_->write(position, out_.view()));
  out_.clear();
  if (out_.capacity() > limits::kScratchKeptSizeMax) out_ = BytesBuffer();
  return {};
}

void CleanPass::copy_batch(const BatchView& batch) {
  if (damage_.has_value()) return;
  unread_ -= static_cast<int64_t>(batch.size());
  // What is still to come must fit the file even if none of it goes. A record fewer than there might be is no harm.
  const int64_t room = limits::kSegmentSizeMax - content_->size() - unread_ - kHeaderRoom;
  const auto outcome = filter_->apply(batch, static_cast<size_t>(std::max<int64_t>(room, 0)), out_);
  if (!outcome.ok()) {
    damage_ = path_of(input_.sources[source_].facts.base) + ": the batch at offset " +
              std::to_string(batch.base_offset().value()) + " cannot be read";
    return;
  }
  dropped_header_.clear();
  if (outcome->kept.empty()) {
    dropped_header_.append(batch.bytes().first(batch_format::kHeaderSize));
  } else {
    keep(outcome->kept);
    if (outcome->still_aborted.has_value()) content_->append_aborted(*outcome->still_aborted);
  }
  if (!outcome->verbatim) changed_ = true;
}

void CleanPass::keep(BytesView batch) { content_->append(PlacedBatch::of(batch), input_.settings->index_interval); }

IoResult<> CleanPass::close_copy() {
  if (!dropped_header_.empty()) {
    const int64_t position = content_->size();
    keep(append_placeholder(dropped_header_.view(), out_));
    OTTLA_TRY_DONE(write_out(position));
  }
  content_->complete_time_index();
  if (content_->empty() || !changed_) {
    ++groups_unchanged_;
    cleaned_file_.reset();
    const Offset base = content_->base();
    content_.reset();
    ++group_index_;
    phase_ = Phase::opening;
    return input_.disk->unlink(path_of(base, kCleanedLogSuffix));
  }
  phase_ = Phase::syncing;
  return {};
}

IoResult<> CleanPass::mark_group() {
  const CleanSource& first = input_.sources[group().first];
  const Offset end = input_.sources[group().end - 1].facts.end;
  std::vector<Replacement> files = {Replacement::of(content_->sums(), content_->size(), end),
                                    Replacement::of(first.sums, first.facts.size, first.facts.end)};
  // Originals that the first one stands for may be left, and go by its own mark until this file has its name.
  const std::string path = path_of(content_->base(), kReplacedSuffix);
  const auto marked = read_whole_file(*input_.disk, path, limits::kReplacedMarkSizeMax);
  if (!marked.ok() && marked.error() != IoError::not_found) return Failure(marked.error());
  if (const auto before = decode_replaced_mark(marked.ok() ? BytesView(*marked) : BytesView()); before.ok()) {
    for (const Replacement& one : *before) {
      if (one.size == files[1].size && one.sums_crc == files[1].sums_crc)
        files[1].end = std::max(files[1].end, one.end);
    }
  }
  BytesBuffer bytes;
  encode_replaced_mark(files, bytes);
  OTTLA_TRY_DONE(replace_file(*input_.disk, path, bytes.view()));
  cleaned_file_.reset();
  progress_ = Progress::group_done;
  return {};
}

CleanedGroup CleanPass::take_group() {
  OTTLA_ASSERT(phase_ == Phase::marking && content_.has_value());
  CleanedGroup result{.first = content_->base(),
                      .end = input_.sources[group().end - 1].facts.end,
                      .segment = {.content = std::move(*content_), .verified = true, .sealed = false}};
  for (size_t i = group().first; i < group().end; ++i) result.size_before += input_.sources[i].facts.size;
  content_.reset();
  ++group_index_;
  phase_ = Phase::opening;
  input_.marks->hit(Mark::segments_compacted);
  return result;
}

Job::Step CleanJob::step() {
  progress_ = pass_->step();
  return progress_ == CleanPass::Progress::more ? Step::more : Step::done;
}

}  // namespace ottla
