// What members of the classic protocol tell each other through the coordinator when their group's type is "consumer". It is
// read here where a group changes from one protocol to the other, or is in both: topics are names there and ids with us.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/group/consumer_state.h"
#include "core/metadata/image.h"

namespace ottla {

struct Subscription {
  std::vector<std::string> topics;  // ascending, each once
  Partitions owned;                 // of topics that there are
  std::optional<std::string> rack;
  int16_t version = 0;  // of its bytes; the answer's too
};

// Nothing: the bytes are no such thing.
std::optional<Subscription> read_subscription(std::string_view bytes, const MetadataImage& image);
std::optional<Partitions> read_assignment(std::string_view bytes, const MetadataImage& image);

// Topics that are no more have no name and are left out.
std::string write_assignment(const Partitions& partitions, int16_t version, const MetadataImage& image);

}  // namespace ottla
