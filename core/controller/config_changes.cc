#include "core/controller/config_changes.h"

#include <charconv>

#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"
#include "core/wire/records/metadata_settings.h"

namespace ottla {

namespace {

std::optional<int32_t> broker_number(std::string_view text) {
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Who speaks when these settings are set.
SettingOrigin origin_of(const ConfigResource& resource) {
  switch (resource.type) {
    case ConfigResource::Type::topic: return SettingOrigin::topic;
    case ConfigResource::Type::broker:
      return resource.name.empty() ? SettingOrigin::all_brokers : SettingOrigin::this_broker;
    case ConfigResource::Type::client_metrics: return SettingOrigin::client_metrics;
    case ConfigResource::Type::group: return SettingOrigin::group;
  }
  OTTLA_UNREACHABLE("a resource type of another kind");
}

// What one row cannot see.
Refusal check_together(const ConfigResource& resource, const SettingValues& values) {
  if (resource.type != ConfigResource::Type::topic) return {};
  const int64_t least = values.get(settings::kMinCompactionLagMs);
  const int64_t most = values.get(settings::kMaxCompactionLagMs);
  if (least <= most) return {};
  return {ErrorCode::invalid_config, "min.compaction.lag.ms (" + std::to_string(least) +
                                         ") is more than max.compaction.lag.ms (" + std::to_string(most) + ")."};
}

}  // namespace

SettingScope scope_of(ConfigResource::Type type) {
  switch (type) {
    case ConfigResource::Type::topic: return SettingScope::topic;
    case ConfigResource::Type::broker: return SettingScope::node;
    case ConfigResource::Type::client_metrics: return SettingScope::client_metrics;
    case ConfigResource::Type::group: return SettingScope::group;
  }
  OTTLA_UNREACHABLE("a resource type of another kind");
}

Refusal check_resource(const MetadataImage& image, int8_t type, std::string_view name) {
  const auto invalid = [](std::string message) { return Refusal{ErrorCode::invalid_request, std::move(message)}; };
  switch (static_cast<ConfigResource::Type>(type)) {
    case ConfigResource::Type::topic:
      if (name.empty()) return invalid("Settings of all topics are the brokers' settings.");
      if (const auto fault = topic_name_fault(name)) {
        return {ErrorCode::invalid_topic_exception,
                "The topic name " + std::string(topic_name_fault_text(*fault)) + "."};
      }
      if (image.find_topic(name) == nullptr) {
        return {ErrorCode::unknown_topic_or_partition, "The topic '" + std::string(name) + "' does not exist."};
      }
      return {};
    case ConfigResource::Type::broker: {
      if (name.empty()) return {};
      const auto number = broker_number(name);
      if (!number) return invalid("A broker is named by its number.");
      if (*number < 0) return invalid("A broker's number is not negative.");
      if (image.find_broker(BrokerId(*number)) == nullptr) {
        return {ErrorCode::broker_id_not_registered, "No broker has the number " + std::string(name) + "."};
      }
      return {};
    }
    case ConfigResource::Type::client_metrics:
      return name.empty() ? invalid("A subscription to client metrics has a name.") : Refusal{};
    case ConfigResource::Type::group: return name.empty() ? invalid("A group has a name.") : Refusal{};
  }
  constexpr int8_t broker_logger = 8;
  if (type == broker_logger) return invalid("Log levels cannot be changed while a broker runs.");
  return invalid("Unknown resource type " + std::to_string(type) + ".");
}

Refusal check_changes(const Operation& operation, const ConfigResource& resource, const ConfigChanges& changes) {
  // A broker's settings are refused as requests, every other resource's as settings: so it has been from the beginning.
  const ErrorCode code =
      resource.type == ConfigResource::Type::broker ? ErrorCode::invalid_request : ErrorCode::invalid_config;
  const SettingScope scope = scope_of(resource.type);
  SettingValues values(scope, operation.node.profile(),
                       resource.type == ConfigResource::Type::broker ? nullptr : &operation.node);
  const SettingOrigin origin = origin_of(resource);
  if (const ConfigMap* there = operation.image.configs(resource)) {
    for (const auto& [name, value] : *there) {
      if (changes.contains(name)) continue;
      // What an earlier version let in may be refused today; it stands in nobody's way.
      [[maybe_unused]] const bool taken = values.set(name, value, origin).ok();
    }
  }
  for (const auto& [name, value] : changes) {
    if (!value) continue;
    const auto set = values.set(name, *value, origin);
    if (!set.ok()) return {code, set.error().text};
  }
  return check_together(resource, values);
}

void add_changes(Operation& operation, const ConfigResource& resource, const ConfigChanges& changes) {
  const ConfigMap* there = operation.image.configs(resource);
  for (const auto& [name, value] : changes) {
    const auto at = there == nullptr ? ConfigMap::const_iterator() : there->find(name);
    const bool was_set = there != nullptr && at != there->end();
    // A broker's settings are written even when they are the same: brokers read files anew then.
    const bool same = value ? was_set && at->second == *value : !was_set;
    if (same && resource.type != ConfigResource::Type::broker) continue;
    wire::ConfigRecord record;
    record.resource_type = static_cast<int8_t>(resource.type);
    record.resource_name = std::string_view(resource.name);
    record.name = std::string_view(name);
    record.value = wire::null;
    if (value) record.value = std::string_view(*value);
    operation.records.add(record);
  }
}

std::string list_value(const Operation& operation, const ConfigResource& resource, std::string_view name) {
  if (const ConfigMap* there = operation.image.configs(resource)) {
    if (const auto at = there->find(name); at != there->end()) return at->second;
  }
  const auto row = read_setting_name(scope_of(resource.type), name);
  if (!row.ok()) return {};
  if (resource.type == ConfigResource::Type::broker) {
    return operation.node.describe(*row->setting).value.value_or("");
  }
  const SettingValues values(scope_of(resource.type), operation.node.profile(), &operation.node);
  return values.describe(*row->setting).value.value_or("");
}

bool is_list(const ConfigResource& resource, std::string_view name) {
  const auto row = read_setting_name(scope_of(resource.type), name);
  return row.ok() && row->setting->type == SettingType::list;
}

}  // namespace ottla
