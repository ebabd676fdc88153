// LZ4 frames by liblz4, held to the part of the format that Kafka's own clients read: one frame, version 1, independent
// blocks, no dictionary. liblz4 takes more (linked blocks, skippable frames, frames in a row), and a batch is stored as
// it came, so what a Java consumer could not read back must not get in. liblz4 verifies every checksum that is there.
#include <lz4frame.h>

#include "core/record/compression_codecs.h"

namespace ottla::compression_codecs {
namespace {

constexpr uint8_t kMagic[] = {0x04, 0x22, 0x4d, 0x18};
constexpr size_t kFlagsAt = 4;
constexpr size_t kBlockSizeAt = 5;
constexpr size_t kFrameHeaderSizeMin = 7;
// version (2 bits), independent blocks, block checksums, content size, content checksum, reserved, dictionary
constexpr uint8_t kFlagsThatMatter = 0b1110'0011;
constexpr uint8_t kFlagsWanted = 0b0110'0000;

bool is_frame_that_kafka_reads(BytesView frame) {
  if (frame.size() < kFrameHeaderSizeMin || frame.first(sizeof kMagic) != BytesView(kMagic)) return false;
  if ((frame[kFlagsAt] & kFlagsThatMatter) != kFlagsWanted) return false;
  const uint8_t block_size = frame[kBlockSizeAt];
  return (block_size & 0x8f) == 0 && block_size >> 4 >= LZ4F_max64KB && block_size >> 4 <= LZ4F_max4MB;
}

class Lz4Decompressor final : public Decompressor {
 public:
  Lz4Decompressor() {
    const LZ4F_errorCode_t made = LZ4F_createDecompressionContext(&context_, LZ4F_VERSION);
    OTTLA_ASSERT(!LZ4F_isError(made), made);
  }
  Lz4Decompressor(const Lz4Decompressor&) = delete;
  Lz4Decompressor& operator=(const Lz4Decompressor&) = delete;
  ~Lz4Decompressor() override { LZ4F_freeDecompressionContext(context_); }

  void start(BytesView compressed) override {
    LZ4F_resetDecompressionContext(context_);
    rest_ = compressed;
    started_ = false;
    ended_ = false;
  }

  Result<size_t, CompressionError> read(std::span<uint8_t> out) override {
    if (!started_ && !is_frame_that_kafka_reads(rest_)) return Failure(CompressionError::malformed);
    started_ = true;
    size_t done = 0;
    while (done < out.size() && !ended_) {
      size_t written = out.size() - done;
      size_t consumed = rest_.size();
      const size_t wanted =
          LZ4F_decompress(context_, out.data() + done, &written, rest_.data(), &consumed, /*options=*/nullptr);
      if (LZ4F_isError(wanted)) return Failure(CompressionError::malformed);
      rest_ = rest_.from(consumed);
      done += written;
      ended_ = wanted == 0;
      const bool cut_off = !ended_ && written == 0 && consumed == 0;
      if (cut_off || (ended_ && !rest_.empty())) return Failure(CompressionError::malformed);
    }
    return done;
  }

 private:
  LZ4F_dctx* context_ = nullptr;
  BytesView rest_;
  bool started_ = false;
  bool ended_ = false;
};

class Lz4Compressor final : public Compressor {
 public:
  Lz4Compressor() {
    const LZ4F_errorCode_t made = LZ4F_createCompressionContext(&context_, LZ4F_VERSION);
    OTTLA_ASSERT(!LZ4F_isError(made), made);
  }
  Lz4Compressor(const Lz4Compressor&) = delete;
  Lz4Compressor& operator=(const Lz4Compressor&) = delete;
  ~Lz4Compressor() override { LZ4F_freeCompressionContext(context_); }

  void compress(BytesView plain, std::optional<int32_t> level, BytesBuffer& out) override {
    LZ4F_preferences_t how = LZ4F_INIT_PREFERENCES;
    how.frameInfo.blockSizeID = LZ4F_max64KB;
    how.frameInfo.blockMode = LZ4F_blockIndependent;
    // Kafka's default of 9 names the fast compressor, not the high compressor's level 9.
    const int32_t wanted = checked_level(level, kLz4Levels);
    how.compressionLevel = wanted == kLz4Levels.default_level ? 0 : wanted;
    how.autoFlush = 1;
    LZ4F_compressOptions_t source_stays{};
    source_stays.stableSrc = 1;

    const size_t start = out.size();
    const size_t bound = LZ4F_HEADER_SIZE_MAX + LZ4F_compressBound(plain.size(), &how);
    uint8_t* to = out.extend(bound);
    size_t done = checked(LZ4F_compressBegin(context_, to, bound, &how));
    done += checked(LZ4F_compressUpdate(context_, to + done, bound - done, plain.data(), plain.size(), &source_stays));
    done += checked(LZ4F_compressEnd(context_, to + done, bound - done, &source_stays));
    out.resize(start + done);
  }

 private:
  static size_t checked(size_t done) {
    OTTLA_ASSERT(!LZ4F_isError(done), done);
    return done;
  }

  LZ4F_cctx* context_ = nullptr;
};

}  // namespace

std::unique_ptr<Decompressor> make_lz4_decompressor() { return std::make_unique<Lz4Decompressor>(); }
std::unique_ptr<Compressor> make_lz4_compressor() { return std::make_unique<Lz4Compressor>(); }

}  // namespace ottla::compression_codecs
