// zstd frames. A frame says how far back it refers, and the decoder must keep that much: the window is bounded, and a
// context that had to grow for a large one is given back when the next stream starts.
#include <zstd.h>
#include <zstd_errors.h>

#include "core/model/limits.h"
#include "core/record/compression_codecs.h"

namespace ottla::compression_codecs {
namespace {

size_t checked(size_t done) {
  OTTLA_ASSERT(!ZSTD_isError(done), ZSTD_getErrorName(done));
  return done;
}

class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() { make_context(); }
  ZstdDecompressor(const ZstdDecompressor&) = delete;
  ZstdDecompressor& operator=(const ZstdDecompressor&) = delete;
  ~ZstdDecompressor() override { ZSTD_freeDCtx(context_); }

  void start(BytesView compressed) override {
    if (ZSTD_sizeof_DCtx(context_) > limits::kScratchKeptSizeMax) {
      ZSTD_freeDCtx(context_);
      make_context();
    }
    checked(ZSTD_DCtx_reset(context_, ZSTD_reset_session_only));
    in_ = {compressed.data(), compressed.size(), 0};
    frame_ended_ = false;
  }

  Result<size_t, CompressionError> read(std::span<uint8_t> out) override {
    ZSTD_outBuffer to = {out.data(), out.size(), 0};
    while (to.pos < to.size) {
      if (frame_ended_ && in_.pos == in_.size) break;
      const size_t left = ZSTD_decompressStream(context_, &to, &in_);
      if (ZSTD_isError(left)) {
        const bool window = ZSTD_getErrorCode(left) == ZSTD_error_frameParameter_windowTooLarge;
        return Failure(window ? CompressionError::too_large : CompressionError::malformed);
      }
      frame_ended_ = left == 0;
      // It has written all it could and would have more with more input, of which there is none.
      if (!frame_ended_ && in_.pos == in_.size && to.pos < to.size) return Failure(CompressionError::malformed);
    }
    return to.pos;
  }

 private:
  void make_context() {
    context_ = ZSTD_createDCtx();
    OTTLA_ASSERT(context_ != nullptr);
    checked(ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, limits::kZstdWindowLogMax));
  }

  ZSTD_DCtx* context_ = nullptr;
  ZSTD_inBuffer in_{};
  bool frame_ended_ = false;
};

class ZstdCompressor final : public Compressor {
 public:
  ZstdCompressor() : context_(ZSTD_createCCtx()) { OTTLA_ASSERT(context_ != nullptr); }
  ZstdCompressor(const ZstdCompressor&) = delete;
  ZstdCompressor& operator=(const ZstdCompressor&) = delete;
  ~ZstdCompressor() override { ZSTD_freeCCtx(context_); }

  void compress(BytesView plain, std::optional<int32_t> level, BytesBuffer& out) override {
    checked(ZSTD_CCtx_setParameter(context_, ZSTD_c_compressionLevel, checked_level(level, kZstdLevels)));
    const size_t start = out.size();
    const size_t bound = ZSTD_compressBound(plain.size());
    uint8_t* to = out.extend(bound);
    out.resize(start + checked(ZSTD_compress2(context_, to, bound, plain.data(), plain.size())));
  }

 private:
  ZSTD_CCtx* context_;
};

}  // namespace

std::unique_ptr<Decompressor> make_zstd_decompressor() { return std::make_unique<ZstdDecompressor>(); }
std::unique_ptr<Compressor> make_zstd_compressor() { return std::make_unique<ZstdCompressor>(); }

}  // namespace ottla::compression_codecs
