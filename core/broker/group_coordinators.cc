#include "core/broker/group_coordinators.h"

#include <algorithm>
#include <utility>

#include "core/model/limits.h"
#include "core/model/settings_handles.h"

namespace ottla {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

GroupSettings settings_of(const SettingValues& node) {
  const auto span = [&](const settings::IntegerSetting& handle) { return Duration::from_ms(node.get(handle)); };
  GroupSettings read;
  read.offset_metadata_size_max = static_cast<size_t>(
      std::min<int64_t>(node.get(settings::kOffsetMetadataMaxBytes), int64_t{limits::kGroupTextSizeMax}));
  read.offset_retention = Duration::from_s(60) * node.get(settings::kOffsetsRetentionMinutes);
  read.offset_check_interval = span(settings::kOffsetsRetentionCheckIntervalMs);
  read.session_timeout_min = span(settings::kGroupMinSessionTimeoutMs);
  read.session_timeout_max = span(settings::kGroupMaxSessionTimeoutMs);
  read.initial_delay = span(settings::kGroupInitialRebalanceDelayMs);
  read.size_max = static_cast<size_t>(node.get(settings::kGroupMaxSize));
  read.consumer_session_timeout = span(settings::kGroupConsumerSessionTimeoutMs);
  read.consumer_heartbeat_interval = span(settings::kGroupConsumerHeartbeatIntervalMs);
  read.consumer_size_max = static_cast<size_t>(node.get(settings::kGroupConsumerMaxSize));
  const std::string policy = lower_case(node.get(settings::kGroupConsumerMigrationPolicy));
  read.may_upgrade = policy == "bidirectional" || policy == "upgrade";
  read.may_downgrade = policy == "bidirectional" || policy == "downgrade";
  return read;
}

// Its log is being recovered or read, or its leadership has not been told yet: all of that comes by itself.
bool comes(const TenantRuntime& runtime) {
  return runtime.state() == TenantRuntime::State::loading || runtime.state() == TenantRuntime::State::idle;
}

}  // namespace

// Java's String.hashCode() of the UTF-16 text, without its sign.
PartitionIndex coordinating_partition(std::string_view key, size_t partition_count) {
  uint32_t hash = 0;
  for (size_t at = 0; at < key.size();) {
    const auto byte = [&](size_t i) { return i < key.size() ? static_cast<uint8_t>(key[i]) : uint8_t{0}; };
    const uint8_t first = byte(at);
    const size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t code = size == 1 ? first : first & (0x7fU >> size);
    for (size_t i = 1; i < size; ++i) code = code << 6 | (byte(at + i) & 0x3fU);
    at += size;
    if (code < 0x10000) {
      hash = hash * 31 + code;
    } else {
      hash = hash * 31 + (0xd800 + ((code - 0x10000) >> 10));
      hash = hash * 31 + (0xdc00 + ((code - 0x10000) & 0x3ff));
    }
  }
  return PartitionIndex(static_cast<int32_t>((hash & INT32_MAX) % partition_count));
}

GroupCoordinators::GroupCoordinators(const Options& options, Instant now, Timestamp wall)
    : options_(options),
      context_({.settings = settings_of(*options.node),
                .image = MetadataImage::empty(),
                .topics_changed = Offset(0),
                .entropy = options.entropy,
                .sink = options.sink}),
      now_(now),
      wall_(wall) {}

GroupCoordinators::~GroupCoordinators() {
  drop_gone();
  stop();
}

std::unique_ptr<Tenant> GroupCoordinators::make(Timeline& timeline, Journal& journal) {
  return std::make_unique<GroupCoordinator>(context_, timeline, journal);
}

void GroupCoordinators::take_settings() { context_.settings = settings_of(*options_.node); }

// --- The cluster changes

void GroupCoordinators::apply(Replicas& replicas, const ImagePtr& image, const MetadataDelta& delta) {
  replicas_ = &replicas;
  context_.image = image;
  drop_gone();
  std::set<std::string, std::less<>> gone;
  bool ours_changed = false;
  for (const TopicChange& change : delta.topics()) {
    if (change.after == nullptr) gone.insert(change.before->name);
    ours_changed |= change.after != nullptr && change.after->name == kOffsetsTopic;
    if (change.before == nullptr || change.after == nullptr ||
        change.before->partitions.size() != change.after->partitions.size()) {
      context_.topics_changed = image->end();
    }
  }
  const TopicImage* topic = image->find_topic(kOffsetsTopic);
  if (topic == nullptr) return;
  if (!gone.empty()) {
    for (auto& [index, shard] : shards_) {
      if (shard.runtime->check() != ErrorCode::none) continue;
      static_cast<GroupCoordinator&>(shard.runtime->tenant()).topics_deleted(gone);
    }
  }
  if (!ours_changed) return;
  topic_ = topic->id;
  for (size_t i = 0; i < topic->partitions.size(); ++i) {
    const PartitionIndex index(static_cast<int32_t>(i));
    if (topic->partitions[i].leader != options_.self) continue;
    const Log* log = replicas.find_log(*topic, index);
    const bool nothing = log == nullptr || (log->ends_known() && log->log_start() == log->log_end());
    if (!nothing) (void)shard(*topic, index);
  }
}

// A replica that has gone took its log along.
void GroupCoordinators::drop_gone() {
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

GroupCoordinators::Shard* GroupCoordinators::shard(const TopicImage& topic, PartitionIndex index) {
  const auto found = shards_.find(index);
  if (found != shards_.end()) return &found->second;
  Replica* replica = replicas_->find(topic, index);
  if (replica == nullptr) return nullptr;
  TenantRuntime::Options runtime{
      .name = replica->partition().text(),
      .maker = this,
      .log = &replica->replicated(),
      .sink = options_.sink,
      .batch_size_max = limits::kMaxMessageBytesDefault,
      .compression = static_cast<CompressionType>(options_.node->get(settings::kOffsetsTopicCompressionCodec)),
      .commit_timeout = Duration::from_ms(options_.node->get(settings::kOffsetsCommitTimeoutMs))};
  Shard& made = shards_[index];
  made.number = replica->number();
  made.runtime = std::make_unique<TenantRuntime>(std::move(runtime), now_, wall_);
  return &made;
}

// --- Looking for one

GroupCoordinators::Access GroupCoordinators::find(std::string_view group) {
  drop_gone();
  const TopicImage* topic = context_.image->find_topic(kOffsetsTopic);
  if (topic == nullptr) return {ErrorCode::coordinator_not_available};
  return access(*topic, coordinating_partition(group, topic->partitions.size()));
}

std::vector<GroupCoordinators::Access> GroupCoordinators::all() {
  drop_gone();
  std::vector<Access> found;
  const TopicImage* topic = context_.image->find_topic(kOffsetsTopic);
  if (topic == nullptr) return found;
  for (size_t i = 0; i < topic->partitions.size(); ++i) {
    const PartitionIndex index(static_cast<int32_t>(i));
    if (topic->partitions[i].leader != options_.self) continue;
    const Log* log = replicas_->find_log(*topic, index);
    // Nothing was ever written: nobody is there.
    if (!shards_.contains(index) && log != nullptr && log->ends_known() && log->log_start() == log->log_end()) continue;
    found.push_back(access(*topic, index));
  }
  return found;
}

GroupCoordinators::Access GroupCoordinators::access(const TopicImage& topic, PartitionIndex index) {
  if (stopped_ || topic.find(index)->leader != options_.self) return {ErrorCode::not_coordinator};
  Shard* found = shard(topic, index);
  if (found == nullptr) return {ErrorCode::coordinator_not_available};
  const ErrorCode error = found->runtime->check();
  if (error == ErrorCode::none) {
    return {error, &static_cast<GroupCoordinator&>(found->runtime->tenant()), false, found->number, index};
  }
  const bool later = comes(*found->runtime);
  return {later ? ErrorCode::coordinator_load_in_progress : error, nullptr, later};
}

void GroupCoordinators::end_transaction(PartitionIndex partition, const TransactionEnd& end,
                                        int16_t transaction_version, ReplyPtr reply) {
  drop_gone();
  const TopicImage* topic = context_.image->find_topic(kOffsetsTopic);
  if (topic == nullptr || topic->find(partition) == nullptr) {
    return reply->refuse(ErrorCode::unknown_topic_or_partition);
  }
  ErrorCode error = access(*topic, partition).error;
  if (error == ErrorCode::none) {
    error = shards_.at(partition).runtime->end_transaction(end, transaction_version, reply);
  }
  if (error != ErrorCode::none) reply->refuse(error);
}

// --- Turns

void GroupCoordinators::tick(Instant now, Timestamp wall) {
  now_ = now;
  wall_ = wall;
  drop_gone();
  for (auto& [index, shard] : shards_) shard.runtime->tick(now, wall);
}

Instant GroupCoordinators::next_deadline() const {
  Instant next = Instant::never();
  for (const auto& [index, shard] : shards_) next = std::min(next, shard.runtime->next_deadline());
  return next;
}

bool GroupCoordinators::turn() {
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

void GroupCoordinators::stop_waiting() {
  drop_gone();
  for (auto& [index, shard] : shards_) {
    if (shard.runtime->check() == ErrorCode::none) shard.runtime->tenant().rolled_back(ErrorCode::not_coordinator);
  }
}

void GroupCoordinators::stop() {
  stopped_ = true;
  for (auto& [index, shard] : shards_) shard.runtime->stop(ErrorCode::not_coordinator);
}

}  // namespace ottla
