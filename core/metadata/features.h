// The features that this binary can do, and their levels. What the cluster has finalized of them is in the image. A
// feature is not here before what it promises works.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/metadata/image.h"
#include "core/metadata/records.h"

namespace ottla {

struct SupportedFeature {
  std::string_view name;
  int16_t first;
  int16_t last;
};

inline constexpr SupportedFeature kSupportedFeatures[] = {
    {kMetadataVersion, kMetadataVersionFirst, kMetadataVersionLevel},
};

}  // namespace ottla
