#include "core/broker/topic_rules.h"

#include "core/broker/services.h"
#include "core/model/settings_handles.h"
#include "core/record/compression.h"
#include "core/replica/topic_settings.h"

namespace ottla {
namespace {

std::optional<int32_t> compression_level(const SettingValues& topic, CompressionType type) {
  switch (type) {
    case CompressionType::gzip: {
      const int64_t level = topic.get(settings::kCompressionGzipLevel);
      return level == -1 ? std::nullopt : std::optional(static_cast<int32_t>(level));
    }
    case CompressionType::lz4: return static_cast<int32_t>(topic.get(settings::kCompressionLz4Level));
    case CompressionType::zstd: return static_cast<int32_t>(topic.get(settings::kCompressionZstdLevel));
    default: return std::nullopt;
  }
}

}  // namespace

TopicRules read_topic_rules(const SettingValues& topic) {
  TopicRules rules;
  rules.batch_size_max = static_cast<size_t>(topic.get(settings::kMaxMessageBytes));
  rules.timestamp_type = topic.get(settings::kMessageTimestampType) == "LogAppendTime" ? TimestampType::log_append_time
                                                                                       : TimestampType::create_time;
  rules.timestamp_before_max_ms = topic.get(settings::kMessageTimestampBeforeMaxMs);
  rules.timestamp_after_max_ms = topic.get(settings::kMessageTimestampAfterMaxMs);
  SettingList policies = topic.get(settings::kCleanupPolicy);
  while (const auto policy = policies.next()) {
    rules.compacted |= *policy == "compact";
    rules.deletes |= *policy == "delete";
  }
  const std::string_view compression = topic.get(settings::kCompressionType);
  if (compression == "uncompressed") {
    rules.compression = CompressionType::none;
  } else if (compression != "producer") {
    rules.compression = find_compression(compression);
  }
  if (rules.compression.has_value()) rules.compression_level = compression_level(topic, *rules.compression);
  return rules;
}

const TopicRulesCache::Topic& TopicRulesCache::of(const MetadataImage& image, const TopicImage& topic) {
  if (const auto* known = topics_.find(topic.id); known != nullptr) return **known;
  if (topics_.size() >= kTopicsMax) topics_.clear();
  SettingValues values = topic_values(image.configs(ConfigResource::Type::topic, topic.name), node_, profile_, sink_);
  TopicRules rules = read_topic_rules(values);
  auto made = std::make_unique<Topic>(Topic{.values = std::move(values), .rules = rules});
  return **topics_.try_emplace(topic.id, std::move(made)).first;
}

void TopicRulesCache::changed(const MetadataDelta& delta) {
  for (const TopicChange& change : delta.topics()) {
    if (change.after == nullptr) topics_.erase(change.before->id);
  }
  for (const ConfigResource& resource : delta.configs()) {
    if (resource.type == ConfigResource::Type::broker) return forget_all();
    if (resource.type != ConfigResource::Type::topic) continue;
    if (const TopicImage* topic = delta.after()->find_topic(resource.name); topic != nullptr) topics_.erase(topic->id);
  }
}

const SettingValues& Services::topic_settings(const TopicImage& topic) const { return topics->values(*image, topic); }
const TopicRules& Services::topic_rules(const TopicImage& topic) const { return topics->rules(*image, topic); }

}  // namespace ottla
