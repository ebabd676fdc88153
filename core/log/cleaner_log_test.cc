// The cleaner and retention over whole logs, with everything that a log does around them.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

#include "core/io/whole_file.h"
#include "core/log/cleaner.h"
#include "core/log/log_testing.h"
#include "core/log/retention.h"
#include "core/record/record_iterator.h"

namespace ottla::log_testing {
namespace {

LogSettings compacted() {
  LogSettings settings;
  settings.compacts = true;
  settings.deletes = false;
  settings.segment_size_max = 2000;
  settings.min_cleanable_dirty_ratio = 0.0;
  settings.delete_retention_ms = 1000;
  settings.file_delete_delay = Duration();
  return settings;
}

using Values = std::map<std::string, std::string>;

class CleanerWorld {
 public:
  explicit CleanerWorld(uint64_t seed, const LogSettings& settings = compacted())
      : world(seed, settings), entropy_(seed), prng_(seed) {
    world.create();
    world.settle();
    begin();
  }

  void begin() { cleaner = std::make_unique<Cleaner>(world.directory(), world.jobs, entropy_, Cleaner::Options{}); }

  Log& log() { return *world.directory().find({"t", PartitionIndex(0)}); }

  void put(const std::string& key, std::optional<std::string> value) {
    BatchBuilder builder;
    BytesBuffer out;
    builder.start({}, out);
    builder.append({.timestamp = world.wall,
                    .key = BytesView::of(key),
                    .value = value ? std::optional(BytesView::of(*value)) : std::nullopt});
    builder.finish();
    ASSERT_TRUE(
        log()
            .append_as_leader(
                {.batch = out.freeze(), .epoch = LeaderEpoch(0), .max_timestamp = world.wall, .now = world.wall})
            .ok());
    if (value) {
      model[key] = *value;
    } else {
      model.erase(key);
    }
  }
  void put_many(int count, int keys) {
    for (int i = 0; i < count; ++i) {
      const std::string key = "k" + std::to_string(prng_.below(static_cast<uint64_t>(keys)));
      if (prng_.chance(1, 6)) {
        put(key, std::nullopt);
      } else {
        put(key, "v" + std::to_string(next_++));
      }
    }
  }

  // Runs jobs, the cleaner's and the directory's, and sync rounds, until nothing is left to do.
  void settle() {
    for (int turn = 0; turn < 200; ++turn) {
      while (world.jobs.count() > 0) {
        auto done = world.jobs.step();
        if (!done) continue;
        if (!cleaner->completed(done->first, *done->second, world.now)) {
          world.directory().completed(done->first, std::move(done->second));
        }
      }
      world.directory().sync();
      if (world.jobs.count() == 0) return;
    }
  }
  void clean() {
    const Cleaner::Subject subject{{"t", PartitionIndex(0)}, log().log_end()};
    // A tick may have to bring a segment's indexes into memory first.
    const uint64_t passes = cleaner->passes_count();
    for (int tick = 0; tick < 60 && cleaner->passes_count() == passes && world.disk.has_power(); ++tick) {
      cleaner->tick({&subject, 1}, world.wall, world.now);
      settle();
    }
    world.now = world.now + Duration::from_s(61);
    world.directory().tick(world.now, world.wall);
    settle();
  }

  Values newest() {
    Values values;
    records = 0;
    Log& ready = world.ready();
    DecompressionScratch scratch;
    for (Offset offset = ready.log_start(); offset < ready.log_end();) {
      const auto read = world.read_once(ready, {.offset = offset, .end = ready.log_end(), .size_max = 1 << 20});
      if (!read.ok() || read->records.size == 0) break;
      BytesBuffer bytes;
      bytes.resize(static_cast<size_t>(read->records.size));
      EXPECT_TRUE(read_exactly(*read->records.file, read->records.position, {bytes.data(), bytes.size()}).ok());
      for (BytesView rest = bytes.view(); !rest.empty();) {
        const BatchView batch = BatchView::first_of(rest).value();
        RecordIterator iterator(batch, scratch);
        RecordView record;
        while (iterator.next(record).value()) {
          ++records;
          if (record.has_value()) {
            values[std::string(record.key()->text())] = std::string(record.value()->text());
          } else {
            values.erase(std::string(record.key()->text()));
          }
        }
        offset = batch.next_offset();
        rest = rest.from(batch.size());
      }
    }
    return values;
  }

  LogWorld world;
  std::unique_ptr<Cleaner> cleaner;
  Values model;
  int records = 0;

 private:
  sim::SeededEntropy entropy_;
  Prng prng_;
  int next_ = 0;
};

TEST(Cleaner, cleans_a_log_that_serves_what_it_served) {
  CleanerWorld one(1);
  one.put_many(500, 20);
  one.settle();
  const int64_t size = one.log().size();
  one.clean();
  EXPECT_EQ(one.cleaner->passes_count(), 1U);
  EXPECT_LT(one.log().size(), size / 2);
  EXPECT_EQ(one.newest(), one.model);
  EXPECT_EQ(one.cleaner->cleaned_end({"t", PartitionIndex(0)}), one.log().active().base());
}

TEST(Cleaner, remembers_over_a_clean_stop_how_far_a_log_is_clean_and_forgets_over_any_other) {
  CleanerWorld one(1);
  one.put_many(500, 20);
  one.settle();
  one.clean();
  const Offset cleaned = one.cleaner->cleaned_end({"t", PartitionIndex(0)});
  ASSERT_GT(cleaned, Offset(0));
  one.world.restart();
  one.begin();
  EXPECT_EQ(one.cleaner->cleaned_end({"t", PartitionIndex(0)}), cleaned);
  EXPECT_EQ(one.newest(), one.model);
  one.world.crash();
  one.begin();
  EXPECT_EQ(one.cleaner->cleaned_end({"t", PartitionIndex(0)}), Offset(0));
  EXPECT_EQ(one.newest(), one.model);
}

// A tombstone in what is taken for clean goes when its time is over. If the value that it hides was not cleaned away, that
// comes back: an end that became greater on the disk is worse than none.
TEST(Cleaner, believes_no_checkpoint_that_is_not_what_was_written) {
  CleanerWorld one(1);
  one.put_many(500, 20);
  one.settle();
  one.clean();
  const TopicPartition partition{"t", PartitionIndex(0)};
  const Offset cleaned = one.cleaner->cleaned_end(partition);
  ASSERT_GT(cleaned, Offset(0));
  one.world.restart();
  int cases = 0;
  const auto believed_after = [&](std::string_view path, const std::string& bytes) {
    const Bytes sound = read_whole_file(one.world.disk, path, 1 << 20).value();
    EXPECT_TRUE(replace_file(one.world.disk, path, BytesView::of(bytes)).ok());
    one.begin();
    EXPECT_TRUE(replace_file(one.world.disk, path, sound).ok());
    ++cases;
    return one.cleaner->cleaned_end(partition);
  };
  for (const std::string_view path : {kCleanerFile, kCleanerSumFile}) {
    const std::string sound(read_whole_file(one.world.disk, path, 1 << 20).value().view().text());
    EXPECT_EQ(believed_after(path, sound), cleaned);
    for (size_t at = 0; at < sound.size(); ++at) {
      EXPECT_EQ(believed_after(path, sound.substr(0, at)), Offset(0));
      for (unsigned bit = 0; bit < 8; ++bit) {
        std::string flipped = sound;
        flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
        EXPECT_EQ(believed_after(path, flipped), Offset(0)) << path << " at " << at;
      }
    }
    EXPECT_EQ(believed_after(path, std::string(sound.size(), '\0')), Offset(0));
    ASSERT_TRUE(one.world.disk.unlink(path).ok());
    one.begin();
    EXPECT_EQ(one.cleaner->cleaned_end(partition), Offset(0));
    ASSERT_TRUE(replace_file(one.world.disk, path, BytesView::of(sound)).ok());
  }
  std::printf("cleaner-offset-checkpoint and ottla.cleaned: %d cases\n", cases);
}

TEST(Cleaner, drops_what_it_made_of_a_log_that_was_truncated_meanwhile) {
  CleanerWorld one(1);
  one.put_many(300, 20);
  one.settle();
  const Cleaner::Subject subject{{"t", PartitionIndex(0)}, one.log().log_end()};
  one.cleaner->tick({&subject, 1}, one.world.wall, one.world.now);
  ASSERT_TRUE(one.cleaner->cleaning());
  ASSERT_TRUE(one.log().truncate_to(Offset(40)).ok());
  one.settle();
  EXPECT_EQ(one.cleaner->passes_count(), 0U);
  EXPECT_EQ(one.log().log_end(), Offset(40));
  (void)one.newest();
  EXPECT_EQ(one.records, 40) << "nothing of it was compacted";
}

TEST(Cleaner, loses_nothing_of_a_log_whenever_the_power_goes) {
  int cuts = 0;
  for (uint64_t seed = 1; seed <= 4; ++seed) {
    for (uint64_t changes = 0;; ++changes) {
      CleanerWorld one(seed * 1000 + changes);
      one.put_many(120, 12);
      one.settle();
      one.clean();
      one.put_many(60, 12);
      one.settle();
      one.world.wall = one.world.wall + Duration::from_s(2);
      one.world.disk.cut_power_after(changes);
      one.clean();
      const bool done = one.world.disk.has_power();
      one.world.crash();
      one.begin();
      ASSERT_EQ(one.newest(), one.model) << "seed " << seed << ", cut after " << changes << "\n"
                                         << one.world.lines.text();
      one.world.wall = one.world.wall + Duration::from_s(2);
      one.clean();
      ASSERT_EQ(one.newest(), one.model) << "seed " << seed << ", cleaned again after a cut after " << changes;
      if (done) break;
      ++cuts;
    }
  }
  EXPECT_GT(cuts, 60);
}

TEST(RetentionOfALog, lets_go_of_expired_segments_and_of_their_files) {
  LogSettings settings = compacted();
  settings.compacts = false;
  settings.deletes = true;
  settings.retention_ms = 5000;
  CleanerWorld one(1, settings);
  one.put_many(100, 10);
  one.settle();
  one.world.wall = one.world.wall + Duration::from_s(4);
  one.put_many(100, 10);
  one.settle();
  const size_t before = one.log().segment_count();
  one.world.wall = one.world.wall + Duration::from_s(2);
  const auto released = apply_retention(one.log(), one.log().log_end(), one.world.wall, one.world.now, one.world.marks);
  ASSERT_TRUE(released.ok());
  EXPECT_GT(*released, 1U);
  EXPECT_EQ(one.log().segment_count(), before - *released);
  EXPECT_GT(one.log().log_start(), Offset(50));
  EXPECT_LE(one.log().log_start(), Offset(100));
  one.clean();
  EXPECT_EQ(one.log().condemned_count(), 0U);
  const Offset start = one.log().log_start();
  one.world.crash();
  EXPECT_EQ(one.world.ready().log_start(), start);

  one.world.wall = one.world.wall + Duration::from_s(60);
  ASSERT_TRUE(apply_retention(one.log(), one.log().log_end(), one.world.wall, one.world.now, one.world.marks).ok());
  EXPECT_EQ(one.log().log_start(), one.log().log_end()) << "all of it is expired";
  EXPECT_EQ(one.log().segment_count(), 1U);
  EXPECT_TRUE(one.log().active().empty());
}

}  // namespace
}  // namespace ottla::log_testing
