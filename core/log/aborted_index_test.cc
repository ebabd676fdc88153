#include "core/log/aborted_index.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/log/log_files_testing.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using log_testing::encoded;
using log_testing::flaw_of;
using log_testing::golden_file;

constexpr Offset kBase{1000};

std::vector<AbortedTransaction> entries_of(const AbortedIndex& index) {
  std::vector<AbortedTransaction> entries;
  for (size_t i = 0; i < index.count(); ++i) entries.push_back(index.at(i));
  return entries;
}

AbortedTransaction aborted(int64_t producer, int64_t first, int64_t last, int64_t stable) {
  return {ProducerId(producer), Offset(first), Offset(last), Offset(stable)};
}

TEST(AbortedIndex, finds_what_touches_a_range_and_says_when_that_is_all) {
  AbortedIndex index;
  index.append(aborted(1, 990, 1010, 995));
  index.append(aborted(2, 995, 1020, 1021));
  index.append(aborted(3, 1030, 1040, 1041));
  std::vector<AbortedTransaction> found;
  EXPECT_TRUE(index.collect(Offset(1000), Offset(1005), found));
  EXPECT_EQ(found, (std::vector{index.at(0), index.at(1)}));

  found.clear();
  EXPECT_TRUE(index.collect(Offset(1011), Offset(1021), found));
  EXPECT_EQ(found, (std::vector{index.at(1)}));

  found.clear();
  EXPECT_FALSE(index.collect(Offset(1041), Offset(1050), found)) << "an open transaction may yet be aborted further on";
  EXPECT_TRUE(found.empty());

  found.clear();
  EXPECT_TRUE(index.collect(Offset(1040), Offset(1041), found));
  EXPECT_EQ(found, (std::vector{index.at(2)}));
}

TEST(AbortedIndex, forgets_markers_that_are_cut_off) {
  AbortedIndex index;
  index.append(aborted(1, 990, 1010, 995));
  index.append(aborted(2, 995, 1020, 1021));
  EXPECT_DEATH(index.append(aborted(3, 995, 1020, 1021)), "last_offset");
  index.truncate(Offset(1021));
  EXPECT_EQ(index.count(), 2u);
  index.truncate(Offset(1020));
  EXPECT_EQ(entries_of(index), (std::vector{aborted(1, 990, 1010, 995)}));
}

TEST(AbortedIndex, reads_and_writes_kafkas_bytes) {
  const auto golden = golden_file("aborted-index");
  const auto index = AbortedIndex::decode(Offset(100), Offset(131), BytesView::of(golden.bytes));
  ASSERT_TRUE(index.ok()) << flaw_of(index);
  std::vector<AbortedTransaction> expected;
  for (const auto& entry : golden.expected["entries"]) {
    expected.push_back(
        aborted(entry["producerId"], entry["firstOffset"], entry["lastOffset"], entry["lastStableOffset"]));
  }
  EXPECT_EQ(entries_of(*index), expected);
  EXPECT_EQ(encoded(*index), golden.bytes);
  EXPECT_EQ(index->encoded_size(), golden.bytes.size());
}

TEST(AbortedIndex, is_not_believed_when_it_cannot_be_right) {
  const auto decode = [](const std::vector<AbortedTransaction>& entries) {
    std::string bytes;
    for (const AbortedTransaction& entry : entries) {
      AbortedIndex one;
      one.append(entry);
      bytes += encoded(one);
    }
    return flaw_of(AbortedIndex::decode(kBase, Offset(2000), BytesView::of(bytes)));
  };
  const AbortedTransaction good = aborted(1, 990, 1010, 995);
  EXPECT_EQ(decode({good}), "accepted");
  EXPECT_EQ(decode({good, good}), text(FormatFlaw::not_ascending));
  EXPECT_EQ(decode({good, aborted(1, 1020, 1021, 1021), aborted(2, 1000, 1015, 1016)}),
            text(FormatFlaw::not_ascending));
  EXPECT_EQ(decode({aborted(1, 990, 999, 995)}), text(FormatFlaw::beyond_log)) << "the marker is in the segment before";
  EXPECT_EQ(decode({aborted(1, 990, 2000, 995)}), text(FormatFlaw::beyond_log));
  EXPECT_EQ(decode({aborted(-1, 990, 1010, 995)}), text(FormatFlaw::bad_number));
  EXPECT_EQ(decode({aborted(1, -1, 1010, 995)}), text(FormatFlaw::bad_number));
  EXPECT_EQ(decode({aborted(1, 990, 1010, 1012)}), text(FormatFlaw::bad_number));
  EXPECT_EQ(decode({aborted(1, 990, 1010, -1)}), text(FormatFlaw::bad_number));

  AbortedIndex index;
  index.append(good);
  std::string bytes = encoded(index);
  std::swap(bytes[10], bytes[18]);
  bytes[10] = '\x7f';
  EXPECT_FALSE(AbortedIndex::decode(kBase, Offset(2000), BytesView::of(bytes)).ok()) << "it ends before it begins";
  bytes = encoded(index);
  bytes[1] = 1;
  EXPECT_EQ(flaw_of(AbortedIndex::decode(kBase, Offset(2000), BytesView::of(bytes))), text(FormatFlaw::bad_version));
  EXPECT_EQ(flaw_of(AbortedIndex::decode(kBase, Offset(2000),
                                         BytesView::of(std::string(limits::kAbortedIndexSizeMax + 1, '\0')))),
            text(FormatFlaw::too_large));
}

TEST(AbortedIndex, cut_or_flipped_anywhere_is_refused_or_means_what_its_bytes_say) {
  AbortedIndex index;
  index.append(aborted(1, 990, 1010, 995));
  index.append(aborted(2, 995, 1020, 1021));
  const std::string bytes = encoded(index);
  const auto read = [](BytesView view) { return AbortedIndex::decode(kBase, Offset(2000), view); };
  log_testing::expect_cuts_within_entries_refused(bytes, AbortedIndex::kEntrySize, read);
  const auto write = [](const AbortedIndex& value) { return encoded(value); };
  EXPECT_GT(log_testing::flips_refused_or_meant(bytes, read, write), bytes.size() * 8 / 4);
}

}  // namespace
}  // namespace ottla
