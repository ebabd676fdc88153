// One pass of compaction over 1,000,000 records of 10,000 keys, in batches of 100, on the simulated disk: what the pass
// itself costs, without a device.
#include <chrono>
#include <cstdio>
#include <string>

#include "core/base/prng.h"
#include "core/log/clean_testing.h"
#include "core/sim/sim_disk.h"

namespace {

using namespace ottla;
using log_testing::HandMadeLog;

void run(CompressionType compression, const char* name) {
  sim::SimDisk disk(1, {.write_back_per_mille = 0});
  HandMadeLog log(disk);
  Prng prng(1);
  constexpr int kRecords = 1'000'000;
  constexpr int kBatch = 100;
  const std::string value(100, 'v');
  for (int offset = 0; offset < kRecords; offset += kBatch) {
    log_testing::WrittenBatch batch;
    batch.compression = compression;
    for (int i = 0; i < kBatch; ++i) batch.records.emplace_back("key-" + std::to_string(prng.below(10'000)), value);
    log.write(batch);
    if (offset % 100'000 == 0) log.roll();
  }
  log.roll();
  int64_t size = 0;
  for (const CleanSource& source : log.sources()) size += source.facts.size;
  const auto start = std::chrono::steady_clock::now();
  const bool done = log.clean(Timestamp::from_ms(10'000));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const size_t left = HandMadeLog::read(disk).records.size();
  std::printf("%-5s %s %.2f s, %.0f records/s, %.0f MiB/s of log, %zu records left\n", name,
              done ? "done in" : "FAILED", seconds, kRecords / seconds, static_cast<double>(size) / seconds / (1 << 20),
              left);
}

}  // namespace

int main() {
  run(CompressionType::none, "none");
  run(CompressionType::lz4, "lz4");
}
