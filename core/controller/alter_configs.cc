// AlterConfigs: what a request names is set, what it does not name returns to its default.
#include <map>

#include "core/controller/config_changes.h"
#include "core/controller/operations.h"

namespace ottla::operations {

namespace {

using Asked = wire::AlterConfigsRequest::Resource;
using Answer = wire::AlterConfigsResponse::Resource;

Refusal alter(Operation& operation, const Asked& asked) {
  ConfigChanges changes;
  std::string nulls;
  for (const auto& config : asked.configs) {
    if (!config.value) {
      nulls += (nulls.empty() ? "" : ", ") + std::string(config.name.view());
    } else if (!changes.emplace(std::string(config.name.view()), std::string(config.value->view())).second) {
      return {ErrorCode::invalid_request, "The setting " + std::string(config.name.view()) + " is named twice."};
    }
  }
  if (!nulls.empty()) return {ErrorCode::invalid_request, "These settings have no value: " + nulls + "."};
  if (Refusal refusal = check_resource(operation.image, asked.resource_type, asked.resource_name)) return refusal;
  const ConfigResource resource{static_cast<ConfigResource::Type>(asked.resource_type),
                                std::string(asked.resource_name.view())};
  if (const ConfigMap* there = operation.image.configs(resource)) {
    for (const auto& [name, value] : *there) changes.emplace(name, std::nullopt);
  }
  if (Refusal refusal = check_changes(operation, resource, changes)) return refusal;
  add_changes(operation, resource, changes);
  return {};
}

}  // namespace

wire::AlterConfigsResponse alter_configs(Operation& operation, const wire::AlterConfigsRequest& request) {
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
  wire::AlterConfigsResponse response;
  response.responses = answers;
  return response;
}

}  // namespace ottla::operations
