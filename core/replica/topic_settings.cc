#include "core/replica/topic_settings.h"

#include <algorithm>

#include "core/model/settings_handles.h"

namespace ottla {

namespace {

size_t size_of(int64_t value) { return static_cast<size_t>(std::max<int64_t>(value, 0)); }

}  // namespace

TopicSettingsPtr topic_settings(const SettingValues& topic, const SettingValues& node, bool ephemeral) {
  LogSettings log;
  log.segment_size_max = topic.get(settings::kSegmentBytes);
  log.segment_age_max = Duration::from_ms(topic.get(settings::kSegmentMs));
  log.segment_jitter_max = Duration::from_ms(topic.get(settings::kSegmentJitterMs));
  log.segment_index_size_max = topic.get(settings::kSegmentIndexBytes);
  log.index_interval = topic.get(settings::kIndexIntervalBytes);
  log.preallocate = topic.get(settings::kPreallocate);

  const bool asked = topic.get(settings::kDurability) == "persisted" || topic.get(settings::kFlushMessages) == 1;
  log.persisted = asked && !ephemeral;

  log.deletes = false;
  log.compacts = false;
  SettingList policies = topic.get(settings::kCleanupPolicy);
  while (const auto policy = policies.next()) {
    log.deletes |= *policy == "delete";
    log.compacts |= *policy == "compact";
  }
  log.retention_ms = topic.get(settings::kRetentionMs);
  log.retention_size = topic.get(settings::kRetentionBytes);
  log.file_delete_delay = Duration::from_ms(topic.get(settings::kFileDeleteDelayMs));
  log.delete_retention_ms = topic.get(settings::kDeleteRetentionMs);
  log.min_compaction_lag_ms = topic.get(settings::kMinCompactionLagMs);
  log.max_compaction_lag_ms = topic.get(settings::kMaxCompactionLagMs);
  log.min_cleanable_dirty_ratio = topic.get(settings::kMinCleanableDirtyRatio);
  log.batch_size_max = size_of(topic.get(settings::kMaxMessageBytes));
  log.producer_expiration = Duration::from_ms(node.get(settings::kProducerIdExpirationMs));

  TopicSettings result;
  result.log = std::make_shared<const LogSettings>(log);
  result.min_in_sync = static_cast<int32_t>(topic.get(settings::kMinInsyncReplicas));
  return std::make_shared<const TopicSettings>(std::move(result));
}

SettingValues topic_values(const ConfigMap* configs, const SettingValues& node, SettingProfile profile, LogSink& sink) {
  SettingValues values(SettingScope::topic, profile, &node);
  if (configs == nullptr) return values;
  for (const auto& [name, value] : *configs) {
    const auto set = values.set(name, value, SettingOrigin::topic);
    if (!set.ok()) sink.warn("replica", "topic setting ignored", {{"setting", name}, {"reason", set.error().text}});
  }
  return values;
}

}  // namespace ottla
