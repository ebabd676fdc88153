// The four codecs of Kafka's batches, each behind the same two small interfaces.
//
// Decompressing is a stream in bounded steps: a caller never holds more of the output than the buffer it brought, and a
// stream that goes on for ever costs it no memory. Malformed input is an error, never a crash. A codec's context is
// made at its first use and used again for every stream after.
//
//   framing     gzip: members, one after another      snappy: the Java client's frame, or one bare block
//               lz4: one frame of independent blocks  zstd: frames, one after another
//
// Nothing may follow: bytes after the end of a stream make it malformed. An allocation that fails aborts, as
// everywhere.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/record/batch_format.h"

namespace ottla {

enum class CompressionError : uint8_t {
  malformed,  // cut off, damaged, or of a kind that Kafka's own readers refuse
  too_large,  // needs more memory than a stream may
};

class Decompressor {
 public:
  virtual ~Decompressor() = default;

  // Begins a stream. `compressed` must stay until the stream is done with or the next one starts.
  virtual void start(BytesView compressed) = 0;
  // Writes the next bytes to `out` (not empty) and says how many. 0 is the end: the whole input was consumed and every
  // checksum in it was right. After an error the stream is over.
  virtual Result<size_t, CompressionError> read(std::span<uint8_t> out) = 0;
};

class Compressor {
 public:
  virtual ~Compressor() = default;

  // Appends the compressed form of `plain`. No level means the codec's default.
  virtual void compress(BytesView plain, std::optional<int32_t> level, BytesBuffer& out) = 0;
};

// Null for CompressionType::none.
std::unique_ptr<Decompressor> make_decompressor(CompressionType type);
std::unique_ptr<Compressor> make_compressor(CompressionType type);

// What Kafka's settings compression.gzip.level, .lz4.level and .zstd.level take. A level outside is a bug of ours.
struct LevelRange {
  int32_t min;
  int32_t max;
  int32_t default_level;
};
std::optional<LevelRange> level_range(CompressionType type);

std::string_view compression_name(CompressionType type);  // "zstd", as in compression.type
std::optional<CompressionType> find_compression(std::string_view name);

}  // namespace ottla
