// kill -9 in the middle of producing, fifty times over the same directory.
#include <gtest/gtest.h>

#include "cluster/node/held_disk_testing.h"
#include "cluster/node/kill_rounds_testing.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

constexpr int kRounds = 50;

IoResult<std::unique_ptr<Disk>> open_held_disk(const std::string& directory) {
  OTTLA_TRY(std::unique_ptr<Disk> base, open_posix_disk(directory));
  OTTLA_TRY(std::unique_ptr<Disk> disk, HeldDisk::open(std::move(base)));
  return disk;
}

KillRounds::Counts live(KillRounds::Options options) {
  const TemporaryDirectory directory;
  options.directory = directory / "data";
  // Small segments, so that kills come while one is rolled, sealed and checkpointed too.
  options.settings.push_back("log.segment.bytes=1048576");
  options.settings.push_back("log.flush.offset.checkpoint.interval.ms=20");
  KillRounds rounds(options);
  if (!rounds.start()) return {};
  for (int round = 0; round < kRounds; ++round) {
    if (!rounds.round()) {
      ADD_FAILURE() << "in round " << round << ", seed " << options.seed;
      return {};
    }
  }
  rounds.finish();
  const KillRounds::Counts counts = rounds.counts();
  if (options.promise == KillRounds::Promise::acknowledged) {
    EXPECT_GE(counts.cut_off, kRounds / 5) << "kills came between requests";
  }
  EXPECT_GE(counts.acknowledged, uint64_t{100} * kRounds);
  return counts;
}

TEST(KilledNode, has_every_acknowledged_record_in_order_once) {
  live({.settings = {"ottla.default.durability=persisted"}, .seed = 11});
}

// The system has the pages that a killed process wrote, so nothing is lost here either; power cuts are another matter.
TEST(KilledNode, serves_nothing_torn_where_records_are_only_replicated) {
  live({.settings = {"ottla.default.durability=replicated"}, .seed = 12});
}

// What the process wrote and did not sync is gone with it: this is what proves the sync before the answer.
TEST(KilledNode, has_every_acknowledged_record_when_unsynced_writes_are_lost) {
  live({.settings = {"ottla.default.durability=persisted"}, .open_disk = open_held_disk, .seed = 13});
}

TEST(KilledNode, serves_nothing_torn_when_unsynced_writes_are_lost) {
  const auto counts = live({.settings = {"ottla.default.durability=replicated"},
                            .open_disk = open_held_disk,
                            .promise = KillRounds::Promise::whole,
                            .seed = 14});
  EXPECT_GT(counts.lost, 0u) << "the disk holds nothing back";
}

}  // namespace
}  // namespace ottla
