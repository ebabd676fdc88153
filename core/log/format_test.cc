// FORMAT.md shows bytes. They are the bytes.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/log/checkpoints.h"
#include "core/log/checksums.h"
#include "core/log/leader_epochs.h"
#include "core/log/log_files_testing.h"
#include "core/log/producer_testing.h"

namespace ottla {
namespace {

using log_testing::golden_file;
using log_testing::written_by;

// The blocks of the page, in order: of indented lines those that start with bytes in hex, up to two spaces and words,
// and fenced ones as they stand.
struct Page {
  std::vector<std::string> hex;
  std::vector<std::string> text;
};

bool is_hex_byte(const std::string& word) {
  return word.size() == 2 && word.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Page read_page() {
  Page page;
  std::ifstream file(OTTLA_SOURCE_DIR "/core/log/FORMAT.md");
  bool fenced = false;
  bool in_hex = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      fenced = !fenced;
      if (fenced) page.text.emplace_back();
      continue;
    }
    if (fenced) {
      page.text.back() += line + "\n";
      continue;
    }
    std::string bytes;
    std::istringstream words(line.starts_with("    ") ? line : "");
    for (std::string word; words >> word && is_hex_byte(word);) bytes += hex_decode(word)->view().text();
    if (!bytes.empty()) {
      if (!in_hex) page.hex.emplace_back();
      page.hex.back() += bytes;
    }
    in_hex = !bytes.empty();
  }
  return page;
}

std::string hex(std::string_view bytes) { return hex_encode(BytesView::of(bytes)); }

TEST(Format, shows_the_bytes_that_kafka_writes) {
  const Page page = read_page();
  ASSERT_EQ(page.hex.size(), 8u);
  EXPECT_EQ(hex(page.hex[0]), hex(golden_file("offset-index").bytes));
  EXPECT_EQ(hex(page.hex[1]), hex(golden_file("time-index").bytes));
  EXPECT_EQ(hex(page.hex[2]), hex(golden_file("aborted-index").bytes.substr(0, 34)));
  EXPECT_EQ(hex(page.hex[3]), hex(golden_file("producer-snapshot").bytes.substr(0, 56)));
  EXPECT_EQ(page.text.at(2), golden_file("partition-metadata").bytes + "\n");
  EXPECT_EQ(page.text.at(3), golden_file("clean-shutdown--1").bytes + "\n");
}

TEST(Format, shows_text_that_is_read_and_written_as_it_stands) {
  const Page page = read_page();
  ASSERT_EQ(page.text.size(), 4u);
  const auto epochs = LeaderEpochs::decode(BytesView::of(page.text[0]));
  ASSERT_TRUE(epochs.ok());
  EXPECT_EQ(log_testing::encoded(*epochs), page.text[0]);
  const auto lines = decode_offset_checkpoint(BytesView::of(page.text[1]));
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(written_by([&](BytesBuffer& out) { encode_offset_checkpoint(*lines, out); }), page.text[1]);
}

TEST(Format, shows_the_bytes_that_we_write) {
  const Page page = read_page();
  ASSERT_EQ(page.hex.size(), 8u);
  const auto checkpoint = decode_directory_checkpoint(BytesView::of(page.hex[4]));
  ASSERT_TRUE(checkpoint.ok()) << log_testing::flaw_of(checkpoint);
  EXPECT_EQ(checkpoint->partitions.at(0).total_size, 1'000'000);
  EXPECT_EQ(hex(page.hex[4]),
            hex(written_by([&](BytesBuffer& out) { encode_directory_checkpoint(*checkpoint, out); })));
  EXPECT_EQ(hex(page.hex[5]),
            hex(written_by([&](BytesBuffer& out) { encode_cleaner_sum(BytesView::of(page.text[1]), out); })));
  const auto side = decode_side_file(BytesView::of(page.hex[6]));
  ASSERT_TRUE(side.ok()) << log_testing::flaw_of(side);
  EXPECT_EQ(side->segments.at(0).chunks.at(1).end, 300'000u);
  EXPECT_EQ(hex(page.hex[6]), hex(written_by([&](BytesBuffer& out) { encode_side_file(*side, out); })));

  producer_testing::Partition p;
  p.now = 100;
  p.send(7, 0, 0, 3);
  p.now = 101;
  p.send(7, 0, 3, 1);
  EXPECT_EQ(hex(page.hex[7]), hex(written_by([&](BytesBuffer& out) { p.state.encode_windows(out); })));
}

}  // namespace
}  // namespace ottla
