#include "core/broker/api/internal_topics.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"
#include "core/wire/messages/19_create_topics.h"

namespace ottla {
namespace {

using Creation = wire::CreateTopicsRequest;

struct Plan {
  int64_t partition_count;
  int64_t replica_count;
  std::vector<std::pair<std::string_view, std::string>> configs;
};

Plan plan_of(const SettingValues& node, std::string_view topic, int64_t brokers) {
  const auto replicas = [&](const settings::IntegerSetting& setting) {
    return std::min<int64_t>(node.get(setting), std::max<int64_t>(1, brokers));
  };
  if (topic == kOffsetsTopic) {
    return {node.get(settings::kOffsetsTopicNumPartitions),
            replicas(settings::kOffsetsTopicReplicationFactor),
            {{"cleanup.policy", "compact"},
             {"compression.type", "producer"},
             {"segment.bytes", std::to_string(node.get(settings::kOffsetsTopicSegmentBytes))}}};
  }
  OTTLA_ASSERT(topic == kTransactionsTopic);
  const int64_t copies = replicas(settings::kTransactionStateLogReplicationFactor);
  const int64_t in_sync = std::min<int64_t>(copies, node.get(settings::kTransactionStateLogMinIsr));
  return {node.get(settings::kTransactionStateLogNumPartitions),
          copies,
          {{"cleanup.policy", "compact"},
           {"compression.type", "uncompressed"},
           {"min.insync.replicas", std::to_string(in_sync)},
           {"segment.bytes", std::to_string(node.get(settings::kTransactionStateLogSegmentBytes))},
           {"unclean.leader.election.enable", "false"}}};
}

}  // namespace

ForwardedRequest internal_topic_creation(const Services& services, const Request& request, std::string_view name) {
  int64_t brokers = 0;
  for (const auto& [id, broker] : services.image->brokers()) brokers += broker->fenced ? 0 : 1;
  const Plan plan = plan_of(*services.settings, name, brokers);
  std::vector<Creation::Config> configs;
  for (const auto& [key, value] : plan.configs) {
    Creation::Config& config = configs.emplace_back();
    config.name = key;
    config.value = wire::String(std::string_view(value));
  }
  Creation::Topic topic;
  topic.name = name;
  topic.num_partitions = static_cast<int32_t>(plan.partition_count);
  topic.replication_factor = static_cast<int16_t>(plan.replica_count);
  topic.configs = configs;
  Creation asked;
  asked.topics = std::span(&topic, 1);
  asked.timeout_ms = static_cast<int32_t>(kInternalTopicWait.ms());
  constexpr wire::Version kVersion = Creation::kApi.versions.last;
  BytesBuffer body;
  const auto encoded = wire::encode(asked, kVersion, body);
  OTTLA_ASSERT(encoded.ok());
  ForwardedRequest forwarded;
  forwarded.api_key = Creation::kApi.key;
  forwarded.api_version = kVersion;
  forwarded.body = body.freeze();
  forwarded.principal = request.principal();
  forwarded.client_id = request.client_id();
  forwarded.timeout_ms = kInternalTopicWait.ms();
  return forwarded;
}

}  // namespace ottla
