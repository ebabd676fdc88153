#include "core/log/cleaner.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "core/io/whole_file.h"

namespace ottla {
namespace {

Bytes sum_of(BytesView checkpoint) {
  BytesBuffer out;
  encode_cleaner_sum(checkpoint, out);
  return out.freeze();
}

// What was not synced supersedes nothing, and ends no transaction: a power cut would take it, and what went by it would be
// gone already. Nor could a start tell what became of an original that was never whole on the disk.
Offset cleanable_end(const Log& log, Offset high_watermark) {
  return log.stable_end(std::min(high_watermark, log.synced_end()));
}

// Makes the names in the folders durable, then writes what relies on them.
class SaveCleanedEnds final : public Job {
 public:
  static constexpr std::string_view kName = "save cleaned ends";

  SaveCleanedEnds(Disk& disk, std::vector<std::string> folders, Bytes bytes)
      : disk_(disk), folders_(std::move(folders)), bytes_(std::move(bytes)) {}

  Step step() override {
    if (next_ < folders_.size()) {
      const auto synced = disk_.sync_directory(folders_[next_++]);
      if (synced.ok() || synced.error() == IoError::not_found) return Step::more;
      error_ = synced.error();
    } else if (const auto written = write(); !written.ok()) {
      error_ = written.error();
    }
    return Step::done;
  }
  [[nodiscard]] std::string_view name() const override { return kName; }
  [[nodiscard]] const std::optional<IoError>& error() const { return error_; }

 private:
  IoResult<> write() {
    OTTLA_TRY_DONE(replace_file(disk_, kCleanerFile, bytes_));
    return replace_file(disk_, kCleanerSumFile, sum_of(bytes_));
  }

  Disk& disk_;
  std::vector<std::string> folders_;
  Bytes bytes_;
  size_t next_ = 0;
  std::optional<IoError> error_;
};

}  // namespace

Cleaner::Cleaner(LogDirectory& directory, Jobs& jobs, Entropy& entropy, Options options)
    : directory_(directory), jobs_(jobs), entropy_(entropy), options_(options) {
  if (directory_.started_clean()) read_checkpoint();
}

void Cleaner::read_checkpoint() {
  const auto bytes = read_whole_file(directory_.disk, kCleanerFile, limits::kCheckpointFileSizeMax);
  if (!bytes.ok()) {
    if (bytes.error() != IoError::not_found) {
      directory_.sink.warn("log", "cleaner checkpoint not read", {{"error", describe(bytes.error(), kCleanerFile)}});
    }
    return;
  }
  const auto sum = read_whole_file(directory_.disk, kCleanerSumFile, limits::kCheckpointFileSizeMax);
  if (!sum.ok() || sum->view() != sum_of(*bytes).view()) {
    directory_.sink.warn("log", "cleaner checkpoint not believed", {{"reason", "its checksum is missing or another"}});
    return;
  }
  const auto lines = decode_offset_checkpoint(*bytes);
  if (!lines.ok()) {
    directory_.sink.warn("log", "cleaner checkpoint damaged", {{"flaw", text(lines.error())}});
    return;
  }
  // Of the logs as they are now: one that is cut, or made anew, before anybody looks at it is another.
  for (const OffsetCheckpointLine& line : *lines) {
    const Log* log = directory_.find(line.partition);
    if (log == nullptr) continue;
    State& state = states_[line.partition];
    state.cleaned_end = line.offset;
    state.log = log->number();
    state.generation = log->generation();
  }
}

Offset Cleaner::cleaned_end(const TopicPartition& partition) const {
  const auto state = states_.find(partition);
  return state == states_.end() ? Offset(0) : state->second.cleaned_end;
}

bool Cleaner::wants(const Log& log, Offset high_watermark, Timestamp wall) {
  if (log.segment_count() < 2) return false;
  return cleanable(segment_facts(log), log.log_start(), cleanable_end(log, high_watermark), state_of(log).cleaned_end,
                   log.settings(), wall)
      .wants_cleaning(log.settings().min_cleanable_dirty_ratio);
}

// The active segment never is cleaned.
bool Cleaner::is_clean(const Log& log) const {
  const auto oldest = log.oldest_segment();
  if (!oldest.has_value() || oldest->end == log.log_end()) return oldest.has_value();
  const auto known = states_.find(log.partition());
  if (known == states_.end()) return false;
  const State& state = known->second;
  const bool stale = state.log.has_value() && (*state.log != log.number() || state.generation != log.generation());
  return !stale && state.cleaned_end >= log.checkpoint().active_base;
}

Cleaner::State& Cleaner::state_of(const Log& log) {
  State& state = states_[log.partition()];
  if (state.log.has_value() && (*state.log != log.number() || state.generation != log.generation())) {
    state.cleaned_end = Offset(0);
  }
  state.log = log.number();
  state.generation = log.generation();
  return state;
}

void Cleaner::tick(std::span<const Subject> subjects, Timestamp wall, Instant at) {
  if (job_.has_value() || directory_.stopping()) return;
  Log* chosen = nullptr;
  CleanRange best;
  for (const Subject& subject : subjects) {
    Log* log = directory_.find(subject.partition);
    if (log == nullptr || log->state() != LogState::ready || !log->settings().compacts) continue;
    const State& state = state_of(*log);
    if (log->segment_count() < 2 || at < state.not_before) continue;
    const CleanRange range =
        cleanable(segment_facts(*log), log->log_start(), cleanable_end(*log, subject.high_watermark), state.cleaned_end,
                  log->settings(), wall);
    if (!range.wants_cleaning(log->settings().min_cleanable_dirty_ratio)) continue;
    const bool better =
        chosen == nullptr || (range.overdue != best.overdue ? range.overdue : range.dirty_ratio() > best.dirty_ratio());
    if (!better) continue;
    chosen = log;
    best = range;
  }
  if (chosen != nullptr && !start_pass(*chosen, best, wall))
    states_[chosen->partition()].not_before = at + options_.retry_after;
}

bool Cleaner::start_pass(Log& log, const CleanRange& range, Timestamp wall) {
  auto aborted = log.aborted_in(log.segment(0).base(), range.first_uncleanable);
  if (!aborted.ok()) return false;
  if (aborted->needs_cold_read) {
    // Their indexes are brought into memory first, a segment at a time; a later tick goes on.
    return log.start_cold_read({.offset = aborted->cold_offset, .end = log.log_end(), .size_max = 1}).ok();
  }
  CleanInput input;
  input.unwanted = log.begin_cleaning();
  if (input.unwanted == nullptr) return true;  // a later tick goes on here, too
  input.disk = &directory_.disk;
  input.marks = &directory_.marks;
  input.folder = log.folder();
  const std::vector<SegmentFacts> facts = segment_facts(log);
  for (size_t i = 0; i < facts.size() && facts[i].base < range.first_uncleanable; ++i) {
    input.sources.push_back({.facts = facts[i], .sums = log.segment(i).content().sums()});
  }
  input.first_dirty = range.first_dirty;
  input.first_uncleanable = range.first_uncleanable;
  input.aborted = std::move(aborted->aborted);
  for (const ProducerView& producer : log.producers().producers()) {
    // What stands above may be cut yet, and then its last batch is one below: if it is not among those that the log
    // remembers, the pass meets it in the dirty part, or it is one of those that passes before this left.
    const bool above = producer.last_offset >= range.first_uncleanable;
    const Offset below = log.producers().last_offset_below(producer.producer_id, range.first_uncleanable);
    input.producers[producer.producer_id] = {.last_offset = above ? below : producer.last_offset,
                                             .epoch = producer.epoch,
                                             .last_unknown = above && below < Offset(0)};
  }
  input.settings = std::make_shared<const LogSettings>(log.settings());
  input.now = wall;
  std::array<uint8_t, sizeof(HashSecret)> secret;
  entropy_.fill(secret);
  std::memcpy(input.secret.data(), secret.data(), secret.size());
  input.map_size_max = options_.map_size_max;

  partition_ = log.partition();
  log_ = log.number();
  generation_ = log.generation();
  go_on(std::make_unique<CleanPass>(std::move(input)));
  return true;
}

void Cleaner::go_on(std::unique_ptr<CleanPass> pass) {
  // As a job of its log: until it ends nobody else has the folder's name.
  job_ = directory_.start(log_, std::make_unique<CleanJob>(std::move(pass)));
}

bool Cleaner::completed(JobId id, Job& job, Instant at) {
  if (save_job_ == id) {
    save_job_.reset();
    if (const auto& error = finished<SaveCleanedEnds>(job).error()) {
      directory_.sink.warn("log", "cleaner checkpoint not written", {{"error", describe(*error, kCleanerFile)}});
    }
    if (std::exchange(save_again_, false)) checkpoint();
    return true;
  }
  if (job_ != id) return false;
  job_.reset();
  directory_.job_ended(id);
  auto& done = finished<CleanJob>(job);
  Log* log = directory_.find(log_);
  if (log != nullptr && !take_up(*log, done, at)) log->end_cleaning();
  return true;
}

bool Cleaner::take_up(Log& log, CleanJob& done, Instant at) {
  // Truncated or in trouble since: what was cleaned is of no use, and what was written is removed by a later pass or start.
  // And once a stop has begun, what is written down of the log's files is not written again.
  if (log.state() != LogState::ready || log.generation() != generation_ || directory_.stopping()) return false;
  std::unique_ptr<CleanPass> pass = done.take_pass();
  if (done.progress() != CleanPass::Progress::group_done) {
    pass_ended(done.progress(), *pass, at);
    return false;
  }
  CleanedGroup group = pass->take_group();
  // Retention may have taken the group's beginning meanwhile; then the rest is cleaned next time.
  bool there = false;
  for (size_t i = 0; i + 1 < log.segment_count(); ++i) there |= log.segment(i).base() == group.first;
  if (!there || !log.replace_segments(generation_, group.first, group.end, std::move(group.segment), at).ok()) {
    states_[partition_].not_before = at + options_.retry_after;
    return false;
  }
  go_on(std::move(pass));
  return true;
}

void Cleaner::pass_ended(CleanPass::Progress progress, CleanPass& pass, Instant at) {
  State& state = states_[partition_];
  if (progress == CleanPass::Progress::finished) {
    state.cleaned_end = pass.cleaned_end();
    ++passes_count_;
    unsynced_.insert(partition_);
    checkpoint();
    return;
  }
  state.not_before = at + options_.retry_after;
  if (pass.damage().has_value()) {
    directory_.find(log_)->quarantine(*pass.damage());
  } else {
    directory_.sink.warn("log", "compaction failed",
                         {{"partition", partition_.text()}, {"error", describe(*pass.error(), "")}});
  }
}

void Cleaner::checkpoint() {
  if (save_job_.has_value()) {
    save_again_ = true;
    return;
  }
  std::vector<OffsetCheckpointLine> lines;
  for (auto state = states_.begin(); state != states_.end();) {
    const Log* log = directory_.find(state->first);
    if (log == nullptr) {
      state = states_.erase(state);
      continue;
    }
    // A log that was not looked at since the start is as the checkpoint said.
    if (state->second.log.has_value()) (void)state_of(*log);
    lines.push_back({state->first, state->second.cleaned_end});
    ++state;
  }
  std::vector<std::string> folders;
  for (const TopicPartition& partition : std::exchange(unsynced_, {})) folders.push_back(partition.text());
  BytesBuffer bytes;
  encode_offset_checkpoint(lines, bytes);
  save_job_ = jobs_.start(std::make_unique<SaveCleanedEnds>(directory_.disk, std::move(folders), bytes.freeze()));
}

}  // namespace ottla
