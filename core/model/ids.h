// The names and places that everything speaks of. None converts to another, nor to a plain number without value().
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/strong_id.h"
#include "core/base/uuid.h"

namespace ottla {

using BrokerId = StrongId<struct BrokerIdTag, int32_t>;
using PartitionIndex = StrongId<struct PartitionIndexTag, int32_t>;
using ProducerId = StrongId<struct ProducerIdTag, int64_t>;
using ProducerEpoch = StrongOrdinal<struct ProducerEpochTag, int16_t>;
using Sequence = StrongId<struct SequenceTag, int32_t>;  // wraps at 2^31 - 1, so it is counted by a function of its own

using Offset = StrongOrdinal<struct OffsetTag, int64_t>;              // a place in a partition
using FilePosition = StrongOrdinal<struct FilePositionTag, int64_t>;  // a byte place in a file
using LeaderEpoch = StrongOrdinal<struct LeaderEpochTag, int32_t>;

inline constexpr BrokerId kNoBroker{-1};
inline constexpr ProducerId kNoProducer{-1};
inline constexpr ProducerEpoch kNoProducerEpoch{-1};
inline constexpr Sequence kNoSequence{-1};
inline constexpr LeaderEpoch kNoLeaderEpoch{-1};

using TopicId = Uuid;

// A partition as people and files name it. Protocol state is keyed by topic id; this is for folders, logs and clients.
struct TopicPartition {
  std::string topic;
  PartitionIndex partition;

  friend auto operator<=>(const TopicPartition&, const TopicPartition&) = default;
  [[nodiscard]] std::string text() const { return topic + "-" + std::to_string(partition.value()); }
};

}  // namespace ottla

template <>
struct std::hash<ottla::TopicPartition> {
  size_t operator()(const ottla::TopicPartition& at) const noexcept {
    return std::hash<std::string>{}(at.topic) * 31 + std::hash<ottla::PartitionIndex>{}(at.partition);
  }
};
