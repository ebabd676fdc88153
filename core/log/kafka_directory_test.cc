// A partition with something of everything and one that was compacted, on the real disk. With OTTLA_KEEP_DIRECTORY set it stays there, for Kafka's
// own tool to read: bindings-tests/kafka/dump_test.py.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "core/io/whole_file.h"
#include "core/log/cleaner.h"
#include "core/log/log_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla::log_testing {
namespace {

Bytes compressed(LogWorld& world, CompressionType compression) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.compression = compression}, out);
  const HeaderView headers[] = {{BytesView::of("trace"), BytesView::of("abc")}, {BytesView::of("none"), std::nullopt}};
  const std::string long_value(300, 'o');
  builder.append({.timestamp = world.wall, .key = BytesView::of("k"), .value = BytesView::of(long_value)});
  builder.append({.timestamp = world.wall + Duration::from_ms(3), .headers = headers});
  builder.finish();
  return out.freeze();
}

void pass_time(LogWorld& world) { world.wall = world.wall + Duration::from_ms(7); }

void write_one_batch_of_each_codec(LogWorld& world, Log& log) {
  for (size_t codec = 0; codec < kCompressionTypeCount; ++codec) {
    pass_time(world);
    const Timestamp latest = world.wall + Duration::from_ms(3);
    ASSERT_TRUE(log.append_as_leader({.batch = compressed(world, static_cast<CompressionType>(codec)),
                                      .epoch = world.epoch,
                                      .max_timestamp = latest,
                                      .now = world.wall})
                    .ok());
  }
}

void write_sequences(LogWorld& world, Log& log, ProducerId id) {
  for (int32_t batch = 0; batch < 8; ++batch) {
    pass_time(world);
    world.append(log, {"key=" + std::string(200, 'x'), "other=" + std::to_string(batch), "gone=-"},
                 {.id = id, .epoch = ProducerEpoch(0), .sequence = Sequence(3 * batch)});
  }
}

void write_transactions(LogWorld& world, Log& log, ProducerId id) {
  int32_t sequence = 0;
  for (const bool commit : {true, false, true, false}) {
    for (int batch = 0; batch < 2; ++batch) {
      pass_time(world);
      world.append(log, {commit ? "committed" : "aborted"},
                   {.id = id, .epoch = ProducerEpoch(3), .sequence = Sequence(sequence++), .transactional = true});
    }
    pass_time(world);
    world.end_transaction(log, commit, id, ProducerEpoch(3));
  }
}

// Tombstones, transactions of both kinds, producers whose last batch is superseded: what compaction leaves of them are
// batches with gaps, with a delete horizon, and without any record.
void write_and_compact(LogWorld& world, Log& log) {
  for (int i = 0; i < 40; ++i) {
    pass_time(world);
    const std::string number = std::to_string(i);
    world.append(log, {"k" + std::to_string(i % 6) + "=" + number + std::string(40, '.'), "once " + number + "=here"},
                 {.id = ProducerId(21 + i / 20), .epoch = ProducerEpoch(0), .sequence = Sequence(2 * (i % 20))});
    if (i % 8 == 5) world.append(log, {"k" + std::to_string(i % 6) + "=-"});
    if (i % 8 == 7) write_one_batch_of_each_codec(world, log);
  }
  write_transactions(world, log, ProducerId(25));
  world.append(log, {"k0=new", "k1=new", "k2=-"});
  ASSERT_TRUE(log.roll().ok());
  world.append(log, {"k3=active"});
  world.settle();

  sim::SeededEntropy entropy(1);
  Cleaner cleaner(world.directory(), world.jobs, entropy, {});
  world.other_owner = [&](JobId id, Job& job) { return cleaner.completed(id, job, world.now); };
  const Cleaner::Subject subject{log.partition(), log.log_end()};
  const int64_t size = log.size();
  for (int tick = 0; tick < 60 && cleaner.passes_count() == 0; ++tick) {
    cleaner.tick({&subject, 1}, world.wall, world.now);
    world.settle();
  }
  world.other_owner = nullptr;
  ASSERT_EQ(cleaner.passes_count(), 1U);
  ASSERT_LT(log.size(), size);
}

void copy(Disk& from, Disk& to, const std::string& folder) {
  const auto entries = from.list(folder);
  ASSERT_TRUE(entries.ok());
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.is_directory) {
      ASSERT_TRUE(to.make_directory(path).ok());
      copy(from, to, path);
      continue;
    }
    const auto bytes = read_whole_file(from, path, 1 << 20);
    ASSERT_TRUE(bytes.ok()) << path;
    const auto file = to.create(path);
    ASSERT_TRUE(file.ok()) << path;
    ASSERT_TRUE(file.value()->write(0, bytes->view()).ok()) << path;
  }
}

size_t count_files(const std::filesystem::path& folder, std::string_view suffix) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().string().ends_with(suffix) && entry.file_size() > 0) ++count;
  }
  return count;
}

TEST(KafkaDirectory, holds_something_of_everything) {
  LogSettings settings;
  settings.segment_size_max = 1'500;
  settings.index_interval = 300;
  settings.file_delete_delay = Duration();
  settings.min_cleanable_dirty_ratio = 0;
  LogWorld world(7, settings);
  Log& log = world.create("written");
  write_one_batch_of_each_codec(world, log);
  write_sequences(world, log, ProducerId(11));
  write_transactions(world, log, ProducerId(12));
  world.epoch = LeaderEpoch(4);
  ASSERT_TRUE(log.begin_epoch(world.epoch).ok());
  const Offset kept = log.log_end();
  world.append(log, {"never acknowledged"});
  world.truncate(log, kept);
  write_sequences(world, log, ProducerId(13));
  write_transactions(world, log, ProducerId(14));
  world.append(log, {"in an open transaction"},
               {.id = ProducerId(15), .epoch = ProducerEpoch(0), .sequence = Sequence(0), .transactional = true});
  LogSettings compacts = settings;
  compacts.compacts = true;
  compacts.deletes = false;
  const auto compacted = world.directory().create({"compacted", PartitionIndex(0)}, LogWorld::topic_id("compacted"),
                                                  std::make_shared<const LogSettings>(compacts));
  ASSERT_TRUE(compacted.ok());
  write_and_compact(world, **compacted);
  if (HasFailure()) return;
  world.restart();
  EXPECT_GT(world.read(world.ready("compacted")).values.size(), 40U);
  const auto values = world.read(world.ready("written")).values;
  ASSERT_EQ(values.size(), 2 * 5 + 2 * 3 * 8 + 2 * 8 + 1U);

  TemporaryDirectory scratch;
  const char* keep = std::getenv("OTTLA_KEEP_DIRECTORY");
  const std::string path = keep == nullptr ? scratch.path() : keep;
  auto disk = PosixDisk::open(path);
  ASSERT_TRUE(disk.ok()) << describe(disk.error(), path);
  copy(world.disk, **disk, "");

  const std::filesystem::path folder = path + "/written-0";
  EXPECT_GT(count_files(folder, ".log"), 3U);
  EXPECT_GT(count_files(folder, ".index"), 3U);
  EXPECT_GT(count_files(folder, ".timeindex"), 3U);
  EXPECT_GT(count_files(folder, ".txnindex"), 1U);
  EXPECT_GT(count_files(folder, ".snapshot"), 0U);
  EXPECT_EQ(count_files(folder, "leader-epoch-checkpoint"), 1U);
  EXPECT_EQ(count_files(folder, "partition.metadata"), 1U);
  EXPECT_EQ(count_files(folder, "ottla.sums"), 1U);
  EXPECT_EQ(count_files(path, "ottla.checkpoint"), 1U);
  EXPECT_GT(count_files(path + "/compacted-0", ".log"), 1U);
}

}  // namespace
}  // namespace ottla::log_testing
