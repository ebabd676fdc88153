// How a delta says what is wrong with a record. For this room only.
#pragma once

#include <string>
#include <utility>

#include "core/metadata/delta.h"

namespace ottla::metadata_detail {

inline Failure<MetadataError> refuse(std::string text) { return Failure(MetadataError{std::move(text)}); }
inline Failure<MetadataError> refuse(Offset offset, const std::string& text) {
  return refuse("metadata log, offset " + std::to_string(offset.value()) + ": " + text);
}

}  // namespace ottla::metadata_detail
