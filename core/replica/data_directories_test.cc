// What a node takes for its data directories, and what it refuses, in words that help.
#include "core/replica/data_directories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/io/whole_file.h"
#include "core/log/log_testing.h"

namespace ottla {
namespace {

using testing::HasSubstr;

class DataDirectories : public testing::Test {
 protected:
  sim::SimDisk& disk(size_t index) {
    while (disks_.size() <= index) disks_.push_back(std::make_unique<sim::SimDisk>(disks_.size() + 1));
    return *disks_[index];
  }
  // Empty text: it was opened.
  std::string open(const std::vector<size_t>& indexes, int32_t node = 1,
                   std::optional<std::string> cluster_id = std::nullopt) {
    opened_ = OpenDirectories();
    DataDirectoryOptions options;
    for (const size_t index : indexes) options.disks.push_back(&disk(index));
    options.node = BrokerId(node);
    options.cluster_id = std::move(cluster_id);
    auto opened = open_data_directories(options, jobs_, lines_, marks_, entropy_, Instant());
    if (!opened.ok()) {
      cause_ = opened.error().cause;
      return opened.error().text;
    }
    opened_ = std::move(*opened);
    return {};
  }
  void close() { opened_ = OpenDirectories(); }
  void write(size_t index, std::string_view path, std::string_view text) {
    ASSERT_TRUE(replace_file(disk(index), path, BytesView::of(text)).ok());
  }
  std::string read(size_t index, std::string_view path) {
    const auto bytes = read_whole_file(disk(index), path, 10'000);
    return bytes.ok() ? std::string(bytes->view().text()) : "none";
  }

  std::vector<std::unique_ptr<sim::SimDisk>> disks_;
  log_testing::TestJobs jobs_;
  sim::SimLog lines_;
  Marks marks_;
  sim::SeededEntropy entropy_{5};
  OpenDirectories opened_;
  std::optional<IoError> cause_;
};

constexpr std::string_view kText =
    "cluster.id=oB5Jn0GIQ6C3JYtFDsb9Ag\ndirectory.id=9rBc2V5SQPe7rH2Fq1tWug\nnode.id=1\nversion=1\n";

TEST_F(DataDirectories, that_are_empty_become_a_new_cluster_and_keep_their_ids) {
  ASSERT_EQ(open({0, 1}), "");
  EXPECT_TRUE(opened_.formatted);
  const std::string cluster = opened_.cluster_id;
  const std::vector<Uuid> ids = {opened_.directories[0].id, opened_.directories[1].id};
  EXPECT_NE(ids[0], ids[1]);
  ASSERT_EQ(open({0, 1}), "");
  EXPECT_FALSE(opened_.formatted);
  EXPECT_EQ(opened_.cluster_id, cluster);
  EXPECT_EQ(opened_.directories[0].id, ids[0]);
  // In another order each is who it was.
  ASSERT_EQ(open({1, 0}), "");
  EXPECT_EQ(opened_.directories[0].id, ids[1]);
  EXPECT_EQ(opened_.directories[1].id, ids[0]);
}

TEST_F(DataDirectories, of_kafka_are_taken_as_they_are) {
  write(0, kMetaPropertiesFile, std::string("#\n#Sat Nov 21 10:00:00 UTC 2026\n") + std::string(kText));
  ASSERT_EQ(open({0}), "");
  EXPECT_EQ(opened_.cluster_id, "oB5Jn0GIQ6C3JYtFDsb9Ag");
  EXPECT_EQ(opened_.directories[0].id.text(), "9rBc2V5SQPe7rH2Fq1tWug");
  EXPECT_THAT(read(0, kMetaPropertiesFile), HasSubstr("Sat Nov 21"));  // and left alone
}

TEST_F(DataDirectories, take_the_cluster_that_is_given_or_refuse) {
  ASSERT_EQ(open({0}, 1, "the-one"), "");
  EXPECT_EQ(opened_.cluster_id, "the-one");
  close();
  EXPECT_THAT(open({0}, 1, "another"), HasSubstr("belongs to cluster the-one, not to another"));
  EXPECT_THAT(open({0}, 2), HasSubstr("belongs to node 1, this is node 2"));
  EXPECT_THAT(open({1}, 1, "no id"), HasSubstr("no cluster id"));
  EXPECT_FALSE(cause_.has_value());
}

TEST_F(DataDirectories, that_are_added_later_get_the_id_of_the_others) {
  ASSERT_EQ(open({0}), "");
  const std::string cluster = opened_.cluster_id;
  ASSERT_EQ(open({0, 1}), "");
  EXPECT_EQ(opened_.cluster_id, cluster);
  close();
  // Of two clusters they are not taken, and nothing was changed by looking.
  ASSERT_EQ(open({2}), "");
  close();
  const std::string before = read(3, kMetaPropertiesFile);
  EXPECT_THAT(open({3, 0, 2}), HasSubstr("belongs to cluster"));
  EXPECT_EQ(read(3, kMetaPropertiesFile), before);
}

TEST_F(DataDirectories, of_somebody_else_are_left_alone) {
  write(0, "thesis.txt", "years of work");
  EXPECT_THAT(open({0}), HasSubstr("is not empty (thesis.txt)"));
  EXPECT_EQ(read(0, kMetaPropertiesFile), "none");
  // What stands around in a fresh file system does not make it somebody's.
  ASSERT_TRUE(disk(1).make_directory("lost+found").ok());
  EXPECT_EQ(open({1}), "");
}

TEST_F(DataDirectories, that_are_copies_of_each_other_are_refused) {
  write(0, kMetaPropertiesFile, kText);
  write(1, kMetaPropertiesFile, kText);
  EXPECT_THAT(open({0, 1}), HasSubstr("one is a copy of the other"));
}

TEST_F(DataDirectories, are_one_process_own) {
  ASSERT_EQ(open({0}), "");
  OpenDirectories first = std::move(opened_);
  EXPECT_NE(open({0}), "");
  EXPECT_EQ(cause_, IoError::locked);
  first = OpenDirectories();
  EXPECT_EQ(open({0}), "");
}

TEST_F(DataDirectories, have_the_metadata_log_in_the_first) {
  ASSERT_EQ(open({0}), "");
  close();
  ASSERT_TRUE(disk(0).make_directory("__cluster_metadata-0").ok());
  EXPECT_EQ(open({0, 1}), "");
  close();
  EXPECT_THAT(open({1, 0}), HasSubstr("has the metadata log"));
}

// A start that the power ends at any place is repeated, and nobody has become somebody else.
TEST_F(DataDirectories, are_formatted_whole_or_again) {
  for (uint64_t cut = 0; cut < 40; ++cut) {
    close();
    disks_.clear();
    entropy_ = sim::SeededEntropy(cut + 1);
    disk(0).cut_power_after(cut / 2);
    disk(1).cut_power_after(cut);
    const bool opened = open({0, 1}).empty();
    const std::string cluster = opened_.cluster_id;
    close();
    disk(0).crash();
    disk(1).crash();
    ASSERT_EQ(open({0, 1}), "") << cut;
    EXPECT_TRUE(!opened || opened_.cluster_id == cluster) << cut;
    const std::string again = opened_.cluster_id;
    ASSERT_EQ(open({0, 1}), "") << cut;
    EXPECT_EQ(opened_.cluster_id, again) << cut;
  }
}

TEST(MetaProperties, are_read_as_kafka_writes_them) {
  const auto read = decode_meta_properties(BytesView::of(kText));
  ASSERT_TRUE(read.ok());
  BytesBuffer out;
  encode_meta_properties(*read, out);
  EXPECT_EQ(out.view().text(), kText);
  EXPECT_TRUE(decode_meta_properties(BytesView::of(std::string(kText) + "later.release=knows\n")).ok());
}

TEST(MetaProperties, that_say_too_little_or_nonsense_are_refused) {
  const auto with = [](std::string_view line, std::string_view instead) {
    std::string text(kText);
    text.replace(text.find(line), line.size(), instead);
    return decode_meta_properties(BytesView::of(text)).ok();
  };
  EXPECT_TRUE(with("version=1", "version=1"));
  for (const char* bad : {"version=0", "version=2", "version=", "x=1", "version=1x"})
    EXPECT_FALSE(with("version=1", bad));
  for (const char* bad : {"node.id=-1", "node.id=", "node.id=2147483648", "node.id=a", "x=1"})
    EXPECT_FALSE(with("node.id=1", bad)) << bad;
  for (const char* bad : {"cluster.id=", "cluster.id=a b", "x=1"})
    EXPECT_FALSE(with("cluster.id=oB5Jn0GIQ6C3JYtFDsb9Ag", bad)) << bad;
  for (const char* bad : {"directory.id=", "directory.id=AAAAAAAAAAAAAAAAAAAAAA", "directory.id=short", "x=1"})
    EXPECT_FALSE(with("directory.id=9rBc2V5SQPe7rH2Fq1tWug", bad)) << bad;
  EXPECT_FALSE(decode_meta_properties(BytesView()).ok());
}

}  // namespace
}  // namespace ottla
