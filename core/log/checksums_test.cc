#include "core/log/checksums.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/base/prng.h"
#include "core/log/log_files_testing.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using log_testing::flaw_of;

constexpr size_t kHead = 21;  // what a batch's checksum omits

// A segment's bytes, batch by batch, with the sums of both ways to learn of them.
struct Segment {
  std::string bytes;
  std::vector<int64_t> ends;  // of the batches
  ChunkSums appended;
  ChunkSums read;

  void add(Prng& prng, size_t size) {
    std::string batch(size, '\0');
    prng.fill({reinterpret_cast<uint8_t*>(batch.data()), batch.size()});
    const BytesView view = BytesView::of(batch);
    appended.append_batch(view.first(kHead), crc32c(view.from(kHead)), static_cast<int64_t>(size));
    read.append_bytes(view);
    bytes += batch;
    ends.push_back(static_cast<int64_t>(bytes.size()));
  }
};

void expect_sums_of(const ChunkSums& sums, const Segment& segment) {
  int64_t at = 0;
  while (at < sums.covered_end()) {
    const auto chunk = sums.chunk_at(at);
    ASSERT_TRUE(chunk.has_value());
    ASSERT_EQ(chunk->start, at) << "chunks lie one behind the other";
    ASSERT_EQ(sums.chunk_at(chunk->end - 1), chunk);
    EXPECT_EQ(
        chunk->crc,
        crc32c(BytesView::of(segment.bytes).slice(static_cast<size_t>(at), static_cast<size_t>(chunk->end - at))));
    EXPECT_TRUE(std::find(segment.ends.begin(), segment.ends.end(), chunk->end) != segment.ends.end())
        << "a chunk ends where a batch does";
    at = chunk->end;
  }
  EXPECT_FALSE(sums.chunk_at(at).has_value());
}

TEST(ChunkSums, are_of_all_bytes_though_only_the_heads_were_read) {
  Prng prng(1);
  Segment segment;
  EXPECT_FALSE(segment.appended.chunk_at(0).has_value());
  for (int i = 0; i < 300; ++i) segment.add(prng, 61 + prng.below(10'000));
  segment.add(prng, 3 * kChunkSize);
  segment.add(prng, 61);
  EXPECT_EQ(segment.appended, segment.read);
  EXPECT_EQ(segment.appended.covered_end(), static_cast<int64_t>(segment.bytes.size()));
  expect_sums_of(segment.appended, segment);
  EXPECT_GT(segment.appended.all().size(), 5u);
}

TEST(ChunkSums, close_a_chunk_when_it_is_large_enough) {
  Prng prng(2);
  Segment segment;
  segment.add(prng, kChunkSize - 1);
  EXPECT_EQ(segment.appended.all().size(), 1u);
  segment.add(prng, 61);
  segment.add(prng, 61);
  EXPECT_EQ(segment.appended.chunk_at(0)->end, kChunkSize + 60);
  EXPECT_EQ(segment.appended.chunk_at(kChunkSize + 60)->end, kChunkSize + 121);
}

TEST(ChunkSums, come_back_from_the_list_and_go_on) {
  for (const size_t last : {size_t{61}, static_cast<size_t>(kChunkSize)}) {
    Prng prng(3);
    Segment segment;
    segment.add(prng, kChunkSize);
    segment.add(prng, last);
    EXPECT_EQ(ChunkSums::of(segment.appended.all()), segment.appended);
    ChunkSums again = ChunkSums::of(segment.appended.all());
    segment.add(prng, 100);
    again.append_bytes(BytesView::of(segment.bytes).from(segment.bytes.size() - 100));
    EXPECT_EQ(again, segment.appended);
  }
  EXPECT_EQ(ChunkSums::of({}), ChunkSums());
}

TEST(ChunkSums, cut_anywhere_keep_whole_chunks_and_cover_the_rest_again) {
  EXPECT_TRUE(rc::check([] {
    Prng prng(*rc::gen::arbitrary<uint64_t>());
    Segment segment;
    for (int i = 0; i < 12; ++i) segment.add(prng, 61 + prng.below(200'000));
    ChunkSums sums = segment.appended;
    const auto position = prng.chance(1, 2) ? prng.pick(std::span(segment.ends))
                                            : static_cast<int64_t>(prng.below(segment.bytes.size() + 100));
    const int64_t kept = sums.truncate(position);
    RC_ASSERT(kept <= position);
    RC_ASSERT(kept == sums.covered_end());
    RC_ASSERT(kept == static_cast<int64_t>(segment.bytes.size()) || segment.appended.chunk_at(kept)->end > position);
    for (size_t i = 0; i < segment.ends.size(); ++i) {
      const int64_t start = i == 0 ? 0 : segment.ends[i - 1];
      if (start < kept) continue;
      sums.append_bytes(
          BytesView::of(segment.bytes).slice(static_cast<size_t>(start), static_cast<size_t>(segment.ends[i] - start)));
    }
    RC_ASSERT(sums == segment.appended);
  }));
}

std::string written(const SideFileContent& content) {
  return log_testing::written_by([&](BytesBuffer& out) { encode_side_file(content, out); });
}

SideFileContent sample() {
  SideFileContent content;
  content.topic_id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  content.leader_epochs_crc = 0x11223344;
  SegmentSummary segment;
  segment.base = Offset(100);
  segment.end = Offset(150);
  segment.size = 300'000;
  segment.first_timestamp = Timestamp::from_ms(1'700'000'000'000);
  segment.largest_timestamp = Timestamp::from_ms(1'700'000'000'900);
  segment.largest_timestamp_offset = Offset(140);
  segment.index = {16, 0xaaaaaaaa};
  segment.time_index = {12, 0xbbbbbbbb};
  segment.chunks = {{262'200, 0xdeadbeef}, {300'000, 0xcafef00d}};
  content.segments = {segment};
  content.windows_offset = Offset(150);
  content.windows = Bytes::copy_of(BytesView::of("windows"));
  return content;
}

// FORMAT.md shows these bytes.
TEST(SideFile, has_the_bytes_that_its_format_says) {
  const std::string bytes = written(sample());
  EXPECT_EQ(hex_encode(BytesView::of(bytes)),
            "6f74736d"
            "adcccb49"
            "0001"
            "0102030405060708090a0b0c0d0e0f10"
            "11223344"
            "00000001"
            "0000000000000064"
            "0000000000000096"
            "00000000000493e0"
            "0000018bcfe56800"
            "0000018bcfe56b84"
            "000000000000008c"
            "00000010aaaaaaaa"
            "0000000cbbbbbbbb"
            "0000000000000000"
            "00000002"
            "00040038deadbeef"
            "000493e0cafef00d"
            "0000000000000096"
            "00000007"
            "77696e646f7773");
  EXPECT_EQ(*decode_side_file(BytesView::of(bytes)), sample());
  EXPECT_EQ(*decode_side_file(BytesView::of(written({}))), SideFileContent());
}

TEST(SideFile, comes_back_whatever_stands_in_it) {
  EXPECT_TRUE(rc::check([] {
    Prng prng(*rc::gen::arbitrary<uint64_t>());
    SideFileContent content;
    prng.fill(content.topic_id.bytes);
    content.leader_epochs_crc = static_cast<uint32_t>(prng.next());
    Offset base(prng.between(0, 1000));
    for (uint64_t i = prng.below(6); i > 0; --i) {
      SegmentSummary segment;
      segment.base = base;
      segment.end = base + prng.between(0, 1000);
      base = segment.end + prng.between(1, 5);
      segment.first_timestamp = Timestamp::from_ms(prng.between(-1, INT64_MAX));
      segment.largest_timestamp = Timestamp::from_ms(prng.between(-1, INT64_MAX));
      segment.largest_timestamp_offset = Offset(prng.between(-1, segment.end.value() - 1));
      segment.index = {static_cast<uint32_t>(prng.next()), static_cast<uint32_t>(prng.next())};
      segment.time_index = {static_cast<uint32_t>(prng.next()), static_cast<uint32_t>(prng.next())};
      segment.aborted_index = {static_cast<uint32_t>(prng.next()), static_cast<uint32_t>(prng.next())};
      for (uint64_t chunks = prng.below(9); chunks > 0; --chunks) {
        segment.size += prng.between(1, 1 << 27);
        segment.chunks.push_back({static_cast<uint32_t>(segment.size), static_cast<uint32_t>(prng.next())});
      }
      content.segments.push_back(segment);
    }
    content.windows_offset = Offset(prng.between(-1, INT64_MAX));
    content.windows = Bytes::copy_of(BytesView::of(std::string(prng.below(100), 'w')));
    const auto again = decode_side_file(BytesView::of(written(content)));
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == content);
  }));
}

TEST(SideFile, cut_or_flipped_anywhere_is_refused) {
  const std::string bytes = written(sample());
  log_testing::expect_cuts_refused(bytes, decode_side_file);
  log_testing::expect_flips_refused(bytes, decode_side_file);
}

TEST(SideFile, with_a_right_checksum_is_not_believed_when_it_cannot_be_right) {
  SideFileContent two = sample();
  two.segments.push_back(two.segments[0]);
  two.segments[1].base = Offset(150);
  two.segments[1].end = Offset(160);
  const std::string good = written(two);
  constexpr size_t kFirst = 34;
  constexpr size_t kSecond = kFirst + 76 + 16;
  const auto with = [&](size_t at, char value) {
    BytesBuffer bytes;
    bytes.append(BytesView::of(good));
    bytes.data()[at] = static_cast<uint8_t>(value);
    store_be(bytes.data() + 4, crc32c(bytes.view().from(8)));
    return flaw_of(decode_side_file(bytes.view()));
  };
  EXPECT_EQ(with(9, 1), "accepted");
  EXPECT_EQ(with(9, 2), text(FormatFlaw::bad_version));
  EXPECT_EQ(with(kFirst - 1, 1), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(with(kFirst - 4, '\xff'), text(FormatFlaw::size_mismatch)) << "a count beyond the bytes allocates nothing";
  EXPECT_EQ(with(kFirst, '\x80'), text(FormatFlaw::bad_number));
  EXPECT_EQ(with(kFirst + 15, 99), text(FormatFlaw::bad_number)) << "it ends before it begins";
  EXPECT_EQ(with(kFirst + 16, 1), text(FormatFlaw::bad_number)) << "larger than a segment";
  EXPECT_EQ(with(kFirst + 47, '\x96'), text(FormatFlaw::bad_number)) << "a timestamp from beyond its end";
  EXPECT_EQ(with(kFirst + 72, '\xff'), text(FormatFlaw::size_mismatch)) << "chunks beyond the bytes";
  EXPECT_EQ(with(kFirst + 76, 1), text(FormatFlaw::bad_number)) << "chunks that do not rise";
  EXPECT_EQ(with(kSecond + 7, 100), text(FormatFlaw::not_ascending));
  EXPECT_EQ(with(kSecond + 7, 149 - 256), text(FormatFlaw::not_ascending)) << "it begins within the one before";
}

}  // namespace
}  // namespace ottla
