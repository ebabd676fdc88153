#include "core/log/log.h"

#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/log/load_job.h"

namespace ottla {

std::string_view text(LogState state) {
  switch (state) {
    case LogState::dormant: return "dormant";
    case LogState::loading: return "loading";
    case LogState::ready: return "ready";
    case LogState::quarantined: return "quarantined";
    case LogState::offline: return "offline";
  }
  OTTLA_UNREACHABLE("a state without a text");
}

Log::Log(LogHost& host, LogNumber number, LogOrigin origin, LogSettingsPtr settings)
    : host_(host),
      number_(number),
      partition_(std::move(origin.partition)),
      topic_id_(origin.topic_id),
      settings_(std::move(settings)),
      log_start_(origin.log_start),
      log_end_(std::max(origin.log_start, origin.recovery_point)),
      synced_end_(origin.recovery_point),
      checkpointed_recovery_point_(origin.exact.has_value() ? origin.recovery_point : Offset(INT64_MAX)),
      dormant_synced_(origin.synced),
      producers_(settings_->producers_max) {
  if (origin.exact.has_value()) {
    clean_ = true;
    ends_known_ = true;
    log_end_ = origin.exact->log_end;
    synced_end_ = log_end_;
    dormant_active_base_ = origin.exact->active_base;
    dormant_active_size_ = origin.exact->active_size;
    dormant_total_size_ = origin.exact->total_size;
    dormant_oldest_ = origin.exact->oldest;
  } else if (origin.synced.has_value()) {
    // A checkpoint that is written before anybody loads the log says it again.
    dormant_active_base_ = origin.synced->base;
    dormant_active_size_ = origin.synced->size;
    dormant_total_size_ = origin.synced->size;  // at least
  }
}

Log::~Log() {
  if (pass_unwanted_ != nullptr) pass_unwanted_->store(true);
}

LogResult<std::unique_ptr<Log>> Log::create(LogHost& host, LogNumber number, TopicPartition partition, TopicId topic_id,
                                            LogSettingsPtr settings, Offset start) {
  LogOrigin origin{.partition = std::move(partition),
                   .topic_id = topic_id,
                   .log_start = start,
                   .recovery_point = start,
                   .exact = std::nullopt};
  auto log = std::make_unique<Log>(host, number, std::move(origin), std::move(settings));
  const std::string folder = log->folder();
  if (const auto made = host.disk.make_directory(folder); !made.ok()) return Failure(LogError(made.error()));
  const std::string metadata = folder + "/" + std::string(kPartitionMetadataFile);
  const auto make_files = [&]() -> LogResult<> {
    const auto file = host.files.create(metadata);
    if (!file.ok()) return Failure(LogError(file.error()));
    BytesBuffer bytes;
    encode_partition_metadata(topic_id, bytes);
    // Synced with the first round: a crash that leaves it empty leaves nothing that anybody was promised.
    if (const auto written = (*file)->write(0, bytes.view()); !written.ok()) return Failure(LogError(written.error()));
    log->checkpointed_recovery_point_ = start;
    // Of many new partitions at once some files are let go of: they are synced with all the others (SyncItem::all).
    if (host.files.pinned_count() < kMetadataHeldMax) {
      host.files.adopt(log->metadata_file_, *file);
      host.files.pin(log->metadata_file_);
    } else {
      log->metadata_closed_ = true;
    }
    log->folder_is_new_ = true;
    log->first_name_durable_ = false;
    log->ends_known_ = true;
    log->state_ = LogState::ready;
    log->producers_.set_map_end(start);
    return log->begin_segment(start);
  };
  if (const auto made = make_files(); !made.ok()) {
    // Or the next attempt would find the name taken. What cannot be removed either is found by the next start.
    (void)host.disk.unlink(metadata).ok();
    (void)host.disk.remove_directory(folder).ok();
    return Failure(made.error());
  }
  return log;
}

void Log::set_settings(LogSettingsPtr settings) {
  const bool persists_now = settings->persisted && !settings_->persisted;
  settings_ = std::move(settings);
  // What was appended before was not kept: until it is synced a failed sync cannot be mended.
  // (What is being written anew was kept, all of it.)
  if (persists_now && !rewriting_ && log_end_ > synced_end_) unsynced_.forget(log_end_);
  // The round for what is promised has to see it.
  if (persists_now && dirty()) host_.became_dirty(*this);
}

// A checkpoint may be older than the partition, and speak of one that had the name before it: deleted and made anew, and
// then a crash.
void Log::expect_topic(const TopicId& topic_id) {
  if (state_ != LogState::dormant || topic_id_ == topic_id) return;
  if (!topic_id_.is_zero()) {
    log_start_ = log_end_ = synced_end_ = Offset(0);
    clean_ = ends_known_ = false;
    dormant_active_base_ = Offset(0);
    dormant_active_size_ = dormant_total_size_ = 0;
    dormant_synced_.reset();
    dormant_oldest_.reset();
  }
  topic_id_ = topic_id;
}

int64_t Log::size() const {
  if (segments_.empty()) return dormant_total_size_;
  int64_t total = 0;
  for (const auto& segment : segments_) total += segment->size();
  return total;
}

LogResult<> Log::check_ready() const {
  switch (state_) {
    case LogState::ready: return {};
    case LogState::quarantined: return Failure(LogError::quarantined);
    case LogState::offline: return Failure(LogError::offline);
    default: return Failure(LogError::not_ready);
  }
}

LogResult<> Log::check_open() const {
  if (host_.closing) return Failure(LogError::not_ready);
  return check_ready();
}

void Log::set_state(LogState state) {
  state_ = state;
  host_.noticed(*this);
}

void Log::go_offline(std::string what) {
  if (state_ == LogState::offline) return;
  host_.sink.error("log", "partition offline", {{"partition", partition_.text()}, {"reason", what}});
  give_up(LogState::offline, std::move(what));
}

void Log::quarantine(std::string what) {
  if (state_ == LogState::quarantined || state_ == LogState::offline) return;
  host_.sink.error("log", "partition quarantined", {{"partition", partition_.text()}, {"reason", what}});
  give_up(LogState::quarantined, std::move(what));
}

// A cut that was planned is off: it would make the log ready again, with what the disk never got below its end.
void Log::give_up(LogState state, std::string why) {
  trouble_ = std::move(why);
  ++generation_;
  planned_load_.reset();
  truncate_when_loaded_.reset();
  waits_for_checkpoint_ = false;
  // No sync is asked for any more, so nothing has to stay open for its answer.
  for (const auto& segment : segments_) {
    segment->file.close();
    segment->dirty = segment->syncing = false;
  }
  metadata_file_.close();
  dirty_ = false;
  set_state(state);
}

std::string Log::path_of(const Segment& segment) const { return folder() + "/" + segment.file_name(); }

size_t Log::segment_at(Offset offset) const {
  const auto after = std::upper_bound(segments_.begin(), segments_.end(), offset,
                                      [](Offset at, const auto& segment) { return at < segment->base(); });
  if (after == segments_.begin()) return 0;
  const auto found = std::prev(after);
  // Compaction leaves gaps: above the last batch of a segment the next one holds the offset.
  const auto index = static_cast<size_t>(found - segments_.begin());
  return (*found)->end() > offset ? index : index + 1;
}

IoResult<FilePtr> Log::open_segment(size_t index) {
  Segment& segment = *segments_[index];
  return host_.files.use(segment.file, Access::read, [&] { return path_of(segment); });
}

LogResult<> Log::begin_epoch(LeaderEpoch epoch) {
  OTTLA_TRY_DONE(check_open());
  if (epoch < epochs_.latest()) return Failure(LogError::epoch_too_old);
  if (epochs_.assign(epoch, log_end_)) note_epochs_changed(log_end_);
  return {};
}

void Log::note_epochs_changed(Offset from) {
  if (!epochs_unsaved_from_.has_value() || from < *epochs_unsaved_from_) epochs_unsaved_from_ = from;
}

VerificationGuard Log::start_verification(ProducerId producer, ProducerEpoch epoch) {
  return producers_.start_verification(producer, epoch);
}

Offset Log::stable_end(Offset high_watermark) const {
  const std::optional<Offset> unstable = producers_.first_unstable(high_watermark);
  // A transaction may have begun below a log start that was raised since.
  return unstable.has_value() ? std::min(std::max(*unstable, log_start_), high_watermark) : high_watermark;
}

void Log::expire_producers(Timestamp now) {
  if (state_ != LogState::ready) return;
  for (size_t left = producers_.expire(now, settings_->producer_expiration); left > 0; --left) {
    host_.marks.hit(Mark::producer_expired);
  }
}

LogResult<> Log::raise_log_start(Offset start) {
  if (start > log_end_) return Failure(LogError::offset_out_of_range);
  if (start <= log_start_) return {};
  OTTLA_TRY_DONE(check_open());
  log_start_ = start;
  if (epochs_.truncate_start(start)) note_epochs_changed(start);
  producers_.truncate_start(start);
  return {};
}

size_t Log::release_below_log_start(Instant now) {
  if (state_ != LogState::ready) return 0;
  size_t count = 0;
  // The active segment stays, whatever it holds: it says where the log ends.
  while (segments_.size() > 1 && segments_[1]->base() <= log_start_ && !segments_[0]->file.is_pinned()) {
    condemned_.push_back({segments_[0]->base(), now + settings_->file_delete_delay});
    segments_.erase(segments_.begin());
    ++count;
  }
  if (count > 0) side_file_dirty_ = true;
  return count;
}

std::shared_ptr<const std::atomic<bool>> Log::begin_cleaning() {
  if (!seal_job_.has_value()) pass_unwanted_ = std::make_shared<std::atomic<bool>>(false);
  return pass_unwanted_;
}

void Log::end_cleaning() {
  pass_unwanted_.reset();
  begin_planned_load();
}

LogResult<> Log::replace_segments(uint64_t generation, Offset first, Offset end, LoadedSegment cleaned, Instant now) {
  OTTLA_TRY_DONE(check_ready());
  if (generation != generation_) return Failure(LogError::not_ready);
  const auto from =
      std::find_if(segments_.begin(), segments_.end(), [&](const auto& segment) { return segment->base() == first; });
  const auto to = std::find_if(from, segments_.end(), [&](const auto& segment) { return segment->base() >= end; });
  OTTLA_ASSERT(from != segments_.end() && to != segments_.end() && from != to && cleaned.content.base() == first, first,
               end);
  const std::string path = path_of(**from);
  // Until this is durable a crash finds the originals; after it, the new file, and originals that are left go. The mark
  // "<first>.index.swap" tells a start which of the two it is: see clean_pass.h.
  const auto renamed = host_.disk.rename(path + std::string(kCleanedSuffix), path);
  if (!renamed.ok()) return Failure(LogError(renamed.error()));
  for (auto gone = std::next(from); gone != to; ++gone) {
    condemned_.push_back({(*gone)->base(), now + settings_->file_delete_delay});
  }
  *from = std::make_unique<Segment>(std::move(cleaned));
  segments_.erase(std::next(from), to);
  side_file_dirty_ = true;
  folder_dirty_ = true;
  become_dirty();
  return {};
}

void Log::rest() {
  unsynced_.shrink();
  for (size_t index = 0; index + 1 < segments_.size(); ++index) {
    // Where transactions were aborted they stay: a pass of compaction wants them of all segments at once.
    SegmentContent& content = segments_[index]->content();
    if (segments_[index]->sealed() && content.aborted_index_sum().size == 0) content.drop_indexes();
  }
}

}  // namespace ottla
