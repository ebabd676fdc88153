// Batches that were cut off or damaged: found out wherever it happened, and nothing breaks on the way.
#include <gtest/gtest.h>

#include <string>

#include "core/base/endian.h"
#include "core/record/batch_check.h"
#include "core/record/record_testing.h"

namespace ottla {
namespace {

using record_testing::bytes_of;
using record_testing::RawBatch;

constexpr CompressionType kAllTypes[] = {CompressionType::none, CompressionType::gzip, CompressionType::snappy,
                                         CompressionType::lz4, CompressionType::zstd};

Result<BatchFacts, BatchRefusal> append(const std::string& bytes) {
  DecompressionScratch scratch;
  OTTLA_TRY(const BatchView batch, BatchView::only(bytes_of(bytes)));
  return check_append(batch, AppendRules(), scratch);
}

// A flipped attribute bit is damage, not a lie: the producer should send the batch again.
TEST(BatchView, strange_attributes_under_a_wrong_checksum_are_damage) {
  RawBatch batch;
  batch.crc = 7;
  batch.attributes = 0x80;
  EXPECT_EQ(append(batch.encode()).error().flaw, BatchFlaw::crc_mismatch);
  batch.attributes = 5;
  EXPECT_EQ(append(batch.encode()).error().flaw, BatchFlaw::crc_mismatch);
}

std::string sample_batch(CompressionType type) {
  Prng prng(11);
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.compression = type,
                 .producer_id = ProducerId(5),
                 .producer_epoch = ProducerEpoch(1),
                 .base_sequence = Sequence(0)},
                out);
  record_testing::append_samples(builder, record_testing::random_records(prng, 12, 60));
  return std::string(builder.finish().text());
}

TEST(BatchCheck, refuses_a_batch_that_is_cut_at_any_byte) {
  for (const CompressionType type : kAllTypes) {
    const std::string whole = sample_batch(type);
    ASSERT_TRUE(append(whole).ok());
    for (size_t size = 0; size < whole.size(); ++size) {
      const auto facts = append(whole.substr(0, size));
      ASSERT_FALSE(facts.ok()) << size;
      EXPECT_EQ(facts.error().flaw, BatchFlaw::truncated) << size;
      // The same with a header that admits to it.
      if (size < batch_format::kHeaderSize) continue;
      std::string bytes = whole.substr(0, size);
      store_be(reinterpret_cast<uint8_t*>(bytes.data()) + batch_format::kLength,
               static_cast<int32_t>(size - batch_format::kLengthEnd));
      EXPECT_EQ(append(bytes).error().flaw, BatchFlaw::crc_mismatch) << size;
    }
  }
}

TEST(BatchCheck, refuses_a_batch_with_any_bit_flipped_but_those_of_the_leader_epoch) {
  for (const CompressionType type : kAllTypes) {
    const std::string whole = sample_batch(type);
    for (size_t at = 0; at < whole.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
        const bool epoch = at >= batch_format::kLeaderEpoch && at < batch_format::kMagic;
        ASSERT_EQ(append(damaged).ok(), epoch) << "byte " << at << " bit " << bit;
      }
    }
  }
}

// With the checksum made right again, flips reach the codecs and the walk: refused or not, nothing may break.
TEST(BatchCheck, walks_any_flipped_body_to_an_answer) {
  DecompressionScratch scratch;
  for (const CompressionType type : kAllTypes) {
    const std::string whole = sample_batch(type);
    size_t refused = 0;
    for (size_t at = batch_format::kHeaderSize; at < whole.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        RawBatch batch;
        batch.attributes = static_cast<uint16_t>(type);
        batch.record_count = 12;
        batch.last_offset_delta = 11;
        batch.body = whole.substr(batch_format::kHeaderSize);
        char& byte = batch.body[at - batch_format::kHeaderSize];
        byte = static_cast<char>(byte ^ (1 << bit));
        const std::string bytes = batch.encode();
        const BatchView view = BatchView::only(bytes_of(bytes)).value();
        const auto facts = check_append(view, AppendRules(), scratch);
        refused += facts.ok() ? 0 : 1;
        if (facts.ok()) {
          EXPECT_EQ(record_testing::read_samples(view, scratch).size(), 12U);
        }
      }
    }
    EXPECT_GT(refused, 100U) << compression_name(type);
  }
}

}  // namespace
}  // namespace ottla
