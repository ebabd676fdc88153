#include "core/broker/dynamic_settings.h"

#include <string>

namespace ottla {
namespace {

bool apply(SettingValues& node, const ConfigMap* wanted, SettingOrigin origin, LogSink& sink) {
  bool changed = false;
  const auto said = node.said_by(origin);
  for (const auto& [name, value] : said) {
    if (wanted == nullptr || !wanted->contains(name)) changed |= node.unset(name, origin);
  }
  if (wanted == nullptr) return changed;
  for (const auto& [name, value] : *wanted) {
    if (const auto before = said.find(name); before != said.end() && before->second == value) continue;
    const auto taken = node.set(name, value, origin);
    if (taken.ok()) {
      changed = true;
    } else {
      sink.warn("broker", "setting not taken", {{"setting", name}, {"why", taken.error().text}});
    }
  }
  return changed;
}

}  // namespace

bool apply_broker_settings(SettingValues& node, const MetadataImage& image, BrokerId self, LogSink& sink) {
  const ConfigMap* of_all = image.configs(ConfigResource::Type::broker, {});
  const ConfigMap* of_self = image.configs(ConfigResource::Type::broker, std::to_string(self.value()));
  const bool changed = apply(node, of_all, SettingOrigin::all_brokers, sink);
  return apply(node, of_self, SettingOrigin::this_broker, sink) || changed;
}

}  // namespace ottla
