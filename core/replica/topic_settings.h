// What a replica needs of its topic's settings, taken out of the tables once and shared by all partitions of the topic;
// topics that set nothing share one.
#pragma once

#include <cstdint>
#include <memory>

#include "core/base/log_sink.h"
#include "core/log/log_settings.h"
#include "core/metadata/image.h"
#include "core/model/settings_values.h"

namespace ottla {

struct TopicSettings {
  LogSettingsPtr log;
  int32_t min_in_sync = 1;  // min.insync.replicas
};
using TopicSettingsPtr = std::shared_ptr<const TopicSettings>;

// `ephemeral`: the data directories go with the process, so nothing there is worth waiting for a disk.
TopicSettingsPtr topic_settings(const SettingValues& topic, const SettingValues& node, bool ephemeral);

// The values of a topic that sets `configs` (null: nothing), over the node's. What cannot be read is told and left out:
// the log of metadata may hold what another implementation knows and this one does not.
SettingValues topic_values(const ConfigMap* configs, const SettingValues& node, SettingProfile profile, LogSink& sink);

}  // namespace ottla
