#include "core/record/compression.h"

#include <array>

#include "core/record/compression_codecs.h"

namespace ottla {
namespace {

constexpr std::array<std::string_view, kCompressionTypeCount> kNames = {"none", "gzip", "snappy", "lz4", "zstd"};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(CompressionType type) {
  switch (type) {
    case CompressionType::none: return nullptr;
    case CompressionType::gzip: return compression_codecs::make_gzip_decompressor();
    case CompressionType::snappy: return compression_codecs::make_snappy_decompressor();
    case CompressionType::lz4: return compression_codecs::make_lz4_decompressor();
    case CompressionType::zstd: return compression_codecs::make_zstd_decompressor();
  }
  OTTLA_UNREACHABLE("a codec that does not exist");
}

std::unique_ptr<Compressor> make_compressor(CompressionType type) {
  switch (type) {
    case CompressionType::none: return nullptr;
    case CompressionType::gzip: return compression_codecs::make_gzip_compressor();
    case CompressionType::snappy: return compression_codecs::make_snappy_compressor();
    case CompressionType::lz4: return compression_codecs::make_lz4_compressor();
    case CompressionType::zstd: return compression_codecs::make_zstd_compressor();
  }
  OTTLA_UNREACHABLE("a codec that does not exist");
}

std::optional<LevelRange> level_range(CompressionType type) {
  switch (type) {
    case CompressionType::none:
    case CompressionType::snappy: return std::nullopt;
    case CompressionType::gzip: return compression_codecs::kGzipLevels;
    case CompressionType::lz4: return compression_codecs::kLz4Levels;
    case CompressionType::zstd: return compression_codecs::kZstdLevels;
  }
  OTTLA_UNREACHABLE("a codec that does not exist");
}

std::string_view compression_name(CompressionType type) {
  const auto index = static_cast<size_t>(type);
  OTTLA_ASSERT(index < kNames.size(), index);
  return kNames[index];
}

std::optional<CompressionType> find_compression(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<CompressionType>(i);
  }
  return std::nullopt;
}

}  // namespace ottla
