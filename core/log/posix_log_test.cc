// The log on the operating system's disk: what the simulated one cannot show.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base/alloc_count_testing.h"
#include "core/log/log_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla::log_testing {
namespace {

class PosixLog : public ::testing::Test {
 protected:
  PosixLog() : disk_(PosixDisk::open(directory_.path()).value()) { start(); }
  ~PosixLog() override {
    jobs_.drop_all();
    logs_.reset();
  }
  void start() {
    logs_.reset();
    logs_ = LogDirectory::start(*disk_, jobs_, lines_, marks_, entropy_, options_, Instant()).value();
  }
  void settle() {
    do {
      while (jobs_.count() > 0) {
        if (auto done = jobs_.step()) logs_->completed(done->first, std::move(done->second));
      }
      logs_->sync();
    } while (jobs_.count() > 0);
  }
  Bytes batch(size_t size) {
    BytesBuffer out;
    const std::string value(size, 'v');
    BatchBuilder builder;
    builder.start({}, out);
    builder.append({.timestamp = Timestamp::from_ms(1000), .value = BytesView::of(value)});
    builder.finish();
    return out.freeze();
  }
  static LeaderAppend append_of(const Bytes& bytes) {
    return {.batch = bytes, .epoch = LeaderEpoch(0), .max_timestamp = Timestamp::from_ms(1000)};
  }

  TemporaryDirectory directory_;
  std::unique_ptr<PosixDisk> disk_;
  TestJobs jobs_;
  Marks marks_;
  sim::SimLog lines_;
  sim::SeededEntropy entropy_{1};
  LogDirectoryOptions options_;
  std::unique_ptr<LogDirectory> logs_;
};

TEST_F(PosixLog, appends_syncs_and_starts_again) {
  Log& log = **logs_->create({"t", PartitionIndex(0)}, LogWorld::topic_id("t"), options_.settings);
  const Bytes sent = batch(1000);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(log.append_as_leader(append_of(sent)).ok());
  EXPECT_EQ(log.durable_end(), Offset(0));
  settle();
  EXPECT_EQ(log.durable_end(), Offset(100));
  start();
  Log* again = logs_->find({"t", PartitionIndex(0)});
  ASSERT_NE(again, nullptr);
  again->load();
  settle();
  ASSERT_EQ(again->state(), LogState::ready) << again->trouble();
  EXPECT_EQ(again->log_end(), Offset(100));
  const auto read = again->read({.offset = Offset(42), .end = Offset(100), .size_max = 1 << 20, .may_block = true});
  ASSERT_TRUE(read.ok() && !read->needs_cold_read);
  EXPECT_EQ(LogWorld::values_of(read->records).size(), 58U);
}

// A slice is sent by the loop, which must not wait for the disk: batches that were read before may have left memory since.
TEST_F(PosixLog, a_slice_whose_middle_has_left_memory_is_cold) {
  Log& log = **logs_->create({"t", PartitionIndex(0)}, LogWorld::topic_id("t"), options_.settings);
  const Bytes sent = batch(4'000'000);  // the system may forget no less than 2 MiB at once
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log.append_as_leader(append_of(sent)).ok());
  settle();
  const ReadRequest request{.offset = Offset(0), .end = Offset(3), .size_max = 16 << 20};
  const auto warm = log.read(request);
  ASSERT_TRUE(warm.ok() && !warm->needs_cold_read);
  EXPECT_EQ(LogWorld::values_of(warm->records).size(), 3U);
  const File& file = *warm->records.file;
  ASSERT_EQ(::posix_fadvise(file.descriptor(), 5'000'000, 5'000'000, POSIX_FADV_DONTNEED), 0);
  uint8_t byte = 0;
  if (file.read_cached(7'500'000, {&byte, 1}).ok()) GTEST_SKIP() << "this file system keeps it in memory";
  const auto cold = log.read(request);
  ASSERT_TRUE(cold.ok());
  EXPECT_TRUE(cold->needs_cold_read);
  ReadRequest patient = request;
  patient.may_block = true;
  const auto waited = log.read(patient);
  ASSERT_TRUE(waited.ok() && !waited->needs_cold_read);
  EXPECT_EQ(waited->records.size, warm->records.size);
}

// du's view of the active segment and of the one before it.
TEST_F(PosixLog, reserves_room_ahead_of_a_growing_segment_and_gives_it_back_when_it_closes) {
  LogSettings settings;
  settings.segment_size_max = 8 << 20;
  Log& log =
      **logs_->create({"t", PartitionIndex(0)}, LogWorld::topic_id("t"), std::make_shared<const LogSettings>(settings));
  const auto allocated = [&](const char* base) {
    struct stat status {};
    EXPECT_EQ(::stat((directory_.path() + "/t-0/" + base + ".log").c_str(), &status), 0);
    return static_cast<int64_t>(status.st_blocks) * 512;
  };
  const std::string first = "00000000000000000000";
  const Bytes small = batch(1000);
  ASSERT_TRUE(log.append_as_leader(append_of(small)).ok());
  EXPECT_LT(allocated(first.c_str()), 100'000) << "a small one reserves nothing";
  const Bytes sent = batch(700'000);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log.append_as_leader(append_of(sent)).ok());
  const auto probe = disk_->create("probe");
  ASSERT_TRUE(probe.ok());
  if (const auto reserved = (*probe)->preallocate(4096); !reserved.ok() && reserved.error() == IoError::unsupported) {
    GTEST_SKIP() << "this file system reserves nothing";
  }
  EXPECT_GT(marks_.count(Mark::reserved_ahead), 0U);
  EXPECT_GT(allocated(first.c_str()), log.active().size() + 500'000);
  EXPECT_LE(allocated(first.c_str()), 2 * log.active().size() + 100'000) << "no more than it has";
  ASSERT_TRUE(log.roll().ok());
  EXPECT_LT(allocated(first.c_str()), log.segment(0).size() + 100'000);

  // What a killed process reserved goes when the segment closes.
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(log.append_as_leader(append_of(sent)).ok());
  settle();
  start();
  Log& again = *logs_->find({"t", PartitionIndex(0)});
  again.load();
  settle();
  ASSERT_EQ(again.state(), LogState::ready) << again.trouble();
  ASSERT_EQ(again.log_end(), Offset(7));
  const char* second = "00000000000000000004";
  EXPECT_GT(allocated(second), again.active().size() + 500'000);
  ASSERT_TRUE(again.roll().ok());
  EXPECT_LT(allocated(second), again.segment(1).size() + 100'000);

  // A stop gives it back, too, and so does who is told that the disk is full.
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(again.append_as_leader(append_of(sent)).ok());
  const char* third = "00000000000000000007";
  EXPECT_GT(allocated(third), again.active().size() + 500'000);
  logs_->ran_out_of_space();
  EXPECT_LT(allocated(third), again.active().size() + 100'000);
  ASSERT_TRUE(again.append_as_leader(append_of(sent)).ok());
  EXPECT_LT(allocated(third), again.active().size() + 100'000) << "not again so soon";
  logs_->tick(Instant() + Duration::from_s(100), Timestamp::from_ms(1000));
  settle();
  ASSERT_TRUE(again.append_as_leader(append_of(sent)).ok());
  EXPECT_GT(allocated(third), again.active().size() + 500'000);
  settle();
  start();
  Log& last = *logs_->find({"t", PartitionIndex(0)});
  last.load();
  settle();
  EXPECT_GT(allocated(third), last.active().size() + 500'000) << "a killed process's";
  logs_->stop();
  settle();
  ASSERT_TRUE(logs_->stopped());
  EXPECT_LT(allocated(third), last.active().size() + 100'000);
}

TEST_F(PosixLog, an_append_allocates_nothing) {
  Log& log = **logs_->create({"t", PartitionIndex(0)}, LogWorld::topic_id("t"), options_.settings);
  const Bytes sent = batch(100);
  // The ring of unsynced batches and the sums and indexes grow by doubling: past that, nothing is asked for.
  for (int i = 0; i < 520; ++i) ASSERT_TRUE(log.append_as_leader(append_of(sent)).ok());
  settle();
  const AllocCount count;
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(log.append_as_leader(append_of(sent)).ok());
  // 500 batches of 168 bytes fill 21 intervals of the sparse index, whose array doubles at most once for each index.
  EXPECT_LE(count.so_far(), 2U);
}

}  // namespace
}  // namespace ottla::log_testing
