#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/log/checkpoints.h"
#include "core/log/log_files_testing.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

TEST(FileNames, are_kafkas_with_twenty_digits) {
  EXPECT_EQ(offset_file_name(Offset(0), kLogSuffix), "00000000000000000000.log");
  EXPECT_EQ(offset_file_name(Offset(42), kTimeIndexSuffix), "00000000000000000042.timeindex");
  EXPECT_EQ(offset_file_name(Offset(INT64_MAX), kSnapshotSuffix), "09223372036854775807.snapshot");
  for (const char* golden : {"offset-index", "time-index", "aborted-index"}) {
    const auto expected = log_testing::golden_file(golden).expected;
    const std::string name = expected["file"];
    EXPECT_EQ(offset_file_name(Offset(expected["baseOffset"]), name.substr(20)), name);
  }
}

TEST(FileNames, say_base_kind_and_state) {
  for (const std::string_view suffix :
       {kLogSuffix, kIndexSuffix, kTimeIndexSuffix, kAbortedIndexSuffix, kSnapshotSuffix}) {
    for (const std::string_view state :
         {std::string_view(""), kCleanedSuffix, kSwapSuffix, kDeletedSuffix, std::string_view(".tmp")}) {
      for (const int64_t base : {int64_t{0}, int64_t{1}, INT64_MAX}) {
        const auto name = parse_offset_file_name(offset_file_name(Offset(base), suffix) + std::string(state));
        ASSERT_TRUE(name.has_value()) << suffix << state;
        EXPECT_EQ(name->base, Offset(base));
        EXPECT_EQ(name->suffix, suffix);
        EXPECT_EQ(name->state, state);
      }
    }
  }
}

TEST(FileNames, of_anything_else_say_nothing) {
  for (const char* name : {"",
                           ".log",
                           "1.log",
                           "0000000000000000001.log",
                           "000000000000000000001.log",
                           "0000000000000000000x.log",
                           "-0000000000000000001.log",
                           "+0000000000000000001.log",
                           " 0000000000000000001.log",
                           "09223372036854775808.log",
                           "99999999999999999999.log",
                           "00000000000000000001",
                           "00000000000000000001.",
                           "00000000000000000001.logs",
                           "00000000000000000001.log.",
                           "00000000000000000001.log.swap.swap",
                           "00000000000000000001.log.swapped",
                           "00000000000000000001.LOG",
                           "00000000000000000001.indexx",
                           "00000000000000000001-0000000001.checkpoint",
                           "leader-epoch-checkpoint",
                           "partition.metadata",
                           "ottla.sums"}) {
    EXPECT_FALSE(parse_offset_file_name(name).has_value()) << name;
  }
}

TEST(FileNames, of_partition_folders_are_topic_and_number) {
  const std::string longest(limits::kTopicNameSizeMax, 't');
  for (const TopicPartition& partition :
       {TopicPartition{"t", PartitionIndex(0)}, TopicPartition{"a-1", PartitionIndex(2)},
        TopicPartition{"__consumer_offsets", PartitionIndex(49)}, TopicPartition{longest, PartitionIndex(99'999)},
        TopicPartition{"-", PartitionIndex(INT32_MAX)}}) {
    EXPECT_EQ(parse_partition_folder(partition.text()), partition) << partition.text();
  }
  for (const std::string& name : std::vector<std::string>{
           "", "t", "-0", "t-", "t-x", "t--1x", "t-01", "t-+1", "t-2147483648", "t 1-0", "..-0", ".-0", "t/u-0",
           std::string(limits::kTopicNameSizeMax + 1, 't') + "-0", "lost+found", "t-0.tmp",
           "t-0.0123456789abcdef0123456789abcdef-delete", "t-0.0123456789abcdef0123456789abcdef-future",
           "t-0.0123456789abcdef0123456789abcdef-stray"}) {
    EXPECT_FALSE(parse_partition_folder(name).has_value()) << name;
  }
}

TEST(FileNames, of_stray_folders_are_kafkas_and_neither_a_partition_nor_to_be_deleted) {
  Uuid id;
  id.bytes.fill(0xab);
  const std::string name = stray_folder_name({"orders", PartitionIndex(7)}, id);
  EXPECT_EQ(name, "orders-7.abababababababababababababababab-stray");
  EXPECT_FALSE(is_deleted_folder(name));
  EXPECT_FALSE(parse_partition_folder(name).has_value());
  EXPECT_EQ(stray_folder_name({std::string(249, 't'), PartitionIndex(INT32_MAX)}, id).size(), 255U);
}

TEST(FileNames, of_deleted_folders_are_kafkas_and_fit_a_file_name) {
  Uuid id;
  for (size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<uint8_t>(i * 17);
  const std::string name = deleted_folder_name({"orders", PartitionIndex(7)}, id);
  EXPECT_EQ(name, "orders-7.00112233445566778899aabbccddeeff-delete");
  EXPECT_TRUE(is_deleted_folder(name));

  const std::string longest = deleted_folder_name({std::string(249, 't'), PartitionIndex(INT32_MAX)}, id);
  EXPECT_EQ(longest.size(), limits::kFileNameSizeMax);
  EXPECT_TRUE(is_deleted_folder(longest));
  EXPECT_FALSE(parse_partition_folder(longest).has_value());
}

TEST(FileNames, of_folders_that_are_in_use_are_never_deleted_ones) {
  for (const char* name : {"", "-delete", "t-delete", "t-0", "t-0-delete", "t-0.-delete", "t-0.abc-delete",
                           "t-0.00112233445566778899aabbccddeeff-future", "t-0.00112233445566778899aabbccddeefG-delete",
                           "t-x.00112233445566778899aabbccddeeff-delete", "00112233445566778899aabbccddeeff-delete",
                           ".00112233445566778899aabbccddeeff-delete", "t-0_00112233445566778899aabbccddeeff-delete",
                           "t-0.00112233445566778899aabbccddeeff-delete-0"}) {
    EXPECT_FALSE(is_deleted_folder(name)) << name;
  }
}

}  // namespace
}  // namespace ottla
