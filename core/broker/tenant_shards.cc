#include "core/broker/tenant_shards.h"

#include <algorithm>
#include <utility>

#include "core/broker/group_coordinators.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

// Its log is being recovered or read, or its leadership has not been told yet: all of that comes by itself.
bool comes(const TenantRuntime& runtime) {
  return runtime.state() == TenantRuntime::State::loading || runtime.state() == TenantRuntime::State::idle;
}

}  // namespace

TenantShards::TenantShards(const Options& options, Instant now, Timestamp wall)
    : options_(options), image_(MetadataImage::empty()), now_(now), wall_(wall) {}

TenantShards::~TenantShards() {
  drop_gone();
  stop();
}

// --- The cluster changes

void TenantShards::apply(Replicas& replicas, const ImagePtr& image, const MetadataDelta& delta) {
  replicas_ = &replicas;
  image_ = image;
  drop_gone();
  const bool changed = std::any_of(delta.topics().begin(), delta.topics().end(), [&](const TopicChange& change) {
    return change.after != nullptr && change.after->name == options_.topic;
  });
  if (!changed) return;
  const TopicImage& topic = *image->find_topic(options_.topic);
  for (size_t i = 0; i < topic.partitions.size(); ++i) {
    const PartitionIndex index(static_cast<int32_t>(i));
    if (topic.partitions[i].leader == options_.self && !has_nothing(topic, index)) (void)shard(topic, index);
  }
}

bool TenantShards::has_nothing(const TopicImage& topic, PartitionIndex index) const {
  const Log* log = replicas_->find_log(topic, index);
  return log == nullptr || (log->ends_known() && log->log_start() == log->log_end());
}

// A replica that has gone took its log along.
void TenantShards::drop_gone() {
  for (auto at = shards_.begin(); at != shards_.end();) {
    if (replicas_->find(at->second.number) != nullptr) {
      ++at;
      continue;
    }
    at->second.runtime->abandon();
    load_ended_ |= at->second.was_loading;
    at = shards_.erase(at);
  }
}

TenantShards::Shard* TenantShards::shard(const TopicImage& topic, PartitionIndex index) {
  const auto found = shards_.find(index);
  if (found != shards_.end()) return &found->second;
  Replica* replica = replicas_->find(topic, index);
  if (replica == nullptr) return nullptr;
  TenantRuntime::Options runtime{.name = replica->partition().text(),
                                 .maker = options_.maker,
                                 .log = &replica->replicated(),
                                 .sink = options_.sink,
                                 .batch_size_max = limits::kMaxMessageBytesDefault,
                                 .compression = options_.compression,
                                 .commit_timeout = options_.commit_timeout};
  Shard& made = shards_[index];
  made.number = replica->number();
  made.runtime = std::make_unique<TenantRuntime>(std::move(runtime), now_, wall_);
  return &made;
}

// --- Looking for one

TenantShards::Access TenantShards::find(std::string_view key) {
  const TopicImage* topic = image_->find_topic(options_.topic);
  if (topic == nullptr) return {ErrorCode::coordinator_not_available};
  return find(coordinating_partition(key, topic->partitions.size()));
}

TenantShards::Access TenantShards::find(PartitionIndex index) {
  drop_gone();
  const TopicImage* topic = image_->find_topic(options_.topic);
  if (topic == nullptr || topic->find(index) == nullptr) return {ErrorCode::coordinator_not_available};
  return access(*topic, index);
}

std::vector<TenantShards::Access> TenantShards::all() {
  drop_gone();
  std::vector<Access> found;
  const TopicImage* topic = image_->find_topic(options_.topic);
  if (topic == nullptr) return found;
  for (size_t i = 0; i < topic->partitions.size(); ++i) {
    const PartitionIndex index(static_cast<int32_t>(i));
    if (topic->partitions[i].leader != options_.self) continue;
    if (!shards_.contains(index) && has_nothing(*topic, index)) continue;  // nobody was ever there
    found.push_back(access(*topic, index));
  }
  return found;
}

std::vector<Tenant*> TenantShards::serving() {
  drop_gone();
  std::vector<Tenant*> found;
  for (auto& [index, shard] : shards_) {
    if (shard.runtime->check() == ErrorCode::none) found.push_back(&shard.runtime->tenant());
  }
  return found;
}

TenantShards::Access TenantShards::access(const TopicImage& topic, PartitionIndex index) {
  if (stopped_ || topic.find(index)->leader != options_.self) return {ErrorCode::not_coordinator};
  Shard* found = shard(topic, index);
  if (found == nullptr) return {ErrorCode::coordinator_not_available};
  const ErrorCode error = found->runtime->check();
  if (error == ErrorCode::none) return {error, &found->runtime->tenant()};
  const bool later = comes(*found->runtime);
  return {later ? ErrorCode::coordinator_load_in_progress : error, nullptr, later};
}

// --- Turns

void TenantShards::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  drop_gone();
  for (auto& [index, shard] : shards_) shard.runtime->tick(now, wall);
}

Instant TenantShards::next_deadline() const {
  Instant next = Instant::never();
  for (const auto& [index, shard] : shards_) next = std::min(next, shard.runtime->next_deadline());
  return next;
}

bool TenantShards::turn() {
  bool moved = false;
  for (auto& [index, shard] : shards_) {
    moved |= shard.runtime->flush();
    load_ended_ |= std::exchange(shard.was_loading, comes(*shard.runtime)) && !shard.was_loading;
  }
  if (!std::exchange(load_ended_, false) || waiting_.empty()) return moved;
  for (const ParkedId waiting : std::exchange(waiting_, {})) {
    options_.parking->wake(waiting, Parked::Wake::answered);
  }
  return true;
}

void TenantShards::stop_waiting() {
  for (Tenant* tenant : serving()) tenant->rolled_back(ErrorCode::not_coordinator);
}

void TenantShards::stop() {
  stopped_ = true;
  for (auto& [index, shard] : shards_) shard.runtime->stop(ErrorCode::not_coordinator);
}

}  // namespace ottla
