// What a log costs beside a program that does the same system calls and checksums and nothing else.
//
//   append     batches of 64 KiB and 1 MiB against a bare pwrite of the same bytes with a CRC32C of each
//   recovery   1 GiB without a checkpoint against reading the file with a CRC32C
//   start      10,000 empty partitions after a clean stop
#include <chrono>
#include <cstdio>
#include <string>

#include "core/base/crc32c.h"
#include "core/log/log_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace {

using namespace ottla;
using log_testing::LogWorld;
using log_testing::TestJobs;

double seconds_of(const auto& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Host {
  explicit Host(Disk& data_disk) : disk(data_disk) { start(); }
  ~Host() {
    jobs.drop_all();
    logs.reset();
  }
  void start() {
    logs.reset();
    logs = LogDirectory::start(disk, jobs, lines, marks, entropy, options, Instant()).value();
  }
  void run_jobs() {
    while (jobs.count() > 0) {
      if (auto done = jobs.step()) logs->completed(done->first, std::move(done->second));
    }
  }
  Log& create(int partition) {
    return **logs->create({"t", PartitionIndex(partition)}, LogWorld::topic_id("t"), options.settings);
  }

  Disk& disk;
  TestJobs jobs;
  Marks marks;
  sim::SimLog lines;
  sim::SeededEntropy entropy{1};
  LogDirectoryOptions options;
  std::unique_ptr<LogDirectory> logs;
};

Bytes batch_of(size_t size) {
  BytesBuffer out;
  const std::string value(size - 80, 'v');
  BatchBuilder builder;
  builder.start({}, out);
  builder.append({.timestamp = Timestamp::from_ms(1000), .value = BytesView::of(value)});
  builder.finish();
  return out.freeze();
}

void append_bench(size_t batch_size) {
  constexpr int64_t kTotal = int64_t{256} << 20;
  const Bytes batch = batch_of(batch_size);
  const auto count = static_cast<int>(kTotal / static_cast<int64_t>(batch.size()));
  double floor = 1e9;
  double ours = 1e9;
  volatile uint32_t seen = 0;
  for (int round = 0; round < 5; ++round) {
    {
      TemporaryDirectory directory;
      const auto disk = PosixDisk::open(directory.path()).value();
      const FilePtr file = disk->create("floor").value();
      int64_t position = 0;
      floor = std::min(floor, seconds_of([&] {
                         for (int i = 0; i < count; ++i) {
                           seen = crc32c(batch);
                           (void)file->write(position, batch).ok();
                           position += static_cast<int64_t>(batch.size());
                         }
                       }));
    }
    TemporaryDirectory directory;
    const auto disk = PosixDisk::open(directory.path()).value();
    Host host(*disk);
    Log& log = host.create(0);
    ours = std::min(ours, seconds_of([&] {
                      for (int i = 0; i < count; ++i) {
                        // The check of the batch that its way in makes: the same one checksum over its bytes.
                        seen = crc32c(batch);
                        const auto appended = log.append_as_leader(
                            {.batch = batch, .epoch = LeaderEpoch(0), .max_timestamp = Timestamp::from_ms(1000)});
                        OTTLA_ASSERT(appended.ok());
                      }
                    }));
  }
  std::printf("append   %7zu bytes: %6.0f MiB/s, bare pwrite with CRC %6.0f MiB/s, %3.0f %%\n", batch.size(),
              256 / ours, 256 / floor, 100 * floor / ours);
}

void recovery_bench() {
  TemporaryDirectory directory;
  const auto disk = PosixDisk::open(directory.path()).value();
  const Bytes batch = batch_of(64 * 1024);
  std::string path;
  {
    Host host(*disk);
    Log& log = host.create(0);
    while (log.active().size() + static_cast<int64_t>(batch.size()) < int64_t{1} << 30) {
      OTTLA_ASSERT(
          log.append_as_leader({.batch = batch, .epoch = LeaderEpoch(0), .max_timestamp = Timestamp::from_ms(1)}).ok());
    }
    path = log.folder() + "/" + log.active().file_name();
    host.logs->sync();
    host.run_jobs();
  }
  volatile uint32_t seen = 0;
  double floor = 1e9;
  double ours = 1e9;
  for (int round = 0; round < 3; ++round) {
    floor = std::min(floor, seconds_of([&] {
                       const FilePtr file = disk->open(path, Access::read).value();
                       BytesBuffer buffer;
                       buffer.resize(1 << 20);
                       for (int64_t at = 0;; at += 1 << 20) {
                         const size_t got = file->read(at, {buffer.data(), buffer.size()}).value();
                         if (got == 0) break;
                         seen = crc32c(buffer.view().first(got));
                       }
                     }));
    Host host(*disk);
    Log* log = host.logs->find({"t", PartitionIndex(0)});
    ours = std::min(ours, seconds_of([&] {
                      log->load();
                      host.run_jobs();
                    }));
    OTTLA_ASSERT(log->state() == LogState::ready);
  }
  std::printf("recovery of 1 GiB: %.2f s, reading it with a CRC %.2f s, %.2f times\n", ours, floor, ours / floor);
}

void start_bench() {
  TemporaryDirectory directory;
  const auto disk = PosixDisk::open(directory.path()).value();
  constexpr int kPartitions = 10'000;
  Host host(*disk);
  for (int i = 0; i < kPartitions; ++i) host.create(i);
  host.logs->write_checkpoints();
  host.run_jobs();
  const double seconds = seconds_of([&] { host.start(); });
  OTTLA_ASSERT(host.logs->partition_count() == kPartitions);
  std::printf("start of %d partitions: %.3f s; a dormant log is %zu bytes\n", kPartitions, seconds, sizeof(Log));
}

}  // namespace

int main() {
  append_bench(64 * 1024);
  append_bench(1024 * 1024);
  recovery_bench();
  start_bench();
  return 0;
}
