// A directory that goes with its owner, and what is left of owners that were killed.
#include "cluster/embedded/ephemeral_directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <vector>

#include "core/os/other_process_testing.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

namespace fs = std::filesystem;

// TMPDIR for one test.
class EphemeralDirectoryTest : public testing::Test {
 protected:
  EphemeralDirectoryTest() { ::setenv("TMPDIR", temporary_.path().c_str(), 1); }
  ~EphemeralDirectoryTest() override { ::unsetenv("TMPDIR"); }

  [[nodiscard]] size_t count() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(temporary_.path()), fs::directory_iterator()));
  }
  static void write_file(const std::string& path) { std::ofstream(path) << "something"; }

  TemporaryDirectory temporary_;
};

TEST_F(EphemeralDirectoryTest, goes_with_its_owner_and_all_that_is_in_it) {
  {
    const auto directory = EphemeralDirectory::make();
    ASSERT_TRUE(directory.ok());
    fs::create_directories(directory->path() + "/node-1/topic-0");
    write_file(directory->path() + "/node-1/topic-0/00.log");
    EXPECT_EQ(count(), 1U);
    const auto mode = fs::status(directory->path()).permissions();
    EXPECT_EQ(mode & (fs::perms::group_all | fs::perms::others_all), fs::perms::none) << "nobody else looks into it";
  }
  EXPECT_EQ(count(), 0U);
}

TEST_F(EphemeralDirectoryTest, of_a_killed_process_is_removed_by_the_next) {
  OtherProcess other([](const auto& tell) {
    const auto directory = EphemeralDirectory::make();
    write_file(directory->path() + "/left");
    tell();
    ::pause();
    return true;
  });
  ASSERT_TRUE(other.wait_until_told());
  { const auto beside = EphemeralDirectory::make(); }
  EXPECT_EQ(count(), 1U) << "it is in use";
  other.kill();
  EXPECT_EQ(count(), 1U);
  { const auto next = EphemeralDirectory::make(); }
  EXPECT_EQ(count(), 0U);
}

TEST_F(EphemeralDirectoryTest, touches_only_what_looks_like_one) {
  fs::create_directory(temporary_ / "ottla-cluster-");
  fs::create_directory(temporary_ / "ottla-cluster-abc");
  fs::create_directory(temporary_ / "ottla-cluster-abcdefg");
  fs::create_directory(temporary_ / "somebodys");
  write_file(temporary_ / "ottla-cluster-abcdef");  // a file
  fs::create_directory_symlink(temporary_ / "somebodys", temporary_ / "ottla-cluster-ghijkl");
  write_file(temporary_ / "somebodys/file");
  { const auto directory = EphemeralDirectory::make(); }
  EXPECT_EQ(count(), 6U);
  EXPECT_TRUE(fs::exists(temporary_ / "somebodys/file"));
  fs::create_directory(temporary_ / "ottla-cluster-zyxwvu");
  { const auto directory = EphemeralDirectory::make(); }
  EXPECT_FALSE(fs::exists(temporary_ / "ottla-cluster-zyxwvu")) << "this one was abandoned";
}

TEST_F(EphemeralDirectoryTest, leaves_alone_what_somebody_keeps_under_such_a_name) {
  fs::create_directory(temporary_ / "ottla-cluster-mydata");
  write_file(temporary_ / "ottla-cluster-mydata/.lock");
  { const auto directory = EphemeralDirectory::make(); }
  EXPECT_TRUE(fs::exists(temporary_ / "ottla-cluster-mydata/.lock"));
  write_file(temporary_ / "ottla-cluster-mydata/.ottla-ephemeral");
  { const auto directory = EphemeralDirectory::make(); }
  EXPECT_EQ(count(), 0U) << "with the mark it was abandoned";
}

// Half of them make and remove while the others do: nobody loses what is his, and nothing is left.
TEST_F(EphemeralDirectoryTest, is_its_owners_alone_however_many_there_are) {
  std::vector<std::thread> threads;
  std::atomic<int> lost = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const auto directory = EphemeralDirectory::make();
        if (!directory.ok()) {
          ++lost;
          continue;
        }
        write_file(directory->path() + "/mine");
        std::this_thread::yield();
        if (!fs::exists(directory->path() + "/mine")) ++lost;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(count(), 0U);
}

TEST_F(EphemeralDirectoryTest, is_found_when_the_process_goes_elsewhere) {
  const fs::path before = fs::current_path();
  fs::current_path(temporary_.path());
  ::setenv("TMPDIR", ".", 1);
  auto directory = EphemeralDirectory::make();
  fs::current_path(before);
  ASSERT_TRUE(directory.ok());
  EXPECT_TRUE(fs::path(directory->path()).is_absolute());
  EXPECT_TRUE(fs::exists(directory->path()));
  EXPECT_TRUE(directory->remove().ok());
  EXPECT_EQ(count(), 0U);
  EXPECT_TRUE(directory->remove().ok()) << "twice";
}

TEST_F(EphemeralDirectoryTest, says_where_it_could_not_be_made) {
  ::setenv("TMPDIR", (temporary_ / "nowhere").c_str(), 1);
  const auto directory = EphemeralDirectory::make();
  ASSERT_FALSE(directory.ok());
  EXPECT_EQ(directory.error().cause, IoError::not_found);
  EXPECT_NE(directory.error().text.find(temporary_ / "nowhere"), std::string::npos) << directory.error().text;
}

}  // namespace
}  // namespace ottla
