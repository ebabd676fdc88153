// Snappy, in the two framings that clients use:
//
//   the Java client's   82 "SNAPPY" 00, version, oldest compatible version (int32 each), then chunks: int32 size and a
//                       block. Java, Go and JavaScript clients write it, and so do we.
//   bare                one block and nothing else. librdkafka writes it.
//
// A bare block cannot start with the Java client's magic: as a block's length and first element it would announce a
// copy from before the block's start.
//
// Snappy has no streaming decoder, a block is decoded whole. That is bounded by the block's own size: no element of the
// format expands its bytes more than 64 to 3, so a block that announces more is refused before memory is had for it.
// The C interface is used because the C++ one may throw.
#include <snappy-c.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/endian.h"
#include "core/model/limits.h"
#include "core/record/compression_codecs.h"

namespace ottla::compression_codecs {
namespace {

constexpr std::array<uint8_t, 8> kMagic = {0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};
constexpr int32_t kFrameVersion = 1;
constexpr size_t kFrameHeaderSize = kMagic.size() + 2 * sizeof(int32_t);
constexpr size_t kChunkHeaderSize = sizeof(int32_t);
constexpr size_t kBlockSize = 32 * limits::kKiB;  // of plain bytes, as the Java client has it

constexpr size_t kCopySize = 3;        // the smallest copy element of the longest copy,
constexpr size_t kCopyLengthMax = 64;  // which no literal can beat

const char* chars(const uint8_t* bytes) { return reinterpret_cast<const char*>(bytes); }
char* chars(uint8_t* bytes) { return reinterpret_cast<char*>(bytes); }

class SnappyDecompressor final : public Decompressor {
 public:
  void start(BytesView compressed) override {
    rest_ = compressed;
    pending_ = {};
    if (block_.capacity() > limits::kScratchKeptSizeMax) block_ = BytesBuffer();
    framed_ = compressed.size() >= kMagic.size() && compressed.first(kMagic.size()) == BytesView(kMagic);
    started_ = false;
  }

  Result<size_t, CompressionError> read(std::span<uint8_t> out) override {
    if (!started_ && !open()) return Failure(CompressionError::malformed);
    while (pending_.empty()) {
      if (rest_.empty()) return size_t{0};
      OTTLA_TRY(const BytesView block, next_block());
      size_t size = 0;
      if (snappy_uncompressed_length(chars(block.data()), block.size(), &size) != SNAPPY_OK) {
        return Failure(CompressionError::malformed);
      }
      if (size / kCopyLengthMax > block.size() / kCopySize) return Failure(CompressionError::malformed);
      if (size > limits::kBatchUncompressedSizeMax) return Failure(CompressionError::too_large);

      // Most blocks fit where the caller wants them; the rest wait here to be copied out.
      const bool direct = size <= out.size();
      if (!direct) block_.resize(size);
      uint8_t* to = direct ? out.data() : block_.data();
      if (snappy_uncompress(chars(block.data()), block.size(), chars(to), &size) != SNAPPY_OK) {
        return Failure(CompressionError::malformed);
      }
      if (direct && size > 0) return size;
      if (!direct) pending_ = block_.view();
    }
    const size_t part = std::min(out.size(), pending_.size());
    std::copy_n(pending_.begin(), part, out.begin());
    pending_ = pending_.from(part);
    return part;
  }

 private:
  bool open() {
    started_ = true;
    if (!framed_) return !rest_.empty();
    if (rest_.size() < kFrameHeaderSize) return false;
    if (load_be<int32_t>(rest_.data() + kMagic.size()) < kFrameVersion) return false;
    rest_ = rest_.from(kFrameHeaderSize);
    return true;
  }

  Result<BytesView, CompressionError> next_block() {
    if (!framed_) return std::exchange(rest_, BytesView());
    if (rest_.size() < kChunkHeaderSize) return Failure(CompressionError::malformed);
    const auto size = load_be<int32_t>(rest_.data());
    rest_ = rest_.from(kChunkHeaderSize);
    if (size <= 0 || static_cast<size_t>(size) > rest_.size()) return Failure(CompressionError::malformed);
    const BytesView block = rest_.first(static_cast<size_t>(size));
    rest_ = rest_.from(block.size());
    return block;
  }

  BytesView rest_;
  BytesView pending_;  // decoded, in block_, not yet read
  BytesBuffer block_;
  bool framed_ = false;
  bool started_ = false;
};

class SnappyCompressor final : public Compressor {
 public:
  void compress(BytesView plain, std::optional<int32_t>, BytesBuffer& out) override {
    out.append(BytesView(kMagic));
    store_be<int32_t>(out.extend(sizeof(int32_t)), kFrameVersion);
    store_be<int32_t>(out.extend(sizeof(int32_t)), kFrameVersion);
    while (!plain.empty()) {
      const BytesView block = plain.first(std::min(plain.size(), kBlockSize));
      plain = plain.from(block.size());
      const size_t start = out.size();
      size_t size = snappy_max_compressed_length(block.size());
      uint8_t* to = out.extend(kChunkHeaderSize + size);
      const snappy_status done =
          snappy_compress(chars(block.data()), block.size(), chars(to + kChunkHeaderSize), &size);
      OTTLA_ASSERT(done == SNAPPY_OK, done);
      store_be(to, static_cast<int32_t>(size));
      out.resize(start + kChunkHeaderSize + size);
    }
  }
};

}  // namespace

std::unique_ptr<Decompressor> make_snappy_decompressor() { return std::make_unique<SnappyDecompressor>(); }
std::unique_ptr<Compressor> make_snappy_compressor() { return std::make_unique<SnappyCompressor>(); }

}  // namespace ottla::compression_codecs
