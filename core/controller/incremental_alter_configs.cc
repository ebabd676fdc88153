// IncrementalAlterConfigs: sets, deletes, and adds to or takes from lists what is named; the rest stays. A resource
// changes as a whole or not at all.
#include <algorithm>
#include <map>

#include "core/controller/config_changes.h"
#include "core/controller/operations.h"

namespace ottla::operations {

namespace {

using Asked = wire::IncrementalAlterConfigsRequest::Resource;
using Answer = wire::IncrementalAlterConfigsResponse::Resource;
enum : int8_t { kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3 };

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  SettingList entries(list);
  while (const auto entry = entries.next()) {
    if (!entry->empty()) parts.emplace_back(*entry);
  }
  return parts;
}

std::string with_or_without(std::string_view list, std::string_view entries, bool with) {
  std::vector<std::string> parts = parts_of(list);
  for (std::string& entry : parts_of(entries)) {
    const auto at = std::find(parts.begin(), parts.end(), entry);
    if (with && at == parts.end()) parts.push_back(std::move(entry));
    if (!with && at != parts.end()) parts.erase(at);
  }
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : ",") + part;
  return joined;
}

Refusal read_change(const Operation& operation, const ConfigResource& resource,
                    const wire::IncrementalAlterConfigsRequest::Config& config, std::optional<std::string>& value) {
  const std::string_view name = config.name;
  switch (config.config_operation) {
    case kSet: value = config.value->view(); return {};
    case kDelete: value = std::nullopt; return {};
    case kAppend:
    case kSubtract: {
      if (!is_list(resource, name)) {
        return {ErrorCode::invalid_config,
                "Nothing can be added to or taken from " + std::string(name) + ": it is no list."};
      }
      value = with_or_without(list_value(operation, resource, name), config.value->view(),
                              config.config_operation == kAppend);
      return {};
    }
    default: return {ErrorCode::invalid_request, "Unknown operation " + std::to_string(config.config_operation) + "."};
  }
}

Refusal alter(Operation& operation, const Asked& asked) {
  std::string nulls;
  std::map<std::string_view, int> names;
  for (const auto& config : asked.configs) {
    if (++names[config.name] > 1) {
      return {ErrorCode::invalid_request, "The setting " + std::string(config.name.view()) + " is named twice."};
    }
    if (config.config_operation != kDelete && !config.value) {
      nulls += (nulls.empty() ? "" : ", ") + std::string(config.name.view());
    }
  }
  if (!nulls.empty()) return {ErrorCode::invalid_request, "These settings have no value: " + nulls + "."};
  if (Refusal refusal = check_resource(operation.image, asked.resource_type, asked.resource_name)) return refusal;
  const ConfigResource resource{static_cast<ConfigResource::Type>(asked.resource_type),
                                std::string(asked.resource_name.view())};
  ConfigChanges changes;
  for (const auto& config : asked.configs) {
    std::optional<std::string> value;
    if (Refusal refusal = read_change(operation, resource, config, value)) return refusal;
    changes.emplace(std::string(config.name.view()), std::move(value));
  }
  if (Refusal refusal = check_changes(operation, resource, changes)) return refusal;
  add_changes(operation, resource, changes);
  return {};
}

}  // namespace

wire::IncrementalAlterConfigsResponse incremental_alter_configs(Operation& operation,
                                                                const wire::IncrementalAlterConfigsRequest& request) {
  std::map<std::pair<int8_t, std::string_view>, int> times;
  for (const Asked& asked : request.resources) ++times[{asked.resource_type, asked.resource_name}];
  const std::span<Answer> answers = operation.arena.array<Answer>(request.resources.size());
  for (size_t index = 0; index < answers.size(); ++index) {
    const Asked& asked = request.resources[index];
    answers[index].resource_type = asked.resource_type;
    answers[index].resource_name = asked.resource_name;
    const Refusal refusal = times[{asked.resource_type, asked.resource_name}] > 1
                                ? Refusal{ErrorCode::invalid_request, "The request names the resource more than once."}
                                : alter(operation, asked);
    refusal.write_to(answers[index], operation);
  }
  if (request.validate_only) operation.records.cut(0);
  wire::IncrementalAlterConfigsResponse response;
  response.responses = answers;
  return response;
}

}  // namespace ottla::operations
