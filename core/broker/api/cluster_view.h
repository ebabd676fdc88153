// What a client may be told of brokers and partitions: who is reachable by the listener that the client came in by, and
// what follows for leaders and replicas. Metadata, DescribeCluster and DescribeTopicPartitions say the same in other words.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/broker/services.h"
#include "core/metadata/image.h"
#include "core/wire/arena.h"

namespace ottla {

// A bit an operation, as ACLs number them. Without an authorizer everyone may do all that can be done.
namespace operations {
inline constexpr int32_t kTopic = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11;
inline constexpr int32_t kCluster = 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12;
inline constexpr int32_t kNotAsked = INT32_MIN;
}  // namespace operations

class ClusterView {
 public:
  // Of `image`, which outlives it.
  ClusterView(const MetadataImage& image, std::string_view listener) : image_(image), listener_(listener) {}
  // As the client of this request sees it.
  static ClusterView of(const Services& services, const Request& request);

  [[nodiscard]] const MetadataImage& image() const { return image_; }

  // The address of a broker that is up; null: it is unknown, fenced, or does not have the listener.
  [[nodiscard]] const ListenerImage* endpoint(BrokerId broker) const;
  // Calls visit(broker, endpoint), in the order of ids.
  template <class Visit>
  void for_each_reachable(Visit&& visit) const {
    for (const auto& [id, broker] : image_.brokers()) {
      if (const ListenerImage* listener = broker->fenced ? nullptr : broker->listener(listener_)) {
        visit(*broker, *listener);
      }
    }
  }
  // Whom clients may take for the controller: any broker passes requests on. `self` if it is reachable, else the first
  // that is, else none.
  [[nodiscard]] BrokerId controller(BrokerId self) const;

  // kNoBroker when it is not reachable.
  [[nodiscard]] BrokerId leader(const PartitionImage& partition) const;
  // Why leader() is nobody; `names_listeners`: the client knows the error of a leader without this listener.
  [[nodiscard]] ErrorCode why_no_leader(const PartitionImage& partition, bool names_listeners) const;
  // On brokers that are not reachable, or in directories that are not.
  [[nodiscard]] wire::Array<int32_t> offline_replicas(const PartitionImage& partition, wire::Arena& arena) const;
  [[nodiscard]] wire::Array<int32_t> reachable(std::span<const BrokerId> brokers, wire::Arena& arena) const;

 private:
  const MetadataImage& image_;
  std::string_view listener_;
};

wire::Array<int32_t> broker_numbers(std::span<const BrokerId> brokers, wire::Arena& arena);

// Moves the first of each value to the front, in order, and returns those: who asks twice is answered once.
template <class T>
std::span<T> each_once(std::span<T> values, wire::Arena& arena) {
  if (values.size() < 2) return values;
  const std::span<uint32_t> by_value = arena.array<uint32_t>(values.size());
  for (uint32_t i = 0; i < by_value.size(); ++i) by_value[i] = i;
  std::sort(by_value.begin(), by_value.end(), [&](uint32_t a, uint32_t b) {
    const auto order = values[a] <=> values[b];
    return order != 0 ? order < 0 : a < b;
  });
  const std::span<bool> again = arena.array<bool>(values.size());
  for (size_t i = 1; i < by_value.size(); ++i) again[by_value[i]] = values[by_value[i]] == values[by_value[i - 1]];
  size_t kept = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!again[i]) values[kept++] = values[i];
  }
  return values.first(kept);
}

}  // namespace ottla
