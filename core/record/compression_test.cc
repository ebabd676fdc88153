#include "core/record/compression.h"

#include <gtest/gtest.h>
#include <lz4frame.h>
#include <rapidcheck.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "core/base/endian.h"
#include "core/model/limits.h"
#include "core/record/record_testing.h"

namespace ottla {
namespace {

using record_testing::compress;
using record_testing::from_hex;

constexpr CompressionType kCodecs[] = {CompressionType::gzip, CompressionType::snappy, CompressionType::lz4,
                                       CompressionType::zstd};
constexpr std::string_view kSixTimes = "ottla ottla ottla ottla ottla ottla";

// The whole stream in steps of `step` bytes.
Result<std::string, CompressionError> decompress(Decompressor& decompressor, std::string_view compressed,
                                                 size_t step = 4096) {
  std::string plain;
  std::vector<uint8_t> out(step);
  decompressor.start(BytesView::of(compressed));
  for (;;) {
    OTTLA_TRY(const size_t size, decompressor.read(out));
    if (size == 0) return plain;
    plain.append(reinterpret_cast<const char*>(out.data()), size);
  }
}

Result<std::string, CompressionError> decompress(CompressionType type, std::string_view compressed) {
  return decompress(*make_decompressor(type), compressed);
}

std::string random_plain(Prng& prng, size_t size) {
  std::string plain(size, '\0');
  const uint64_t alphabet = prng.chance(1, 2) ? 4 : 256;
  for (char& c : plain) c = static_cast<char>(prng.below(alphabet));
  return plain;
}

TEST(Compression, gives_back_what_went_in_whatever_the_step) {
  Prng prng(1);
  for (const CompressionType type : kCodecs) {
    SCOPED_TRACE(compression_name(type));
    const auto decompressor = make_decompressor(type);
    for (const size_t size : {0, 1, 100, 32 * 1024, 64 * 1024, 65 * 1024 + 1, 1024 * 1024}) {
      const std::string plain = random_plain(prng, size);
      const std::string compressed = compress(type, plain);
      for (const size_t step : {size_t{7}, size_t{4096}, size_t{128 * 1024}}) {
        if (step == 7 && size > 100'000) continue;
        const auto back = decompress(*decompressor, compressed, step);
        ASSERT_TRUE(back.ok()) << size << " in steps of " << step;
        EXPECT_TRUE(*back == plain) << size << " in steps of " << step;
      }
    }
  }
}

TEST(Compression, holds_for_any_bytes) {
  for (const CompressionType type : kCodecs) {
    const auto decompressor = make_decompressor(type);
    const auto compressor = make_compressor(type);
    EXPECT_TRUE(rc::check([&](const std::string& plain, uint16_t step) {
      BytesBuffer out;
      compressor->compress(BytesView::of(plain), std::nullopt, out);
      RC_ASSERT(decompress(*decompressor, out.view().text(), step + size_t{1}).value() == plain);
    }));
  }
}

TEST(Compression, takes_every_level_of_its_range_in_any_order) {
  Prng prng(2);
  const std::string plain = random_plain(prng, 5000);
  for (const CompressionType type : {CompressionType::gzip, CompressionType::lz4, CompressionType::zstd}) {
    const LevelRange range = *level_range(type);
    const auto compressor = make_compressor(type);
    for (const int32_t level : {range.max, range.min, range.default_level, 2, range.max}) {
      BytesBuffer out;
      compressor->compress(BytesView::of(plain), level, out);
      EXPECT_TRUE(decompress(type, out.view().text()).value() == plain) << compression_name(type) << level;
      BytesBuffer fresh;
      make_compressor(type)->compress(BytesView::of(plain), level, fresh);
      EXPECT_EQ(out.view(), fresh.view()) << "an earlier level left its trace: " << compression_name(type) << level;
    }
  }
  EXPECT_EQ(level_range(CompressionType::snappy).has_value(), false);
}

TEST(CompressionDeathTest, a_level_outside_its_range_is_a_bug) {
  EXPECT_DEATH(compress(CompressionType::gzip, "x", 10), "level");
}

// Made by lz4 1.9.4, zstd 1.5.4 and gzip 1.12 on a command line.
TEST(Compression, reads_what_the_codecs_own_tools_write) {
  const std::pair<CompressionType, std::string_view> frames[] = {
      // lz4: content checksum
      {CompressionType::lz4, "04224d186440a7100000006f6f74746c6120060005506f74746c6100000000d5157961"},
      // lz4 -BX --content-size: block checksums too
      {CompressionType::lz4,
       "04224d187c402300000000000000eb100000006f6f74746c6120060005506f74746c61927e4b6f00000000"
       "d5157961"},
      // zstd: checksum and content size; from a pipe without either; with a window of 2^27
      {CompressionType::zstd, "28b52ffd2423650000306f74746c61200100b94b11a0cc83b9"},
      {CompressionType::zstd, "28b52ffd0068650000306f74746c61200100b94b11"},
      {CompressionType::zstd, "28b52ffd0488650000306f74746c61200100b94b11a0cc83b9"},
      // gzip from a pipe, and of a file with its name
      {CompressionType::gzip, "1f8b0800848a016b0003cb2f29c94954c8c74702009963517223000000"},
      {CompressionType::gzip, "1f8b0808848a016b0203742e74787400cb2f29c94954c8c74702009963517223000000"},
  };
  for (const auto& [type, hex] : frames) {
    const auto plain = decompress(type, from_hex(hex));
    ASSERT_TRUE(plain.ok()) << hex;
    EXPECT_EQ(*plain, kSixTimes) << hex;
  }
}

TEST(Compression, every_checksum_is_looked_at) {
  const std::pair<CompressionType, std::string_view> frames[] = {
      {CompressionType::lz4, "04224d186440a8100000006f6f74746c6120060005506f74746c6100000000d5157961"},  // header
      {CompressionType::lz4, "04224d186440a7100000006f6f74746c6120060005506f74746c6100000000d5157962"},  // content
      {CompressionType::lz4,
       "04224d187c402300000000000000eb100000006f6f74746c6120060005506f74746c61927e4b6e00000000"
       "d5157961"},  // block
      {CompressionType::zstd, "28b52ffd2423650000306f74746c61200100b94b11a0cc83ba"},
      {CompressionType::gzip, "1f8b0800848a016b0003cb2f29c94954c8c74702009963517323000000"},
      {CompressionType::gzip, "1f8b0800848a016b0003cb2f29c94954c8c74702009963517224000000"},  // its size
  };
  for (const auto& [type, hex] : frames) EXPECT_FALSE(decompress(type, from_hex(hex)).ok()) << hex;
}

TEST(Compression, streams_in_a_row_are_one_stream_where_javas_readers_take_them) {
  for (const CompressionType type : {CompressionType::gzip, CompressionType::zstd}) {
    const std::string twice = compress(type, "ottla ") + compress(type, "") + compress(type, "river");
    EXPECT_EQ(decompress(type, twice).value(), "ottla river") << compression_name(type);
  }
}

TEST(Compression, is_cut_off_at_any_byte_and_says_so) {
  Prng prng(3);
  const std::string plain = random_plain(prng, 3000);
  for (const CompressionType type : kCodecs) {
    SCOPED_TRACE(compression_name(type));
    const std::string whole = compress(type, plain);
    const auto decompressor = make_decompressor(type);
    for (size_t size = 0; size < whole.size(); ++size) {
      const auto result = decompress(*decompressor, whole.substr(0, size), 1000);
      // The Java client's snappy framing has no end of its own: before its first chunk it is whole.
      if (type == CompressionType::snappy && size == 16) {
        EXPECT_EQ(result.value(), "");
        continue;
      }
      ASSERT_FALSE(result.ok()) << size;
      EXPECT_EQ(result.error(), CompressionError::malformed) << size;
    }
    EXPECT_FALSE(decompress(*decompressor, whole + "x").ok()) << "what follows the end is not part of it";
    EXPECT_TRUE(decompress(*decompressor, whole).value() == plain) << "and an error leaves nothing behind";
  }
}

TEST(Compression, damage_is_an_error_or_other_bytes_but_never_more_than_that) {
  Prng prng(4);
  const std::string plain = random_plain(prng, 2000);
  for (const CompressionType type : kCodecs) {
    const std::string whole = compress(type, plain);
    const auto decompressor = make_decompressor(type);
    size_t refused = 0;
    for (size_t at = 0; at < whole.size(); ++at) {
      for (const int bit : {0, 3, 7}) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        const auto result = decompress(*decompressor, damaged, 333);
        refused += result.ok() ? 0 : 1;
        if (result.ok()) {
          EXPECT_LE(result->size(), 64 * damaged.size() + 4096);
        }
      }
    }
    EXPECT_GT(refused, 0U) << compression_name(type);
  }
}

TEST(Snappy, reads_a_bare_block_and_the_java_clients_frames) {
  // "ottla " as a literal, then 29 bytes copied from 6 back
  const std::string block = from_hex("23 14 6f74746c6120 72 0600");
  EXPECT_EQ(decompress(CompressionType::snappy, block).value(), kSixTimes);
  const std::string header = from_hex("82534e4150505900 00000001 00000001");
  EXPECT_EQ(decompress(CompressionType::snappy, header + from_hex("0000000b") + block).value(), kSixTimes);
  EXPECT_EQ(decompress(CompressionType::snappy, header).value(), "");
  EXPECT_FALSE(decompress(CompressionType::snappy, header + from_hex("ffffffff")).ok());
  EXPECT_FALSE(decompress(CompressionType::snappy, from_hex("82534e4150505900 00000000 00000001")).ok());
}

TEST(Snappy, writes_the_java_clients_frames) {
  const std::string compressed = compress(CompressionType::snappy, std::string(40'000, 'o'));
  EXPECT_EQ(compressed.substr(0, 16), from_hex("82534e4150505900 00000001 00000001"));
}

TEST(Snappy, a_block_that_announces_more_than_its_bytes_can_hold_gets_no_memory) {
  // 2^27 - 1 bytes from a block of 9
  EXPECT_EQ(decompress(CompressionType::snappy, from_hex("ffffff3f 14 6f74746c6120")).error(),
            CompressionError::malformed);
}

class Lz4Frame {
 public:
  Lz4Frame() { LZ4F_createCompressionContext(&context_, LZ4F_VERSION); }
  ~Lz4Frame() { LZ4F_freeCompressionContext(context_); }
  Lz4Frame(const Lz4Frame&) = delete;
  Lz4Frame& operator=(const Lz4Frame&) = delete;

  std::string write(const LZ4F_preferences_t& how, std::string_view plain) {
    std::string frame(LZ4F_compressFrameBound(plain.size(), &how) + 64, '\0');
    size_t size = LZ4F_compressBegin(context_, frame.data(), frame.size(), &how);
    size +=
        LZ4F_compressUpdate(context_, frame.data() + size, frame.size() - size, plain.data(), plain.size(), nullptr);
    size += LZ4F_compressEnd(context_, frame.data() + size, frame.size() - size, nullptr);
    return frame.substr(0, size);
  }

 private:
  LZ4F_cctx* context_ = nullptr;
};

TEST(Lz4, reads_every_size_of_block_and_refuses_linked_ones_as_java_does) {
  Prng prng(5);
  const std::string plain = random_plain(prng, 5'000'000);
  Lz4Frame frame;
  for (const auto block : {LZ4F_max64KB, LZ4F_max256KB, LZ4F_max1MB, LZ4F_max4MB}) {
    LZ4F_preferences_t how = LZ4F_INIT_PREFERENCES;
    how.frameInfo.blockSizeID = block;
    how.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
    how.frameInfo.blockMode = LZ4F_blockIndependent;
    EXPECT_TRUE(decompress(CompressionType::lz4, frame.write(how, plain)).value() == plain);
    how.frameInfo.blockMode = LZ4F_blockLinked;
    EXPECT_FALSE(decompress(CompressionType::lz4, frame.write(how, plain)).ok());
  }
}

TEST(Lz4, refuses_what_liblz4_takes_and_kafka_does_not) {
  const std::string frame = compress(CompressionType::lz4, "ottla");
  EXPECT_FALSE(decompress(CompressionType::lz4, frame + frame).ok()) << "two frames";
  EXPECT_FALSE(decompress(CompressionType::lz4, from_hex("502a4d18 00000000") + frame).ok()) << "a skippable frame";
  LZ4F_preferences_t how = LZ4F_INIT_PREFERENCES;
  how.frameInfo.blockMode = LZ4F_blockIndependent;
  how.frameInfo.dictID = 7;
  EXPECT_FALSE(decompress(CompressionType::lz4, Lz4Frame().write(how, "ottla")).ok()) << "a dictionary";
}

TEST(Zstd, a_window_beyond_the_bound_is_refused) {
  // zstd --long=28
  EXPECT_EQ(decompress(CompressionType::zstd, from_hex("28b52ffd0490650000306f74746c61200100b94b11a0cc83b9")).error(),
            CompressionError::too_large);
}

TEST(Compression, has_a_name_for_each_codec) {
  for (size_t i = 0; i < kCompressionTypeCount; ++i) {
    const auto type = static_cast<CompressionType>(i);
    EXPECT_EQ(find_compression(compression_name(type)), type);
  }
  EXPECT_EQ(find_compression("brotli"), std::nullopt);
}

}  // namespace
}  // namespace ottla
