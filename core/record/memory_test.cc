// What the room promises about memory: nothing is allocated per record, and no input makes it hold much.
#include <gtest/gtest.h>

#include <string>

#include "core/base/alloc_count_testing.h"
#include "core/base/sanitizer_testing.h"
#include "core/record/batch_check.h"
#include "core/record/batch_patch.h"
#include "core/record/record_testing.h"

#if OTTLA_SANITIZED
extern "C" size_t __sanitizer_get_current_allocated_bytes();  // GCC ships the runtime without the header
#else
#include <malloc.h>
#endif

namespace ottla {
namespace {

using record_testing::append_samples;
using record_testing::bytes_of;
using record_testing::compress;
using record_testing::encode_varint;
using record_testing::from_hex;
using record_testing::RawBatch;

constexpr CompressionType kAllTypes[] = {CompressionType::none, CompressionType::gzip, CompressionType::snappy,
                                         CompressionType::lz4, CompressionType::zstd};

// Of the whole process, the codecs' own libraries included.
size_t heap_size() {
#if OTTLA_SANITIZED
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

std::string batch_of(CompressionType type, size_t record_count, size_t value_size_max) {
  Prng prng(31);
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.compression = type}, out);
  append_samples(builder, record_testing::random_records(prng, record_count, value_size_max));
  return std::string(builder.finish().text());
}

size_t count_headers(RecordIterator records) {
  size_t headers = 0;
  for (RecordView record; records.next(record).value();) {
    for (const HeaderView& header : record.headers()) headers += header.key.size() + 1;
  }
  return headers;
}

TEST(RecordMemory, checking_and_iterating_an_uncompressed_batch_allocates_nothing) {
  const std::string bytes = batch_of(CompressionType::none, 2000, 300);
  DecompressionScratch scratch;
  const AllocCount count;
  const BatchView batch = BatchView::only(bytes_of(bytes)).value();
  EXPECT_TRUE(check_append(batch, AppendRules(), scratch).ok());
  EXPECT_TRUE(check_stored(batch, scratch).ok());
  EXPECT_GT(count_headers(RecordIterator(batch, scratch)), 1000U);
  EXPECT_EQ(count.so_far(), 0U);
}

TEST(RecordMemory, a_used_scratch_checks_and_iterates_compressed_batches_without_allocating) {
  for (const CompressionType type : kAllTypes) {
    const std::string bytes = batch_of(type, 2000, 300);
    const BatchView batch = BatchView::only(bytes_of(bytes)).value();
    DecompressionScratch scratch;
    ASSERT_TRUE(check_append(batch, AppendRules(), scratch).ok());
    const AllocCount count;
    EXPECT_TRUE(check_append(batch, AppendRules(), scratch).ok());
    RecordIterator records(batch, scratch);
    RecordView record;
    while (records.next(record).value()) continue;
    EXPECT_EQ(count.so_far(), 0U) << compression_name(type);
  }
}

TEST(RecordMemory, a_used_builder_allocates_nothing_per_record) {
  Prng prng(32);
  const auto records = record_testing::random_records(prng, 1, 300);
  const HeaderView header{BytesView::of("key"), BytesView::of("value")};
  for (const CompressionType type : kAllTypes) {
    BatchBuilder builder;
    BytesBuffer out;
    uint64_t allocations = 0;
    for (int round = 0; round < 2; ++round) {
      out.clear();
      const AllocCount count;
      builder.start({.compression = type}, out);
      for (int i = 0; i < 3000; ++i) {
        builder.append({.timestamp = Timestamp::from_ms(i), .key = BytesView::of("k"), .headers = {&header, 1}});
      }
      builder.finish();
      allocations = count.so_far();
    }
    // Snappy's library allocates its table for each block of 32 KiB.
    const size_t allowed = type == CompressionType::snappy ? 3 * 4 : 0;
    EXPECT_LE(allocations, allowed) << compression_name(type);
  }
}

constexpr size_t kBombSize = 1024 * limits::kMiB;

// One record with a value of 1 GiB of zeros, honest in every field. Built of repeated parts: a compressor would need the
// gigabyte.
std::string bomb_of(CompressionType type) {
  const std::string fields = std::string(3, '\0') + encode_varint(-1) + encode_varint(int64_t{kBombSize});
  const std::string start = encode_varint(static_cast<int64_t>(fields.size() + kBombSize + 1)) + fields;
  const size_t part_size = type == CompressionType::snappy ? 32 * limits::kKiB : 4 * limits::kMiB;
  const std::string part = compress(type, std::string(part_size, '\0'));
  std::string bomb = compress(type, start);
  std::string repeated = part;
  if (type == CompressionType::snappy) repeated = part.substr(16);  // without the frame's header
  if (type == CompressionType::lz4) {
    bomb.resize(bomb.size() - 4);  // without the end mark, and the parts without their frame header
    repeated = part.substr(7, part.size() - 7 - 4);
  }
  for (size_t i = 0; i < kBombSize / part_size; ++i) bomb += repeated;
  if (type == CompressionType::lz4) bomb += std::string(4, '\0');
  return bomb;
}

TEST(RecordMemory, bombs_are_refused_in_little_memory) {
  for (const CompressionType type : kAllTypes) {
    if (type == CompressionType::none) continue;
    RawBatch batch;
    batch.attributes = static_cast<uint16_t>(type);
    batch.body = bomb_of(type);
    const std::string bytes = batch.encode();
    ASSERT_LT(bytes.size(), limits::kBatchSizeMax);
    const BatchView view = BatchView::only(bytes_of(bytes)).value();

    const size_t before = heap_size();
    DecompressionScratch scratch;
    const auto facts = check_append(view, AppendRules(), scratch);
    ASSERT_FALSE(facts.ok());
    EXPECT_EQ(facts.error().flaw, BatchFlaw::uncompressed_too_large) << compression_name(type);
    EXPECT_LT(heap_size() - before, 8 * limits::kMiB) << compression_name(type);

    // An iterator hands out whole records, so it holds up to the bound, and gives the memory back at the next batch.
    RecordIterator records(view, scratch, 32 * limits::kMiB);
    RecordView record;
    EXPECT_EQ(records.next(record).error().flaw, BatchFlaw::uncompressed_too_large);
    EXPECT_LT(heap_size() - before, 72 * limits::kMiB) << compression_name(type);
  }
}

TEST(RecordMemory, a_scratch_gives_back_what_one_large_record_took) {
  DecompressionScratch scratch;
  BatchBuilder builder;
  const std::string value(40 * limits::kMiB, 'v');
  BytesBuffer large;
  builder.start({.compression = CompressionType::lz4}, large);
  builder.append({.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)});
  builder.finish();
  const std::string small = batch_of(CompressionType::lz4, 3, 100);

  const size_t before = heap_size();
  {
    RecordIterator records(BatchView::only(large.view()).value(), scratch);
    RecordView record;
    ASSERT_TRUE(records.next(record).value());
    EXPECT_EQ(record.value()->size(), value.size());
  }
  EXPECT_GT(heap_size() - before, 40 * limits::kMiB);
  ASSERT_TRUE(check_append(BatchView::only(bytes_of(small)).value(), AppendRules(), scratch).ok());
  EXPECT_LT(heap_size() - before, limits::kMiB);
}

// A frame of 25 bytes that asks for a window of 128 MiB: as much as Kafka's reader would give it, and for this one batch.
TEST(RecordMemory, a_wide_zstd_window_is_given_back) {
  const auto decompressor = make_decompressor(CompressionType::zstd);
  const std::string wide = from_hex("28b52ffd0488650000306f74746c61200100b94b11a0cc83b9");
  std::vector<uint8_t> out(100);
  const size_t before = heap_size();
  decompressor->start(bytes_of(wide));
  EXPECT_EQ(decompressor->read(out).value(), 35U);
  EXPECT_GT(heap_size() - before, 100 * limits::kMiB);
  decompressor->start(bytes_of(wide));
  EXPECT_LT(heap_size() - before, limits::kMiB);
}

TEST(RecordMemoryDeathTest, a_scratch_serves_one_reader_at_a_time) {
  const std::string bytes = batch_of(CompressionType::lz4, 3, 100);
  const BatchView batch = BatchView::only(bytes_of(bytes)).value();
  DecompressionScratch scratch;
  const RecordIterator first(batch, scratch);
  EXPECT_DEATH(RecordIterator(batch, scratch), "lent_");
}

}  // namespace
}  // namespace ottla
