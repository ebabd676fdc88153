#include "core/replica/replicas.h"

#include <algorithm>
#include <utility>

#include "core/replica/data_directories.h"
#include "core/replica/replica_log.h"

namespace ottla {

namespace {

std::vector<LogDirectory*> logs_of(const std::vector<Replicas::Directory>& directories) {
  std::vector<LogDirectory*> logs;
  logs.reserve(directories.size());
  for (const Replicas::Directory& directory : directories) logs.push_back(directory.logs);
  return logs;
}

constexpr Duration kMakeAgainAfter = Duration::from_ms(5);
constexpr Duration kLoadAgainAfter = Duration::from_s(1);

}  // namespace

Replicas::Replicas(const Options& options, std::vector<Directory> directories, Jobs& jobs, Entropy& entropy,
                   LogSink& sink, Instant now)
    : options_(options),
      sink_(sink),
      directories_(std::move(directories)),
      image_(MetadataImage::empty()),
      upkeep_(*options.node, logs_of(directories_), jobs, entropy, now),
      next_rest_(now),
      now_(now) {
  context_.self = options.self;
}

Replicas::~Replicas() = default;

size_t Replicas::directory_of(LogNumber number) const { return ottla::directory_of(number); }

Replicas::Place Replicas::place_of(const TopicPartition& partition) const {
  for (size_t index = 0; index < directories_.size(); ++index) {
    if (Log* log = directories_[index].logs->find(partition)) return {.directory = index, .log = log};
  }
  return {};
}

Replica* Replicas::find(const TopicImage& topic, PartitionIndex partition) {
  Replica* replica = obtain(topic, partition);
  if (replica != nullptr) replica->used_ = now_;
  return replica;
}

Replica* Replicas::obtain(const TopicImage& topic, PartitionIndex partition) {
  if (Replica** known = by_partition_.find({topic.id, partition})) return *known;
  // What the newest image says counts: the caller's may be older.
  const TopicImage* now = image_->find_topic(topic.id);
  const PartitionImage* image = now == nullptr ? nullptr : now->find(partition);
  if (image == nullptr || !image->has_replica(options_.self) || stopping_) return nullptr;
  Place place = place_of({now->name, partition});
  if (place.log == nullptr) place = make_log(*now, partition);
  if (place.log == nullptr) return nullptr;

  auto made = std::make_unique<Replica>(context_, *place.log, now->id);
  Replica* replica = made.get();
  by_partition_[{now->id, partition}] = replica;
  replicas_.emplace(replica->number(), std::move(made));
  replica->take_image(*image, *settings_of(*now));
  place.log->load();
  return replica;
}

Replica* Replicas::find(LogNumber number) {
  const auto found = replicas_.find(number);
  return found == replicas_.end() ? nullptr : found->second.get();
}

const Log* Replicas::find_log(const TopicImage& topic, PartitionIndex partition) const {
  const Log* log = place_of({topic.name, partition}).log;
  return log == nullptr || (log->topic_id() != topic.id && !log->topic_id().is_zero()) ? nullptr : log;
}

Replica* Replicas::replica_of(Log& log) {
  const TopicImage* topic = image_->find_topic(log.topic_id());
  return topic == nullptr ? nullptr : obtain(*topic, log.partition().partition);
}

void Replicas::tick(Instant now, Timestamp wall) {
  now_ = now;
  for (const Directory& directory : directories_) directory.logs->tick(now, wall);
  if (stopping_) return;
  if (now >= load_again_) {
    load_again_ = Instant::never();
    for (const LogNumber number : std::exchange(to_load_, {})) {
      if (Replica* replica = find(number)) replica->log().load();
    }
  }
  make_more();
  upkeep_.tick(*this, context_, replicas_, now, wall);
  if (now >= next_rest_) put_to_sleep(wall);
}

Instant Replicas::next_deadline() const {
  Instant next = std::min(load_again_, upkeep_.next_deadline());
  if (!stopping_) next = std::min(next, next_rest_);
  if (!to_make_.empty() && !stopping_) next = std::min(next, now_ + kMakeAgainAfter);
  for (const Directory& directory : directories_) next = std::min(next, directory.logs->next_deadline());
  // An order of DeleteRecords waits to be put off by a tick.
  return context_.log_starts.empty() || stopping_ ? next : std::min(next, now_);
}

void Replicas::sync() {
  for (const Directory& directory : directories_) directory.logs->sync_promised();
}

bool Replicas::completed(JobId id, JobResult&& result) {
  bool ours = upkeep_.completed(id, *result, now_);
  for (const Directory& directory : directories_) {
    ours = ours || directory.logs->completed(id, std::move(result));
  }
  if (ours) collect(id);
  go_on_stopping();
  return ours;
}

// What the directories have noticed is made known to the replicas at once, so that none of them lags behind its log.
void Replicas::collect(std::optional<JobId> job) {
  for (const Directory& directory : directories_) {
    for (const LogNotice& notice : directory.logs->take_notices()) {
      Replica* replica = find(notice.log);
      if (replica == nullptr) {
        context_.moved.push_back(notice.log);
        continue;
      }
      replica->log_noticed(job);
      if (replica->log().state() != LogState::dormant) continue;
      to_load_.push_back(notice.log);
      load_again_ = std::min(load_again_, now_ + kLoadAgainAfter);
    }
  }
}

std::span<const ReplicaNotice> Replicas::take_notices() {
  collect(std::nullopt);
  notices_.clear();
  for (const LogNumber number : context_.moved) notices_.push_back({number});
  context_.moved.clear();
  for (const ReplicaNotice& notice : notices_) {
    if (Replica* replica = find(notice.number)) replica->moved_ = false;
  }
  for (size_t index = 0; index < notices_.size(); ++index) {
    Replica* replica = find(notices_[index].number);
    if (replica != nullptr && replica->replicated_ != nullptr) replica->replicated_->tell();
  }
  return notices_;
}

void Replicas::forget(LogNumber number) {
  const auto found = replicas_.find(number);
  if (found == replicas_.end()) return;
  found->second->mark_moved();  // who waits for it finds it gone
  by_partition_.erase({found->second->topic_id(), found->second->partition().partition});
  replicas_.erase(found);
}

void Replicas::stop() {
  if (std::exchange(stopping_, true)) return;
  upkeep_.stop();
  go_on_stopping();
}

// How far logs are clean is believed after a clean stop alone, so it is saved before the directories say that there was
// one.
void Replicas::go_on_stopping() {
  if (!stopping_ || !upkeep_.stopped()) return;
  for (const Directory& directory : directories_) directory.logs->stop();
}

bool Replicas::stopped() const {
  return stopping_ && std::all_of(directories_.begin(), directories_.end(),
                                  [](const Directory& directory) { return directory.logs->stopped(); });
}

}  // namespace ottla
