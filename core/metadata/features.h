// The features that this binary can do, and their levels. What the cluster has finalized of them is in the image. A
// feature is not here before what it promises works.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/metadata/image.h"
#include "core/metadata/records.h"

namespace ottla {

// What transactions can do: 1, records of them with tagged fields; 2, a new epoch after every one (KIP-890).
inline constexpr std::string_view kTransactionVersion = "transaction.version";

struct SupportedFeature {
  std::string_view name;
  int16_t first;
  int16_t last;
};

inline constexpr SupportedFeature kSupportedFeatures[] = {
    {kMetadataVersion, kMetadataVersionFirst, kMetadataVersionLevel},
    {kTransactionVersion, 0, 2},
};

}  // namespace ottla
