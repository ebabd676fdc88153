#include "core/controller/runtime.h"

#include <algorithm>
#include <utility>

#include "core/metadata/snapshot.h"
#include "core/model/limits.h"

namespace ottla {

namespace {

constexpr size_t kReadSize = limits::kMiB;  // of the log at a time

ControllerResponse refusal(ErrorCode code, std::string_view why) {
  ControllerResponse response;
  response.error = code;
  response.message = why;
  return response;
}

// How long a request may wait for its commit. Brokers' own requests say nothing and are asked again at once.
constexpr int64_t kBrokerRequestTimeoutMs = 30'000;
constexpr int64_t kTimeoutMinMs = 1'000;  // some clients ask for 0 and mean "do not wait for long"
Duration timeout_of(const ControllerRequest& request) {
  const auto* forwarded = std::get_if<ForwardedRequest>(&request.what);
  return Duration::from_ms(forwarded == nullptr ? kBrokerRequestTimeoutMs
                                                : std::max(forwarded->timeout_ms, kTimeoutMinMs));
}

}  // namespace

ControllerRuntime::ControllerRuntime(const Options& options, Instant now, Timestamp wall)
    : options_(options), now_(now), wall_(wall), log_(*options.log), read_(MetadataImage::empty()), published_(read_) {
  log_.observe(this);
}

ControllerRuntime::~ControllerRuntime() { log_.observe(nullptr); }

void ControllerRuntime::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  if (leading_ && !decides_) advance();
  for (Waiting& waiting : waiting_) {
    if (waiting.deadline > now_) continue;
    answers_.push_back(
        {waiting.answer.id, refusal(ErrorCode::request_timed_out, "The metadata log did not commit in time.")});
    waiting.deadline = Instant::never();
    waiting.answer.id = ControllerRequestId();  // answered
  }
  std::erase_if(waiting_, [](const Waiting& waiting) { return waiting.answer.id == ControllerRequestId(); });
}

Instant ControllerRuntime::next_deadline() const {
  Instant next = Instant::never();
  for (const Waiting& waiting : waiting_) next = std::min(next, waiting.deadline);
  return next;
}

ControllerRequestId ControllerRuntime::send(ControllerRequest request) {
  const ControllerRequestId id(++last_request_);
  if (waiting_.size() >= limits::kControllerRequestsMax) {
    answers_.push_back({id, refusal(ErrorCode::request_timed_out, "The controller has too much to do.")});
    return id;
  }
  Offset until{0};
  ControllerResponse response = decide(request, until);
  if (response.error == ErrorCode::not_controller) {
    answers_.push_back({id, std::move(response)});
  } else {
    response.applied_end = until;
    waiting_.push_back({{id, std::move(response)}, until, now_ + timeout_of(request)});
  }
  return id;
}

ControllerResponse ControllerRuntime::decide(const ControllerRequest& request, Offset& until) {
  if (!decides_ || failed_) return refusal(ErrorCode::not_controller, "This node is not the active controller.");
  const OperationContext context{*latest(), *options_.node, *options_.entropy, log_.log_end()};
  Outcome outcome = perform(context, request);
  until = latest()->end();
  if (outcome.records.empty()) return std::move(outcome.response);
  auto end = append(outcome.records);
  if (!end.ok()) return std::move(end).error();
  until = *end;
  return std::move(outcome.response);
}

// Appends the records as one batch and makes the image that has them. Gives the offset after the last.
Result<Offset, ControllerResponse> ControllerRuntime::append(const RecordList& records) {
  const Offset first = log_.log_end();
  auto delta = std::make_unique<MetadataDelta>(latest());
  delta->reached(first, *leading_);
  for (size_t index = 0; index < records.size(); ++index) {
    const auto applied = delta->apply(first + static_cast<int64_t>(index), *leading_, records[index]);
    // An operation that writes what no image can take would stop every node of the cluster for good. Better this one now.
    OTTLA_ASSERT(applied.ok(), records.size(), index);
  }
  OTTLA_ASSERT(delta->finish().ok());
  const auto appended =
      log_.append(*leading_, records.batch(builder_, {.leader_epoch = *leading_, .timestamp = wall_}));
  if (!appended.ok()) {
    // not_ready: a sync has failed, and the log is being written anew. Both mean: ask again.
    if (appended.error() == LogError::epoch_too_old || appended.error() == LogError::not_ready) {
      return Failure(refusal(ErrorCode::not_controller, "This node is not the active controller any more."));
    }
    return Failure(refusal(error_code(appended.error()), text(appended.error().code())));
  }
  OTTLA_ASSERT(appended->first_offset == first && appended->last_offset + 1 == delta->end(),
               appended->first_offset.value(), first.value());
  appended_.push_back(std::move(delta));
  return appended->last_offset + 1;
}

const MetadataDelta* ControllerRuntime::take_committed() {
  if (!complete_ || to_publish_.empty()) {
    if (taken_ != nullptr) save_snapshot();
    taken_ = nullptr;
    return nullptr;
  }
  taken_ = std::move(to_publish_.front());
  to_publish_.pop_front();
  published_ = taken_->after();
  return taken_.get();
}

std::span<const ControllerAnswer> ControllerRuntime::take_answers() {
  given_.clear();
  std::swap(given_, answers_);
  while (!waiting_.empty() && complete_ && waiting_.front().until <= published_->end()) {
    given_.push_back(std::move(waiting_.front().answer));
    waiting_.pop_front();
  }
  return given_;
}

void ControllerRuntime::committed(Offset end) {
  committed_end_ = std::max(committed_end_, end);
  advance();
}

// Takes what is committed: first what was appended here, which is known already; what is left is read.
void ControllerRuntime::advance() {
  if (failed_) return;
  while (!appended_.empty() && appended_.front()->end() <= committed_end_) {
    Appended done = std::move(appended_.front());
    appended_.pop_front();
    read_ = done->after();
    publish(std::move(done));
  }
  // What stands in between is the log's own (a leader's change): it has no records, and deltas reach over it.
  if (appended_.empty() && read_->end() < committed_end_) read_log();
  if (leading_ && !decides_ && committed_end_ >= lead_start_ && read_->end() >= committed_end_) begin_leading();
}

void ControllerRuntime::read_log() {
  auto delta = std::make_unique<MetadataDelta>(read_);
  while (delta->end() < committed_end_) {
    const auto batches = log_.read(delta->end(), kReadSize);
    if (!batches.ok())
      return stop_with("the metadata log cannot be read: " + std::string(text(batches.error().code())));
    if (!*batches) break;  // readable() comes
    if ((*batches)->batches.empty()) break;
    const auto applied = delta->apply_batches((*batches)->batches, scratch_);
    if (!applied.ok()) return stop_with(applied.error().text);
  }
  if (delta->end() == read_->end()) return;
  auto made = delta->finish();
  if (!made.ok()) return stop_with(made.error().text);
  read_ = *made;
  publish(std::move(delta));
}

void ControllerRuntime::publish(std::unique_ptr<MetadataDelta> delta) {
  // Until the first is given out there is only one: the whole image.
  if (complete_ || to_publish_.empty()) {
    to_publish_.push_back(std::move(delta));
    return;
  }
  const ImagePtr after = delta->after();
  to_publish_.clear();
  to_publish_.push_back(MetadataDelta::between(MetadataImage::empty(), after));
}

void ControllerRuntime::leadership_gained(LeaderEpoch epoch, Offset start) {
  leading_ = epoch;
  lead_start_ = start;
  committed_end_ = std::max(committed_end_, log_.committed_end());
  advance();
}

// Everything that was committed before is in the image.
void ControllerRuntime::begin_leading() {
  if (!complete_ && to_publish_.empty()) to_publish_.push_back(MetadataDelta::between(MetadataImage::empty(), read_));
  complete_ = true;
  const int16_t level = read_->feature(kMetadataVersion);
  if (level != 0 && (level < kMetadataVersionFirst || level > kMetadataVersionLevel)) {
    return stop_with("the metadata log is finalized at metadata.version " + std::to_string(level) +
                     ", and this program writes " + std::to_string(kMetadataVersionLevel) + " only");
  }
  if (level == 0) {
    const OperationContext context{*read_, *options_.node, *options_.entropy, log_.log_end()};
    const auto appended = append(bootstrap(context).records);
    if (!appended.ok()) {
      if (appended.error().error == ErrorCode::not_controller) return;  // tick() tries again
      return stop_with("the metadata log takes no records: " + appended.error().message);
    }
  }
  decides_ = true;
}

void ControllerRuntime::leadership_lost(LeaderEpoch) {
  leading_ = std::nullopt;
  decides_ = false;
  drop_appended();
}

void ControllerRuntime::truncated(Offset end) {
  if (!appended_.empty() && end < appended_.back()->end()) drop_appended();
}

void ControllerRuntime::drop_appended() {
  appended_.clear();
  // What they wait for may be gone, and may yet be committed by the next leader: that is for their clients to look up.
  refuse_all(ErrorCode::not_controller, "This node is not the active controller any more.");
}

void ControllerRuntime::snapshot_needed(Offset start) {
  if (failed_ || read_->end() >= start) return;
  const auto snapshot = log_.take_snapshot();
  if (!snapshot) return stop_with("the metadata log's snapshot is missing");
  MetadataDelta delta(MetadataImage::empty());
  const auto applied = delta.apply_snapshot(snapshot->batches, scratch_);
  if (!applied.ok()) return stop_with("the metadata log's snapshot: " + applied.error().text);
  delta.reached(snapshot->end, snapshot->epoch);
  const auto made = delta.finish();
  if (!made.ok()) return stop_with("the metadata log's snapshot: " + made.error().text);
  const ImagePtr before = std::exchange(read_, *made);
  publish(MetadataDelta::between(before, read_));
  advance();
}

// What every start reads should not grow for ever. Taken of what is published, between two turns of records.
void ControllerRuntime::save_snapshot() {
  if (!log_.wants_snapshot() || published_->in_transaction()) return;
  const auto saved = log_.save_snapshot(
      {published_->end(), published_->epoch(), wall_, snapshot_batches(*published_, builder_, wall_)});
  if (saved.ok()) return;
  options_.sink->warn("controller", "no snapshot was written", {{"why", text(saved.error().code())}});
}

void ControllerRuntime::readable(Offset) { advance(); }

void ControllerRuntime::failed(LogError error) {
  stop_with("the metadata log failed: " + std::string(text(error.code())));
}

void ControllerRuntime::refuse_all(ErrorCode code, std::string_view why) {
  for (Waiting& waiting : waiting_) answers_.push_back({waiting.answer.id, refusal(code, why)});
  waiting_.clear();
}

void ControllerRuntime::stop_with(std::string why) {
  if (failed_) return;
  options_.sink->error("controller", "metadata cannot be followed any more", {{"why", why}});
  failed_ = std::move(why);
  refuse_all(ErrorCode::not_controller, "The controller has failed.");
}

}  // namespace ottla
