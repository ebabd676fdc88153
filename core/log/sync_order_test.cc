// What a promise rests on, seen from outside the process: for every acknowledged append under `persisted`, a sync of its
// file that began after its write and returned before the acknowledgement. A killed process proves nothing of the kind,
// for the page cache outlives it; strace sees the system calls themselves.
#include <fcntl.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "core/log/log_testing.h"
#include "core/os/file_descriptor.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla::log_testing {
namespace {

constexpr const char* kTracedTest = "SyncOrder.acknowledges_what_was_synced";
constexpr int kAppends = 200;

// Appends to several partitions whose segments roll, some of them while a sync round runs, and says to /dev/null which of
// its appends are acknowledged: the first is number 0.
class Producer {
 public:
  Producer() : disk_(PosixDisk::open(directory_.path()).value()), null_(::open("/dev/null", O_WRONLY | O_CLOEXEC)) {
    LogSettings settings;
    settings.segment_size_max = 1000;
    settings.file_delete_delay = Duration();
    LogDirectoryOptions options;
    options.settings = std::make_shared<const LogSettings>(settings);
    logs_ = LogDirectory::start(*disk_, jobs_, lines_, marks_, entropy_, options, Instant()).value();
    for (int i = 0; i < 3; ++i) {
      created_.push_back(*logs_->create({"t", PartitionIndex(i)}, LogWorld::topic_id("t"), options.settings));
    }
  }
  ~Producer() {
    jobs_.drop_all();
    logs_.reset();
  }

  void live() {
    Prng prng(1);
    while (appended_ < kAppends || !waiting_.empty()) {
      if (appended_ < kAppends && prng.chance(1, 2)) append(*created_[prng.below(created_.size())]);
      if (prng.chance(1, 4)) logs_->sync();
      if (jobs_.count() > 0) {
        if (auto done = jobs_.step(prng.below(jobs_.count()))) logs_->completed(done->first, std::move(done->second));
      }
      acknowledge();
    }
  }

 private:
  void append(Log& log) {
    BytesBuffer out;
    BatchBuilder builder;
    const std::string value = "value " + std::to_string(appended_);
    builder.start({}, out);
    builder.append({.timestamp = Timestamp::from_ms(1000), .value = BytesView::of(value)});
    builder.finish();
    const auto appended = log.append_as_leader(
        {.batch = out.freeze(), .epoch = LeaderEpoch(0), .max_timestamp = Timestamp::from_ms(1000)});
    ASSERT_TRUE(appended.ok());
    waiting_[appended_++] = {&log, appended->last_offset + 1};
  }
  void acknowledge() {
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      const auto& [log, end] = one->second;
      if (log->durable_end() < end) {
        ++one;
        continue;
      }
      const std::string line = "acknowledged " + std::to_string(one->first);
      ASSERT_EQ(::write(null_.number(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
      one = waiting_.erase(one);
    }
  }

  TemporaryDirectory directory_;
  std::unique_ptr<PosixDisk> disk_;
  FileDescriptor null_;
  TestJobs jobs_;
  Marks marks_;
  sim::SimLog lines_;
  sim::SeededEntropy entropy_{1};
  std::unique_ptr<LogDirectory> logs_;
  std::vector<Log*> created_;
  std::map<int, std::pair<Log*, Offset>> waiting_;
  int appended_ = 0;
};

TEST(SyncOrder, acknowledges_what_was_synced) { Producer().live(); }

// Runs that test under strace; what strace said where it could not.
std::string trace_into(const std::string& path) {
  const std::string own = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string filter = std::string("--gtest_filter=") + kTracedTest;
  const std::string said = path + ".said";
  const pid_t child = ::fork();
  if (child == 0) {
    const int out = ::open(said.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);  // the leak sanitizer traces, too, and there can be only one
    ::execlp("strace", "strace", "-y", "-o", path.c_str(), "-e",
             "trace=openat,pwrite64,pwritev,fsync,fdatasync,syncfs,write", own.c_str(), filter.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  std::ifstream in(said);
  return "strace ended with " + std::to_string(WEXITSTATUS(status)) + ": " +
         std::string(std::istreambuf_iterator<char>(in), {});
}

// The trace, read line by line: what was written, and since when what is durable.
class Trace {
 public:
  void read(const std::string& line) {
    ++now_;
    static const std::regex opened(R"re(openat\(.*O_CREAT.*= \d+<(.*)>)re");
    static const std::regex written(R"re(pwrite(?:v|64)\(\d+<(.*?\.log)>.* = (\d+))re");
    static const std::regex synced(R"re((?:fdatasync|fsync)\(\d+<(.*?)>\) += 0)re");
    static const std::regex told(R"re(write\(\d+<.*>, "acknowledged (\d+)")re");
    std::smatch found;
    if (std::regex_search(line, found, opened)) {
      created_[found[1]] = now_;
    } else if (std::regex_search(line, found, written)) {
      writes_.push_back({found[1], now_});
    } else if (std::regex_search(line, found, synced)) {
      syncs_[found[1]] = now_;
    } else if (std::regex_search(line, found, told)) {
      acknowledged(std::stoul(found[1]));
    }
  }
  [[nodiscard]] size_t acknowledged_count() const { return acknowledged_count_; }
  [[nodiscard]] size_t file_count() const {
    std::map<std::string, int> files;
    for (const Write& one : writes_) ++files[one.path];
    return files.size();
  }

 private:
  struct Write {
    std::string path;
    size_t at = 0;
  };
  void acknowledged(size_t append) {
    ++acknowledged_count_;
    ASSERT_LT(append, writes_.size()) << "acknowledged before it was written";
    const auto& [path, at] = writes_[append];
    EXPECT_GT(syncs_[path], at) << "append " << append << " to " << path << " is acknowledged, and was not synced";
    const std::string folder = path.substr(0, path.rfind('/'));
    EXPECT_GT(syncs_[folder], created_[path]) << "append " << append << ": the name of " << path << " is not durable";
    const std::string parent = folder.substr(0, folder.rfind('/'));
    EXPECT_GT(syncs_[parent], 0U) << "nor is that of " << folder;
  }

  size_t now_ = 0;  // a system call a tick; one thread, so each has returned when the next begins
  std::map<std::string, size_t> created_;
  std::vector<Write> writes_;            // to segments, one an append
  std::map<std::string, size_t> syncs_;  // the last that succeeded, of a file or a directory
  size_t acknowledged_count_ = 0;
};

TEST(SyncOrder, strace_shows_a_sync_between_every_write_and_its_acknowledgement) {
  if (std::system("strace -V > /dev/null 2>&1") != 0) GTEST_SKIP() << "strace is not installed";
  TemporaryDirectory directory;
  const std::string trouble = trace_into(directory / "trace");
  if (trouble.find("ptrace") != std::string::npos) {
    GTEST_SKIP() << "this machine cannot let one process trace another: " << trouble;
  }
  ASSERT_EQ(trouble, "");
  Trace trace;
  std::ifstream in(directory / "trace");
  for (std::string line; std::getline(in, line);) trace.read(line);
  EXPECT_EQ(trace.acknowledged_count(), static_cast<size_t>(kAppends));
  EXPECT_GT(trace.file_count(), 10U);
  std::printf("%zu acknowledged appends to %zu files\n", trace.acknowledged_count(), trace.file_count());
}

// The test of the test: acknowledged without a sync, after a sync of something else, after one that failed, and after one
// that came before the write.
TEST(SyncOrder, would_be_seen_to_be_wrong) {
  const std::vector<std::string> sound = {
      R"(openat(4</d>, "t-0/1.log", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = 5</d/t-0/1.log>)",
      R"(pwritev(5</d/t-0/1.log>, [{iov_base="x", iov_len=61}], 1, 0) = 61)",
      "fsync(6</d>) = 0",
      "fdatasync(5</d/t-0/1.log>) = 0",
      "fsync(6</d/t-0>) = 0",
      R"(write(3</dev/null>, "acknowledged 0", 14) = 14)"};
  const auto flaws_of = [](const std::vector<std::string>& lines) {
    ::testing::TestPartResultArray flaws;
    const ::testing::ScopedFakeTestPartResultReporter reporter(&flaws);
    Trace trace;
    for (const std::string& line : lines) trace.read(line);
    return flaws.size();
  };
  EXPECT_EQ(flaws_of(sound), 0);
  for (const size_t sync : {2U, 3U, 4U}) {
    auto lines = sound;
    lines[sync] = "";
    EXPECT_EQ(flaws_of(lines), 1) << sync;
    lines[sync] = sound[sync].substr(0, sound[sync].size() - 1) + "-1 EIO (Input/output error)";
    EXPECT_EQ(flaws_of(lines), 1) << sync;
  }
  auto lines = sound;
  std::swap(lines[1], lines[3]);
  EXPECT_EQ(flaws_of(lines), 1);
}

}  // namespace
}  // namespace ottla::log_testing
