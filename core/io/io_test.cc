#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/io/disk.h"
#include "core/io/job.h"

namespace ottla {
namespace {

TEST(IoError, every_code_and_operation_has_a_text_of_its_own) {
  std::set<std::string_view> texts;
  for (uint8_t code = IoError::io; code <= IoError::unsupported; ++code) {
    EXPECT_TRUE(texts.insert(text(static_cast<IoError::Code>(code))).second) << int{code};
  }
  texts.clear();
  for (size_t operation = 0; operation < kIoOperationCount; ++operation) {
    EXPECT_TRUE(texts.insert(text(static_cast<IoOperation>(operation))).second) << operation;
  }
}

TEST(IoError, is_compared_by_code_and_described_with_path_and_number) {
  const IoError error(IoError::no_space, IoOperation::write, 28);
  EXPECT_TRUE(error == IoError::no_space);
  EXPECT_TRUE(error != IoError::io);
  EXPECT_FALSE(error == IoError(IoError::no_space));
  EXPECT_EQ(describe(error, "t-0/0.log"), "write t-0/0.log: no space left (errno 28)");
  EXPECT_EQ(describe(IoError(IoError::locked, IoOperation::lock), ""), "lock .: in use by another process");
}

TEST(Paths, cannot_leave_the_data_directory) {
  for (const std::string_view good : {"", "a", "a/b", "t-0/00000000000000000000.log", "...", ".lock", "a..b", "-"}) {
    EXPECT_TRUE(is_disk_path(good)) << good;
  }
  for (const std::string_view bad : {"/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "./a"}) {
    EXPECT_FALSE(is_disk_path(bad)) << bad;
  }
  EXPECT_FALSE(is_disk_path(std::string_view("a\0b", 3)));
}

TEST(Paths, have_a_parent_and_a_name) {
  EXPECT_EQ(parent_path("a/b/c"), "a/b");
  EXPECT_EQ(parent_path("a"), "");
  EXPECT_EQ(last_name("a/b/c"), "c");
  EXPECT_EQ(last_name("a"), "a");
}

TEST(FileSlice, is_cut_like_bytes) {
  const FileSlice slice{nullptr, 100, 50};
  EXPECT_EQ(slice.from(10).position, 110);
  EXPECT_EQ(slice.from(10).size, 40);
  EXPECT_EQ(slice.from(50).size, 0);
  EXPECT_EQ(slice.first(7).position, 100);
  EXPECT_EQ(slice.first(7).size, 7);
  EXPECT_DEATH((void)slice.from(51), "skip=51");
  EXPECT_DEATH((void)slice.first(51), "count=51");
}

class SumUpTo final : public Job {
 public:
  static constexpr std::string_view kName = "sum";
  explicit SumUpTo(int last) : left_(last) {}
  Step step() override {
    sum_ += left_--;
    return left_ > 0 ? Step::more : Step::done;
  }
  std::string_view name() const override { return kName; }
  int sum() const { return sum_; }

 private:
  int left_;
  int sum_ = 0;
};

class OtherJob final : public Job {
 public:
  static constexpr std::string_view kName = "other";
  Step step() override { return Step::done; }
  std::string_view name() const override { return kName; }
};

TEST(Job, runs_to_its_end_and_comes_back_as_what_it_was) {
  const JobResult result = std::make_unique<SumUpTo>(4);
  run_to_end(*result);
  EXPECT_EQ(finished<SumUpTo>(*result).sum(), 10);
}

TEST(Job, is_not_mistaken_for_another) {
  const JobResult result = std::make_unique<SumUpTo>(1);
  run_to_end(*result);
  EXPECT_DEATH((void)finished<OtherJob>(*result), "other");
}

}  // namespace
}  // namespace ottla
