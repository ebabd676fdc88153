// What compression.cc makes; one file a codec. Nobody else includes this.
#pragma once

#include "core/base/assert.h"
#include "core/record/compression.h"

namespace ottla::compression_codecs {

std::unique_ptr<Decompressor> make_gzip_decompressor();
std::unique_ptr<Decompressor> make_snappy_decompressor();
std::unique_ptr<Decompressor> make_lz4_decompressor();
std::unique_ptr<Decompressor> make_zstd_decompressor();

std::unique_ptr<Compressor> make_gzip_compressor();
std::unique_ptr<Compressor> make_snappy_compressor();
std::unique_ptr<Compressor> make_lz4_compressor();
std::unique_ptr<Compressor> make_zstd_compressor();

inline constexpr LevelRange kGzipLevels{1, 9, -1};
inline constexpr LevelRange kLz4Levels{1, 17, 9};
inline constexpr LevelRange kZstdLevels{-131072, 22, 3};

constexpr int32_t checked_level(std::optional<int32_t> level, const LevelRange& range) {
  if (!level.has_value() || *level == range.default_level) return range.default_level;
  OTTLA_ASSERT(*level >= range.min && *level <= range.max, *level, range.min, range.max);
  return *level;
}

}  // namespace ottla::compression_codecs
