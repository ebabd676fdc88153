#include "core/log/checkpoints.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/base/prng.h"
#include "core/log/log_files_testing.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using log_testing::expect_cuts_refused;
using log_testing::flaw_of;
using log_testing::golden_file;
using log_testing::written_by;

using Lines = std::vector<OffsetCheckpointLine>;

std::string offsets_text(const Lines& lines) {
  return written_by([&](BytesBuffer& out) { encode_offset_checkpoint(lines, out); });
}
auto read_offsets(std::string_view text) { return decode_offset_checkpoint(BytesView::of(text)); }
OffsetCheckpointLine line(const std::string& topic, int32_t partition, int64_t offset) {
  return {{topic, PartitionIndex(partition)}, Offset(offset)};
}

TEST(OffsetCheckpoint, reads_and_writes_kafkas_text) {
  for (const char* name : {"offset-checkpoint", "offset-checkpoint-empty"}) {
    const auto golden = golden_file(name);
    const auto lines = read_offsets(golden.bytes);
    ASSERT_TRUE(lines.ok()) << flaw_of(lines);
    Lines expected;
    for (const auto& entry : golden.expected["entries"]) {
      expected.push_back(line(entry["topic"], entry["partition"], entry["offset"]));
    }
    EXPECT_EQ(*lines, expected);
    EXPECT_EQ(offsets_text(expected), golden.bytes);
  }
}

TEST(OffsetCheckpoint, is_taken_in_any_order) {
  const Lines lines{line("t", 1, 5), line("a", 0, 0), line("t", 0, 7)};
  EXPECT_EQ(*read_offsets(offsets_text(lines)), lines);
}

TEST(OffsetCheckpoint, is_not_believed_when_the_text_cannot_be_right) {
  EXPECT_EQ(flaw_of(read_offsets("0\n1\nt 0 5\n")), "accepted");
  EXPECT_EQ(flaw_of(read_offsets("")), text(FormatFlaw::too_short));
  EXPECT_EQ(flaw_of(read_offsets("0\n")), text(FormatFlaw::too_short));
  EXPECT_EQ(flaw_of(read_offsets("2\n1\nt 0 5\n")), text(FormatFlaw::bad_version));
  EXPECT_EQ(flaw_of(read_offsets("0\n2\nt 0 5\n")), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(flaw_of(read_offsets("0\n0\nt 0 5\n")), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(flaw_of(read_offsets("0\n1\nt 0 5")), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(flaw_of(read_offsets("0\n1000001\n")), text(FormatFlaw::too_large));
  EXPECT_EQ(flaw_of(read_offsets("0\n2\nt 0 5\nt 0 6\n")), text(FormatFlaw::bad_identity));
  for (const char* bad : {"", "t", "t 0", " 0 5", ".. 0 5", "t/u 0 5"}) {
    EXPECT_EQ(flaw_of(read_offsets("0\n1\n" + std::string(bad) + "\n")), text(FormatFlaw::bad_text)) << bad;
  }
  for (const char* bad : {"t  0 5", "t -1 5", "t 0 -5", "t 01 5", "t 0 05", "t 2147483648 5", "t 0 9223372036854775808",
                          "t 0 5 ", "t x 5", "t 0 "}) {
    EXPECT_EQ(flaw_of(read_offsets("0\n1\n" + std::string(bad) + "\n")), text(FormatFlaw::bad_number)) << bad;
  }
}

TEST(OffsetCheckpoint, cut_anywhere_is_refused_and_flipped_refused_or_means_what_stands_there) {
  const std::string text =
      offsets_text({line("orders", 0, 12), line("orders", 1, 0), line("__x", 49, 123'456'789'012)});
  expect_cuts_refused(text, decode_offset_checkpoint);
  log_testing::flips_refused_or_meant(text, decode_offset_checkpoint, offsets_text);
}

TEST(PartitionMetadata, reads_and_writes_kafkas_text) {
  const auto golden = golden_file("partition-metadata");
  EXPECT_EQ(golden.expected["file"], kPartitionMetadataFile);
  const auto id = decode_partition_metadata(BytesView::of(golden.bytes));
  ASSERT_TRUE(id.ok()) << flaw_of(id);
  EXPECT_EQ(id->text(), golden.expected["topicId"]);
  EXPECT_EQ(written_by([&](BytesBuffer& out) { encode_partition_metadata(*id, out); }), golden.bytes);
}

TEST(PartitionMetadata, is_not_believed_when_it_cannot_be_right) {
  const auto read = [](std::string_view text) { return flaw_of(decode_partition_metadata(BytesView::of(text))); };
  const std::string id = "ASNFZ4mrze_-3LqYdlQyEA";
  EXPECT_EQ(read("version: 0\ntopic_id: " + id), "accepted");
  EXPECT_EQ(read("version: 0\ntopic_id: " + id + "\n"), "accepted") << "an editor adds it";
  EXPECT_EQ(read(""), text(FormatFlaw::too_short));
  EXPECT_EQ(read("version: 1\ntopic_id: " + id), text(FormatFlaw::bad_version));
  EXPECT_EQ(read("version: x\ntopic_id: " + id), text(FormatFlaw::bad_number));
  EXPECT_EQ(read("topic_id: " + id + "\nversion: 0"), text(FormatFlaw::bad_text));
  EXPECT_EQ(read("version: 0\ntopic: " + id), text(FormatFlaw::bad_text));
  EXPECT_EQ(read("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAA"), text(FormatFlaw::bad_identity)) << "nobody's";
  EXPECT_EQ(read("version: 0\ntopic_id: " + id.substr(1)), text(FormatFlaw::bad_identity));
  EXPECT_EQ(read(std::string(limits::kPartitionMetadataSizeMax + 1, 'v')), text(FormatFlaw::too_large));
  for (size_t size = 0; size < 43; ++size) {
    EXPECT_NE(read(("version: 0\ntopic_id: " + id).substr(0, size)), "accepted") << size;
  }
}

TEST(CleanShutdown, is_written_as_kafka_does) {
  for (const char* name : {"clean-shutdown--1", "clean-shutdown-0", "clean-shutdown-9223372036854775807"}) {
    const auto golden = golden_file(name);
    EXPECT_EQ(golden.expected["file"], kCleanShutdownFile);
    const int64_t epoch = golden.expected["brokerEpoch"];
    EXPECT_EQ(written_by([&](BytesBuffer& out) { encode_clean_shutdown(epoch, out); }), golden.bytes);
  }
}

std::string written(const DirectoryCheckpoint& checkpoint) {
  return written_by([&](BytesBuffer& out) { encode_directory_checkpoint(checkpoint, out); });
}

PartitionCheckpoint partition(const std::string& topic, int32_t index) {
  PartitionCheckpoint at;
  at.partition = {topic, PartitionIndex(index)};
  at.topic_id.bytes = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  at.log_start = Offset(5);
  at.recovery_point = Offset(900);
  at.active_base = Offset(800);
  at.log_end = Offset(1000);
  at.active_size = 4096;
  at.total_size = 1'000'000;
  at.oldest = {.end = Offset(100), .size = 2'000, .largest_timestamp = Timestamp::from_ms(1'700'000'000'000)};
  return at;
}

// FORMAT.md shows these bytes.
TEST(DirectoryCheckpoint, has_the_bytes_that_its_format_says) {
  DirectoryCheckpoint checkpoint{true, {partition("t", 3)}};
  const std::string bytes = written(checkpoint);
  EXPECT_EQ(hex_encode(BytesView::of(bytes)),
            "6f74636b"
            "737c5314"
            "0002"
            "0001"
            "00000001"
            "0001"
            "74"
            "00000003"
            "0102030405060708090a0b0c0d0e0f10"
            "0000000000000005"
            "0000000000000384"
            "0000000000000320"
            "00000000000003e8"
            "0000000000001000"
            "00000000000f4240"
            "0000000000000064"
            "00000000000007d0"
            "0000018bcfe56800");
  EXPECT_EQ(*decode_directory_checkpoint(BytesView::of(bytes)), checkpoint);
}

TEST(DirectoryCheckpoint, comes_back_whatever_stands_in_it) {
  EXPECT_TRUE(rc::check([] {
    Prng prng(*rc::gen::arbitrary<uint64_t>());
    DirectoryCheckpoint checkpoint;
    checkpoint.clean = prng.chance(1, 2);
    for (uint64_t i = prng.below(20); i > 0; --i) {
      PartitionCheckpoint at = partition(std::string(1 + prng.below(249), static_cast<char>('a' + prng.below(26))),
                                         static_cast<int32_t>(prng.below(INT32_MAX)));
      prng.fill(at.topic_id.bytes);
      at.log_end = Offset(prng.between(0, INT64_MAX));
      at.log_start = Offset(prng.between(0, at.log_end.value()));
      at.recovery_point = Offset(prng.between(0, at.log_end.value()));
      at.active_base = Offset(prng.between(0, at.log_end.value()));
      at.total_size = prng.between(0, INT64_MAX);
      at.active_size = prng.between(0, at.total_size);
      at.oldest.reset();
      if (prng.chance(1, 2)) {
        at.oldest = {.end = Offset(prng.between(0, at.log_end.value())),
                     .size = prng.between(0, at.total_size),
                     .largest_timestamp = Timestamp::from_ms(prng.between(-1, INT64_MAX))};
      }
      checkpoint.partitions.push_back(at);
    }
    const auto order = [](const auto& a, const auto& b) { return a.partition < b.partition; };
    std::sort(checkpoint.partitions.begin(), checkpoint.partitions.end(), order);
    const auto again = decode_directory_checkpoint(BytesView::of(written(checkpoint)));
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == checkpoint);
  }));
}

TEST(DirectoryCheckpoint, cut_or_flipped_anywhere_is_refused) {
  const std::string bytes = written({false, {partition("orders", 0), partition("orders", 1)}});
  expect_cuts_refused(bytes, decode_directory_checkpoint);
  log_testing::expect_flips_refused(bytes, decode_directory_checkpoint);
}

// A right checksum says that somebody wrote it, not that it makes sense.
std::string resealed(std::string bytes) {
  BytesBuffer out;
  out.append(BytesView::of(bytes));
  store_be(out.data() + 4, crc32c(out.view().from(8)));
  return std::string(out.view().text());
}

TEST(DirectoryCheckpoint, with_a_right_checksum_is_not_believed_when_it_cannot_be_right) {
  const std::string good = written({false, {partition("orders", 0), partition("orders", 1)}});
  const auto read = [](const std::string& bytes) {
    return flaw_of(decode_directory_checkpoint(BytesView::of(resealed(bytes))));
  };
  const auto with = [&](size_t at, char value) {
    std::string bytes = good;
    bytes[at] = value;
    return read(bytes);
  };
  EXPECT_EQ(read(good), "accepted");
  EXPECT_EQ(with(9, 1), text(FormatFlaw::bad_version));
  EXPECT_EQ(with(11, 2), text(FormatFlaw::bad_version)) << "a flag of a later version";
  EXPECT_EQ(with(15, 3), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(with(12, '\xff'), text(FormatFlaw::size_mismatch)) << "a count beyond the bytes allocates nothing";
  EXPECT_EQ(with(15, 1), text(FormatFlaw::size_mismatch)) << "an entry too many";
  EXPECT_EQ(with(18, '/'), text(FormatFlaw::bad_text));
  EXPECT_EQ(with(18, 'p'), text(FormatFlaw::not_ascending));
  EXPECT_EQ(with(24, '\x80'), text(FormatFlaw::bad_number));
  EXPECT_EQ(with(44, '\x7f'), text(FormatFlaw::bad_number)) << "it starts above its end";
  EXPECT_EQ(with(92, '\x7f'), text(FormatFlaw::bad_number)) << "its oldest segment ends above its end";
  EXPECT_EQ(with(100, '\x7f'), text(FormatFlaw::bad_number)) << "its oldest segment is larger than all of them";
  EXPECT_EQ(read(good + '\0'), text(FormatFlaw::size_mismatch));
}

TEST(CleanerSum, is_of_the_bytes_and_refused_when_cut_or_flipped) {
  const BytesView checkpoint = BytesView::of("0\n1\norders 7 4711\n");
  const std::string bytes = written_by([&](BytesBuffer& out) { encode_cleaner_sum(checkpoint, out); });
  EXPECT_EQ(*decode_cleaner_sum(BytesView::of(bytes)), crc32c(checkpoint));
  expect_cuts_refused(bytes, decode_cleaner_sum);
  log_testing::expect_flips_refused(bytes, decode_cleaner_sum);
  EXPECT_FALSE(decode_cleaner_sum(BytesView::of(bytes + "x")).ok());
}

}  // namespace
}  // namespace ottla
