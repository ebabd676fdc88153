// What handlers ask of a topic's settings, read out of the tables once and kept until they change.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/hash_map.h"
#include "core/base/log_sink.h"
#include "core/metadata/delta.h"
#include "core/metadata/image.h"
#include "core/model/settings_values.h"
#include "core/record/batch_format.h"

namespace ottla {

struct TopicRules {
  size_t batch_size_max = 0;  // max.message.bytes
  TimestampType timestamp_type = TimestampType::create_time;
  int64_t timestamp_before_max_ms = 0;
  int64_t timestamp_after_max_ms = 0;
  bool compacted = false;  // records must have keys
  bool deletes = false;    // records may be deleted
  // compression.type and its level; nothing: as producers send it.
  std::optional<CompressionType> compression;
  std::optional<int32_t> compression_level;
};

TopicRules read_topic_rules(const SettingValues& topic);

class TopicRulesCache {
 public:
  TopicRulesCache(const SettingValues& node, SettingProfile profile, LogSink& sink)
      : node_(node), profile_(profile), sink_(sink) {}

  // Both are valid until the next call of changed() or of these: rarely used ones are forgotten.
  const SettingValues& values(const MetadataImage& image, const TopicImage& topic) { return of(image, topic).values; }
  const TopicRules& rules(const MetadataImage& image, const TopicImage& topic) { return of(image, topic).rules; }

  void changed(const MetadataDelta& delta);
  void forget_all() { topics_.clear(); }

 private:
  static constexpr size_t kTopicsMax = 10'000;

  struct Topic {
    SettingValues values;
    TopicRules rules;
  };
  const Topic& of(const MetadataImage& image, const TopicImage& topic);

  const SettingValues& node_;
  SettingProfile profile_;
  LogSink& sink_;
  HashMap<TopicId, std::unique_ptr<Topic>> topics_;
};

}  // namespace ottla
