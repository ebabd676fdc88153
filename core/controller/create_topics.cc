// CreateTopics: each topic succeeds or fails for itself, all that succeed come to be at once.
#include <algorithm>
#include <map>
#include <set>

#include "core/controller/config_changes.h"
#include "core/controller/operations.h"
#include "core/controller/placement.h"
#include "core/metadata/snapshot.h"
#include "core/model/limits.h"
#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla::operations {

namespace {

using Asked = wire::CreateTopicsRequest::Topic;
using Answer = wire::CreateTopicsResponse::Topic;
using AnswerConfig = wire::CreateTopicsResponse::Config;

bool is_ambiguous(char c) { return c == '.' || c == '_'; }

std::string unified(std::string_view name) {
  std::string result(name);
  std::replace(result.begin(), result.end(), '.', '_');
  return result;
}

// The first topic from `prefix` on that begins with it; null when there is none.
const TopicImage* first_with(const MetadataImage& image, std::string_view prefix) {
  const TopicImage* found = nullptr;
  image.for_each_topic(
      [&](const TopicImage& topic) {
        if (topic.name.starts_with(prefix)) found = &topic;
        return false;
      },
      prefix);
  return found;
}

// A topic that differs from `name` in '.' and '_' only. Goes from one such place of the name to the next and on with those
// characters that any topic has there, so it looks up a handful of prefixes instead of every topic.
const TopicImage* colliding_topic(const MetadataImage& image, std::string_view name, std::string& prefix) {
  const size_t start = prefix.size();
  size_t at = start;
  while (at < name.size() && !is_ambiguous(name[at])) ++at;
  prefix.append(name.substr(start, at - start));
  const TopicImage* found = nullptr;
  if (at == name.size()) {
    found = prefix == name ? nullptr : image.find_topic(prefix);
  } else {
    for (const char c : {'.', '_'}) {
      prefix.push_back(c);
      if (first_with(image, prefix) != nullptr) found = colliding_topic(image, name, prefix);
      prefix.pop_back();
      if (found != nullptr) break;
    }
  }
  prefix.resize(start);
  return found;
}

class Creation {
 public:
  Creation(Operation& operation, const wire::CreateTopicsRequest& request)
      : operation_(operation), request_(request), placement_(operation) {
    std::set<std::string_view> names;
    for (const Asked& asked : request.topics) {
      if (!names.insert(asked.name).second) twice_.insert(asked.name);
    }
  }

  wire::CreateTopicsResponse run() {
    const std::span<Answer> answers = operation_.arena.array<Answer>(request_.topics.size());
    for (size_t index = 0; index < answers.size(); ++index) {
      const Asked& asked = request_.topics[index];
      Answer& answer = answers[index];
      answer.name = asked.name;
      answer.error_message = wire::null;
      const size_t before = operation_.records.size();
      const Refusal refusal = create(asked, answer);
      if (!refusal) continue;
      operation_.records.cut(before);
      answer = Answer();
      answer.name = asked.name;
      refusal.write_to(answer, operation_);
    }
    if (request_.validate_only) operation_.records.cut(0);
    wire::CreateTopicsResponse response;
    response.topics = answers;
    return response;
  }

 private:
  Refusal create(const Asked& asked, Answer& answer) {
    if (const Refusal refusal = check_name(asked.name)) return refusal;
    ConfigChanges changes;
    if (const Refusal refusal = read_configs(asked, changes)) return refusal;

    TopicImage topic;
    topic.name = asked.name.view();
    if (const Refusal refusal = place(asked, topic)) return refusal;
    topic.id = Uuid::random(operation_.entropy);
    record(topic, changes);
    if (operation_.records.byte_size() > limits::kMetadataBatchSizeMax) {
      return {ErrorCode::policy_violation, "The request asks for more than fits one batch of the metadata log."};
    }
    names_.insert(unified(topic.name));
    tell(topic, changes, answer);
    return {};
  }

  [[nodiscard]] Refusal check_name(std::string_view name) const {
    if (twice_.contains(name)) return {ErrorCode::invalid_request, "The request names the topic more than once."};
    if (name == kMetadataTopic) {
      return {ErrorCode::invalid_request, "The topic " + std::string(name) + " is the cluster's own."};
    }
    if (const auto fault = topic_name_fault(name)) {
      return {ErrorCode::invalid_topic_exception, "The topic name " + std::string(topic_name_fault_text(*fault)) + "."};
    }
    if (operation_.image.find_topic(name) != nullptr) {
      return {ErrorCode::topic_already_exists, "Topic '" + std::string(name) + "' already exists."};
    }
    std::string prefix;
    if (const TopicImage* other = colliding_topic(operation_.image, name, prefix)) {
      return {ErrorCode::invalid_topic_exception, "Topic '" + std::string(name) + "' collides with the topic '" +
                                                      other->name + "': their metrics would have one name."};
    }
    if (names_.contains(unified(name))) {
      return {ErrorCode::invalid_topic_exception,
              "Topic '" + std::string(name) + "' collides with another topic of the request."};
    }
    return {};
  }

  [[nodiscard]] Refusal read_configs(const Asked& asked, ConfigChanges& changes) const {
    std::string nulls;
    for (const auto& config : asked.configs) {
      if (!config.value) {
        nulls += (nulls.empty() ? "" : ", ") + std::string(config.name.view());
      } else {
        changes.insert_or_assign(std::string(config.name.view()), std::string(config.value->view()));
      }
    }
    if (!nulls.empty()) return {ErrorCode::invalid_config, "These settings have no value: " + nulls + "."};
    if (changes.empty()) return {};
    return check_changes(operation_, {ConfigResource::Type::topic, std::string(asked.name.view())}, changes);
  }

  Refusal place(const Asked& asked, TopicImage& topic) {
    return asked.assignments.empty() ? place_by_count(asked, topic) : place_as_assigned(asked, topic);
  }

  // Before they are placed: what is too much is not worked out first. Those of a topic that is refused count, too.
  Refusal count_partitions(size_t count) {
    partitions_ += std::min(count, limits::kPartitionsPerRequestMax + 1);
    if (partitions_ <= limits::kPartitionsPerRequestMax) return {};
    return {ErrorCode::policy_violation,
            "One request may create at most " + std::to_string(limits::kPartitionsPerRequestMax) + " partitions."};
  }

  Refusal place_as_assigned(const Asked& asked, TopicImage& topic) {
    if (asked.replication_factor != -1) {
      return {ErrorCode::invalid_request, "With an assignment of replicas the replication factor must be -1."};
    }
    if (asked.num_partitions != -1) {
      return {ErrorCode::invalid_request, "With an assignment of replicas the number of partitions must be -1."};
    }
    const auto refuse = [](std::string message) {
      return Refusal{ErrorCode::invalid_replica_assignment, std::move(message)};
    };
    if (const Refusal refusal = count_partitions(asked.assignments.size())) return refusal;
    std::map<int32_t, PartitionImage> placed;
    size_t replica_count = 0;
    for (const auto& assignment : asked.assignments) {
      const std::string number = std::to_string(assignment.partition_index);
      if (placed.contains(assignment.partition_index)) return refuse("Partition " + number + " is assigned twice.");
      std::vector<BrokerId> replicas;
      for (const int32_t id : assignment.broker_ids) replicas.emplace_back(id);
      if (const Refusal refusal = check_assignment(operation_.image, replicas, replica_count)) return refusal;
      replica_count = replicas.size();
      auto partition = placement_.new_partition(replicas);
      if (!partition) {
        return refuse("Every broker that partition " + number + " is assigned to is fenced or shutting down.");
      }
      placed.emplace(assignment.partition_index, std::move(*partition));
    }
    for (auto& [index, partition] : placed) {
      if (static_cast<size_t>(index) != topic.partitions.size()) {
        return refuse("Assigned partitions are numbered from 0 on without gaps.");
      }
      topic.partitions.push_back(std::move(partition));
    }
    return {};
  }

  Refusal place_by_count(const Asked& asked, TopicImage& topic) {
    if (asked.replication_factor < -1 || asked.replication_factor == 0) {
      return {ErrorCode::invalid_replication_factor, "The replication factor must be positive, or -1 for the default."};
    }
    if (asked.num_partitions < -1 || asked.num_partitions == 0) {
      return {ErrorCode::invalid_partitions, "The number of partitions must be positive, or -1 for the default."};
    }
    const int64_t count =
        asked.num_partitions == -1 ? operation_.node.get(settings::kNumPartitions) : asked.num_partitions;
    const int64_t factor = asked.replication_factor == -1 ? operation_.node.get(settings::kDefaultReplicationFactor)
                                                          : asked.replication_factor;
    if (const Refusal refusal = count_partitions(static_cast<size_t>(count))) return refusal;
    std::vector<BrokerId> replicas;
    for (int64_t index = 0; index < count; ++index) {
      if (Refusal refusal = placement_.place(static_cast<int>(factor), replicas)) return refusal;
      auto partition = placement_.new_partition(replicas);
      OTTLA_ASSERT(partition.has_value());  // the first of a placement is unfenced
      topic.partitions.push_back(std::move(*partition));
    }
    return {};
  }

  // A topic, its settings, its partitions: who reads them in this order never sees a partition without its settings.
  void record(const TopicImage& topic, const ConfigChanges& changes) {
    wire::TopicRecord record;
    record.name = std::string_view(topic.name);
    record.topic_id = topic.id;
    operation_.records.add(record);
    add_changes(operation_, {ConfigResource::Type::topic, topic.name}, changes);
    for (size_t index = 0; index < topic.partitions.size(); ++index) {
      add_partition(topic.id, PartitionIndex(static_cast<int32_t>(index)), topic.partitions[index], operation_.records);
    }
  }

  void tell(const TopicImage& topic, const ConfigChanges& changes, Answer& answer) {
    answer.topic_id = topic.id;
    constexpr wire::Version tells_what_was_created = 5;
    if (operation_.version < tells_what_was_created) return;
    answer.num_partitions = static_cast<int32_t>(topic.partitions.size());
    answer.replication_factor = static_cast<int16_t>(topic.partitions.front().replicas().size());
    if (changes.empty()) {
      // The same for every topic without settings of its own, so it is built once.
      if (!defaults_) defaults_ = describe(changes);
      answer.configs = *defaults_;
    } else {
      answer.configs = describe(changes);
    }
  }

  [[nodiscard]] wire::Array<AnswerConfig> describe(const ConfigChanges& changes) const {
    SettingValues values(SettingScope::topic, operation_.node.profile(), &operation_.node);
    for (const auto& [name, value] : changes) {
      const auto set = values.set(name, *value, SettingOrigin::topic);
      OTTLA_ASSERT(set.ok());  // checked above
    }
    std::vector<const Setting*> rows;
    for (const Setting& setting : all_settings()) {
      if (setting.in(SettingScope::topic)) rows.push_back(&setting);
    }
    std::sort(rows.begin(), rows.end(), [](const Setting* a, const Setting* b) { return a->name < b->name; });
    const std::span<AnswerConfig> configs = operation_.arena.array<AnswerConfig>(rows.size());
    for (size_t index = 0; index < rows.size(); ++index) {
      const SettingDescription description = values.describe(*rows[index]);
      AnswerConfig& config = configs[index];
      config.name = rows[index]->name;
      config.value = wire::null;
      config.is_sensitive = rows[index]->is_sensitive();
      if (description.value && !config.is_sensitive) config.value = operation_.text(*description.value);
      config.read_only = description.read_only;
      config.config_source = static_cast<int8_t>(description.origin);
    }
    return configs;
  }

  Operation& operation_;
  const wire::CreateTopicsRequest& request_;
  Placement placement_;
  std::set<std::string_view> twice_;
  std::set<std::string> names_;  // of this request's topics, '.' made '_'
  size_t partitions_ = 0;
  std::optional<wire::Array<AnswerConfig>> defaults_;
};

}  // namespace

wire::CreateTopicsResponse create_topics(Operation& operation, const wire::CreateTopicsRequest& request) {
  return Creation(operation, request).run();
}

}  // namespace ottla::operations
