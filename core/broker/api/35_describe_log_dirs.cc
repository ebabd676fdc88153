// DescribeLogDirs, versions 0 to 5: this broker's data directories, the room on their volumes, and the partitions in them
// that were asked for.
//
// The metadata log is not told: it is no partition that clients know. A directory whose disk does not answer is
// KAFKA_STORAGE_ERROR. After an unclean stop the size of a log that nobody has used yet is what its checkpoint said.
// Replicas do not move between directories yet, so there is no copy of a move and nobody lags.
#include <algorithm>
#include <vector>

#include "core/broker/api/cluster_view.h"
#include "core/broker/handlers.h"
#include "core/model/topic_name.h"
#include "core/replica/replicas.h"
#include "core/wire/messages/35_describe_log_dirs.h"

namespace ottla {
namespace {

using Asked = wire::DescribeLogDirsRequest;
using Response = wire::DescribeLogDirsResponse;

// What was asked for, sorted: finding a partition in it costs little however long it is.
class Wanted {
 public:
  Wanted(const Asked& asked, wire::Arena& arena) : all_(asked.topics.is_null()) {
    if (all_) return;
    topics_ = arena.array<Topic>(asked.topics->size());
    for (size_t i = 0; i < topics_.size(); ++i) {
      const Asked::Topic& topic = (*asked.topics)[i];
      topics_[i].name = topic.topic;
      topics_[i].partitions = arena.array<int32_t>(topic.partitions.size());
      std::copy(topic.partitions.begin(), topic.partitions.end(), topics_[i].partitions.begin());
      std::sort(topics_[i].partitions.begin(), topics_[i].partitions.end());
    }
    std::stable_sort(topics_.begin(), topics_.end(), [](const Topic& a, const Topic& b) { return a.name < b.name; });
  }

  [[nodiscard]] bool has(const TopicPartition& partition) const {
    if (all_) return true;
    auto topic = std::lower_bound(topics_.begin(), topics_.end(), wire::String(partition.topic),
                                  [](const Topic& a, wire::String name) { return a.name < name; });
    for (; topic != topics_.end() && topic->name.view() == partition.topic; ++topic) {
      const auto& asked = topic->partitions;
      if (std::binary_search(asked.begin(), asked.end(), partition.partition.value())) return true;
    }
    return false;
  }

 private:
  struct Topic {
    wire::String name;
    std::span<int32_t> partitions;
  };
  bool all_;
  std::span<Topic> topics_;
};

wire::Array<Response::Topic> topics_in(LogDirectory& directory, const Wanted& wanted, wire::Arena& arena) {
  const std::vector<TopicPartition> all = directory.partitions();  // in order: a topic's stand together
  std::vector<Response::Topic> topics;
  std::vector<Response::Partition> partitions;
  for (size_t i = 0; i < all.size();) {
    const std::string& name = all[i].topic;
    partitions.clear();
    for (; i < all.size() && all[i].topic == name; ++i) {
      if (name == kMetadataTopic || !wanted.has(all[i])) continue;
      partitions.push_back({all[i].partition.value(), directory.find(all[i])->size(), 0, false});
    }
    if (partitions.empty()) continue;
    const auto kept = arena.array<Response::Partition>(partitions.size());
    std::copy(partitions.begin(), partitions.end(), kept.begin());
    topics.push_back({arena.copy(name), kept});
  }
  const auto kept = arena.array<Response::Topic>(topics.size());
  std::copy(topics.begin(), topics.end(), kept.begin());
  return kept;
}

}  // namespace

void handle_describe_log_dirs(Services& services, RequestPtr request, const wire::DescribeLogDirsRequest& asked) {
  wire::Arena& arena = request->arena();
  const Wanted wanted(asked, arena);
  const auto directories = services.replicas->directories();
  const auto results = arena.array<Response::LogDir>(directories.size());
  for (size_t i = 0; i < results.size(); ++i) {
    LogDirectory& directory = *directories[i].logs;
    results[i].log_dir = directory.disk.name();
    const IoResult<DiskSpace> space = directory.disk.space();
    if (!space.ok()) {
      results[i].error_code = static_cast<int16_t>(ErrorCode::kafka_storage_error);
      continue;
    }
    results[i].total_bytes = space->capacity;
    results[i].usable_bytes = space->available;
    results[i].topics = topics_in(directory, wanted, arena);
  }
  Response response;
  response.results = results;
  request->answer(response);
}

}  // namespace ottla
