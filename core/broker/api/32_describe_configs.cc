// DescribeConfigs, versions 0 to 4: settings of topics, of this broker, of all brokers, of groups and of client metrics.
//
// A broker tells its own settings only; the empty name stands for what was set for all brokers while they ran. Each
// setting comes with its value, who said so, and on request every place where it was looked for and what it means. What is
// sensitive has no value. A resource that is asked for twice is told once.
//
// Not here: broker loggers (logs have one level, a start option). Listener-prefixed settings are not listed.
#include <charconv>
#include <span>
#include <vector>

#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"
#include "core/wire/messages/32_describe_configs.h"

namespace ottla {
namespace {

using Asked = wire::DescribeConfigsRequest;
using Response = wire::DescribeConfigsResponse;

enum : int8_t { kTopic = 2, kBroker = 4, kBrokerLogger = 8, kClientMetrics = 16, kGroup = 32 };

struct ResourceKey {
  int8_t type = 0;
  wire::String name;
  const Asked::Resource* asked = nullptr;

  friend bool operator==(const ResourceKey& a, const ResourceKey& b) { return a.type == b.type && a.name == b.name; }
  friend auto operator<=>(const ResourceKey& a, const ResourceKey& b) {
    return a.type != b.type ? a.type <=> b.type : a.name <=> b.name;
  }
};

// Tells of one resource.
class Describer {
 public:
  Describer(Services& services, wire::Arena& arena, const Asked& asked)
      : services_(services), arena_(arena), asked_(asked) {}

  void describe(const Asked::Resource& resource, Response::Resource& told) {
    told.resource_type = resource.resource_type;
    told.resource_name = resource.resource_name;
    told.error_message = wire::null;
    switch (resource.resource_type) {
      case kTopic: return describe_topic(resource, told);
      case kBroker: return describe_broker(resource, told);
      case kGroup: return describe_group(resource, told);
      case kClientMetrics: return describe_client_metrics(resource, told);
      case kBrokerLogger: return refuse(told, ErrorCode::invalid_request, "Broker loggers cannot be looked at or set.");
      default: return refuse(told, ErrorCode::invalid_request, "Unknown resource type.");
    }
  }

  static void refuse(Response::Resource& told, ErrorCode error, wire::Nullable<wire::String> why) {
    told.error_code = static_cast<int16_t>(error);
    told.error_message = why;
  }

 private:
  // Which settings are wanted, by their place in the table.
  class Filter {
   public:
    Filter(const Asked::Resource& resource, SettingScope scope, wire::Arena& arena) : scope_(scope) {
      if (resource.configuration_keys.or_empty().empty()) return;
      wanted_ = arena.array<bool>(all_settings().size());
      for (const wire::String key : *resource.configuration_keys) {
        if (const Setting* setting = find_setting(scope, key)) wanted_[place(*setting)] = true;
      }
    }
    [[nodiscard]] bool takes(const Setting& setting) const {
      return setting.in(scope_) && (wanted_.empty() || wanted_[place(setting)]);
    }

   private:
    static size_t place(const Setting& setting) { return static_cast<size_t>(&setting - all_settings().data()); }
    SettingScope scope_;
    std::span<bool> wanted_;
  };

  void describe_topic(const Asked::Resource& resource, Response::Resource& told) {
    if (const auto fault = topic_name_fault(resource.resource_name)) {
      return refuse(told, ErrorCode::invalid_topic_exception, join("The topic name ", topic_name_fault_text(*fault)));
    }
    const TopicImage* topic = services_.image->find_topic(resource.resource_name.view());
    if (topic == nullptr) return refuse(told, ErrorCode::unknown_topic_or_partition, wire::null);
    tell_all(services_.topic_settings(*topic), SettingScope::topic, resource, told);
  }

  void describe_broker(const Asked::Resource& resource, Response::Resource& told) {
    const std::string_view name = resource.resource_name;
    if (name.empty()) return tell_set(ConfigResource::Type::broker, SettingOrigin::all_brokers, resource, told);
    int32_t id = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (problem != std::errc() || end != name.data() + name.size()) {
      return refuse(told, ErrorCode::invalid_request, join("A broker id is a number, and this is none: ", name));
    }
    if (id != services_.self.value()) {
      return refuse(told, ErrorCode::invalid_request,
                    join("A broker tells its own settings; this one is ", std::to_string(services_.self.value())));
    }
    tell_all(*services_.settings, SettingScope::node, resource, told);
  }

  void describe_group(const Asked::Resource& resource, Response::Resource& told) {
    if (resource.resource_name.empty()) return refuse(told, ErrorCode::invalid_request, "The group has no name.");
    SettingValues values(SettingScope::group, services_.settings->profile(), services_.settings);
    if (const ConfigMap* set = services_.image->configs(ConfigResource::Type::group, resource.resource_name)) {
      // One that this binary does not know or refuses says nothing.
      for (const auto& [name, value] : *set) (void)values.set(name, value, SettingOrigin::group).ok();
    }
    tell_all(values, SettingScope::group, resource, told);
  }

  void describe_client_metrics(const Asked::Resource& resource, Response::Resource& told) {
    if (resource.resource_name.empty())
      return refuse(told, ErrorCode::invalid_request, "The subscription has no name.");
    tell_set(ConfigResource::Type::client_metrics, SettingOrigin::client_metrics, resource, told);
  }

  void tell_all(const SettingValues& values, SettingScope scope, const Asked::Resource& resource,
                Response::Resource& told) {
    const Filter filter(resource, scope, arena_);
    size_t count = 0;
    for (const Setting& setting : all_settings()) count += filter.takes(setting) ? 1 : 0;
    const auto configs = arena_.array<Response::Config>(count);
    count = 0;
    for (const Setting& setting : all_settings()) {
      if (!filter.takes(setting)) continue;
      const SettingDescription description = values.describe(setting);
      Response::Config& config = configs[count++];
      tell(setting, description.value, description.origin, config);
      config.read_only = description.read_only;
      if (!asked_.include_synonyms) continue;
      const std::vector<SettingSynonym> found = values.synonyms(setting);
      const auto synonyms = arena_.array<Response::Synonym>(found.size());
      for (size_t i = 0; i < synonyms.size(); ++i) {
        const SettingSynonym& synonym = found[i];
        synonyms[i] = {arena_.copy(synonym.name), copy(synonym.value), static_cast<int8_t>(synonym.origin)};
      }
      config.synonyms = synonyms;
    }
    told.configs = configs;
  }

  // Only what was set for the resource.
  void tell_set(ConfigResource::Type type, SettingOrigin origin, const Asked::Resource& resource,
                Response::Resource& told) {
    const ConfigMap* set = services_.image->configs(type, resource.resource_name);
    if (set == nullptr) return;
    const SettingScope scope = type == ConfigResource::Type::broker ? SettingScope::node : SettingScope::client_metrics;
    const Filter filter(resource, scope, arena_);
    const auto configs = arena_.array<Response::Config>(set->size());
    size_t count = 0;
    for (const auto& [name, value] : *set) {
      const Setting* setting = find_setting(scope, name);
      if (setting == nullptr || !filter.takes(*setting)) continue;
      Response::Config& config = configs[count++];
      tell(*setting, setting->is_sensitive() ? std::nullopt : std::optional(value), origin, config);
      if (!asked_.include_synonyms) continue;
      config.synonyms = arena_.array<Response::Synonym>(1);
      const_cast<Response::Synonym&>(config.synonyms[0]) = {config.name, config.value, config.config_source};
    }
    told.configs = configs.first(count);
  }

  void tell(const Setting& setting, const std::optional<std::string>& value, SettingOrigin origin,
            Response::Config& config) {
    config.name = setting.name;
    config.value = copy(value);
    config.is_default = origin == SettingOrigin::default_value;
    config.config_source = static_cast<int8_t>(origin);
    config.is_sensitive = setting.is_sensitive();
    config.config_type = static_cast<int8_t>(setting.type);
    config.documentation = wire::null;
    if (asked_.include_documentation) {
      config.documentation = setting.support_reason.empty() ? wire::String(setting.meaning)
                                                            : join(setting.meaning, " Here: ", setting.support_reason);
    }
  }

  wire::Nullable<wire::String> copy(const std::optional<std::string>& text) {
    return text ? wire::Nullable<wire::String>(arena_.copy(*text)) : wire::null;
  }
  wire::String join(std::string_view a, std::string_view b, std::string_view c = {}) {
    std::string text(a);
    return arena_.copy(text.append(b).append(c));
  }

  Services& services_;
  wire::Arena& arena_;
  const Asked& asked_;
};

}  // namespace

void handle_describe_configs(Services& services, RequestPtr request, const wire::DescribeConfigsRequest& asked) {
  wire::Arena& arena = request->arena();
  std::span<ResourceKey> resources = arena.array<ResourceKey>(asked.resources.size());
  for (size_t i = 0; i < resources.size(); ++i) {
    const Asked::Resource& resource = asked.resources[i];
    resources[i] = {resource.resource_type, resource.resource_name, &resource};
  }
  resources = each_once(resources, arena);

  const auto results = arena.array<Response::Resource>(resources.size());
  Describer describer(services, arena, asked);
  for (size_t i = 0; i < resources.size(); ++i) {
    if (i < limits::kConfigResourcesDescribedMax) {
      describer.describe(*resources[i].asked, results[i]);
    } else {
      results[i].resource_type = resources[i].type;
      results[i].resource_name = resources[i].name;
      Describer::refuse(results[i], ErrorCode::invalid_request, "Too many resources in one request.");
    }
  }
  Response response;
  response.results = results;
  request->answer(response);
}

}  // namespace ottla
