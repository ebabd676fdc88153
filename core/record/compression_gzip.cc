// gzip by zlib. A stream is one member or several in a row (RFC 1952); Java's reader takes both, so both are taken.
#include <zlib.h>

#include "core/record/compression_codecs.h"

namespace ottla::compression_codecs {
namespace {

constexpr int kWindowBits = 15 + 16;  // the largest window, in gzip's wrapping and no other
constexpr int kMemoryLevel = 8;       // zlib's default

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() {
    const int made = inflateInit2(&stream_, kWindowBits);
    OTTLA_ASSERT(made == Z_OK, made);
  }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;
  ~GzipDecompressor() override { inflateEnd(&stream_); }

  void start(BytesView compressed) override {
    inflateReset(&stream_);
    stream_.next_in = const_cast<Bytef*>(compressed.data());  // zlib only reads; its type predates const
    OTTLA_ASSERT(compressed.size() <= UINT32_MAX, compressed.size());
    stream_.avail_in = static_cast<uInt>(compressed.size());
    member_ended_ = false;
  }

  Result<size_t, CompressionError> read(std::span<uint8_t> out) override {
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out > 0) {
      if (member_ended_) {
        if (stream_.avail_in == 0) break;
        inflateReset(&stream_);
        member_ended_ = false;
      }
      const int done = inflate(&stream_, Z_NO_FLUSH);
      if (done == Z_STREAM_END) {
        member_ended_ = true;
      } else if (done != Z_OK || (stream_.avail_in == 0 && stream_.avail_out > 0)) {
        return Failure(CompressionError::malformed);  // the second: it wants input and there is no more
      }
    }
    return out.size() - stream_.avail_out;
  }

 private:
  z_stream stream_{};
  bool member_ended_ = false;
};

class GzipCompressor final : public Compressor {
 public:
  GzipCompressor() {
    const int made = deflateInit2(&stream_, level_, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY);
    OTTLA_ASSERT(made == Z_OK, made);
  }
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;
  ~GzipCompressor() override { deflateEnd(&stream_); }

  void compress(BytesView plain, std::optional<int32_t> level, BytesBuffer& out) override {
    deflateReset(&stream_);
    const int32_t wanted = checked_level(level, kGzipLevels);
    if (wanted != level_) {
      const int set = deflateParams(&stream_, wanted, Z_DEFAULT_STRATEGY);
      OTTLA_ASSERT(set == Z_OK, set);
      level_ = wanted;
    }
    const size_t bound = deflateBound(&stream_, plain.size());
    const size_t start = out.size();
    OTTLA_ASSERT(plain.size() <= UINT32_MAX && bound <= UINT32_MAX, plain.size(), bound);
    stream_.next_in = const_cast<Bytef*>(plain.data());
    stream_.avail_in = static_cast<uInt>(plain.size());
    stream_.next_out = out.extend(bound);
    stream_.avail_out = static_cast<uInt>(bound);
    const int done = deflate(&stream_, Z_FINISH);
    OTTLA_ASSERT(done == Z_STREAM_END, done);
    out.resize(start + bound - stream_.avail_out);
  }

 private:
  z_stream stream_{};
  int32_t level_ = kGzipLevels.default_level;
};

}  // namespace

std::unique_ptr<Decompressor> make_gzip_decompressor() { return std::make_unique<GzipDecompressor>(); }
std::unique_ptr<Compressor> make_gzip_compressor() { return std::make_unique<GzipCompressor>(); }

}  // namespace ottla::compression_codecs
