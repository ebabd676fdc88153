// Compaction and retention over whole logs with transactions and idempotent producers, and the moments at which files that
// left a log are still there.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "core/log/cleaner.h"
#include "core/log/log_testing.h"
#include "core/record/control_records.h"

namespace ottla::log_testing {
namespace {

using Values = std::map<int64_t, std::string>;

class CompactedLog {
 public:
  static LogSettings settings() {
    LogSettings settings;
    settings.compacts = true;
    settings.deletes = false;
    settings.segment_size_max = 1000;
    settings.index_interval = 200;
    settings.min_cleanable_dirty_ratio = 0;
    settings.delete_retention_ms = 1000;
    settings.file_delete_delay = Duration();
    return settings;
  }

  explicit CompactedLog(uint64_t seed = 1, const LogSettings& settings = CompactedLog::settings())
      : world(seed, settings), entropy_(seed) {
    world.other_owner = [this](JobId id, Job& job) { return cleaner_->completed(id, job, world.now); };
    begin();
    world.create();
    world.settle();
  }

  void begin() { cleaner_ = std::make_unique<Cleaner>(world.directory(), world.jobs, entropy_, Cleaner::Options{}); }
  Log& log() { return *world.directory().find({"t", PartitionIndex(0)}); }
  Log& ready() {
    begin();
    return world.ready();
  }

  void put(const std::vector<std::string>& values) { world.append(log(), values); }
  // The next batch of a producer.
  void send(int64_t id, const std::vector<std::string>& values, bool transactional = false) {
    int32_t& sequence = sequences_[id];
    const auto appended = world.append(log(), values, producing(id, sequence, transactional));
    EXPECT_FALSE(appended.duplicate);
    last_sent_[id] = {values, sequence, appended.first_offset};
    sequence += static_cast<int32_t>(values.size());
  }
  void end_transaction(int64_t id, bool commit) {
    world.end_transaction(log(), commit, ProducerId(id), ProducerEpoch(0));
  }
  // Whoever sends its last batch again hears where it stands, and the next one is the next.
  void expect_producers_go_on() {
    for (const auto& [id, last] : last_sent_) {
      const auto again = world.append(log(), last.values, producing(id, last.sequence, false));
      EXPECT_TRUE(again.duplicate) << "producer " << id;
      EXPECT_EQ(again.first_offset, last.offset) << "producer " << id;
    }
    const auto ids = last_sent_;
    for (const auto& [id, last] : ids) send(id, {"next=of " + std::to_string(id)});
  }

  // All that is not in the active segment. Time passes first.
  void clean(Duration after = Duration()) {
    world.wall = world.wall + after;
    const Cleaner::Subject subject{{"t", PartitionIndex(0)}, log().log_end()};
    const uint64_t passes = cleaner_->passes_count();
    for (int tick = 0; tick < 60 && cleaner_->passes_count() == passes && world.disk.has_power(); ++tick) {
      cleaner_->tick({&subject, 1}, world.wall, world.now);
      world.settle();
    }
  }
  // Segments may be this large from here on, so that compaction merges what is there.
  void merge_up_to(int64_t size) {
    LogSettings changed = *world.settings();
    changed.segment_size_max = size;
    world.set_settings(changed);
  }
  void pass_a_minute() {
    world.now = world.now + Duration::from_s(61);
    world.directory().tick(world.now, world.wall);
    world.settle();
  }

  // What readers of committed records are given, by key.
  std::map<std::string, std::string> committed() {
    Log& log = ready();
    std::map<std::string, std::string> values;
    for (const auto& [offset, value] : committed_by_offset(log)) {
      const size_t equals = value.find('=');
      values[value.substr(0, equals)] = value.substr(equals + 1);
    }
    return values;
  }
  // Batches of control records, by offset: whether they commit.
  std::map<int64_t, bool> markers() {
    Log& log = ready();
    std::map<int64_t, bool> found;
    for_each_batch(log, [&](const BatchView& batch) {
      if (!batch.attributes().control()) return;
      const auto facts = ProducerBatch::of(batch);
      ASSERT_TRUE(facts.ok() && facts->marker.has_value());
      found[batch.base_offset().value()] = facts->marker->commit;
    });
    return found;
  }

  LogWorld world;

 private:
  struct Sent {
    std::vector<std::string> values;
    int32_t sequence = 0;
    Offset offset;
  };
  static Producing producing(int64_t id, int32_t sequence, bool transactional) {
    return {.id = ProducerId(id),
            .epoch = ProducerEpoch(0),
            .sequence = Sequence(sequence),
            .transactional = transactional};
  }

  template <class Visit>
  void for_each_batch(Log& log, Visit visit) {
    for (Offset at = log.log_start(); at < log.log_end();) {
      const auto read = world.read_once(log, {.offset = at, .end = log.log_end(), .size_max = 1 << 20});
      ASSERT_TRUE(read.ok() && read->records.size > 0);
      BytesBuffer bytes;
      bytes.resize(static_cast<size_t>(read->records.size));
      ASSERT_TRUE(read_exactly(*read->records.file, read->records.position, {bytes.data(), bytes.size()}).ok());
      for (BytesView rest = bytes.view(); !rest.empty();) {
        const BatchView batch = BatchView::first_of(rest).value();
        visit(batch);
        at = batch.next_offset();
        rest = rest.from(batch.size());
      }
    }
  }

  Values committed_by_offset(Log& log) {
    auto all = world.read(log);
    EXPECT_FALSE(all.error.has_value());
    auto aborted = log.aborted_in(log.log_start(), log.log_end());
    for (int i = 0; i < 100 && aborted.ok() && aborted->needs_cold_read; ++i) {
      EXPECT_TRUE(log.start_cold_read({.offset = aborted->cold_offset, .end = log.log_end(), .size_max = 1}).ok());
      world.run_jobs();
      aborted = log.aborted_in(log.log_start(), log.log_end());
    }
    EXPECT_TRUE(aborted.ok() && !aborted->needs_cold_read);
    // As a consumer does it: from a transaction's first offset to its marker its producer's records are left out.
    std::set<int64_t> left_out;
    for_each_batch(log, [&](const BatchView& batch) {
      if (batch.attributes().control() || !batch.attributes().transactional()) return;
      for (const AbortedTransaction& one : aborted->aborted) {
        if (one.producer_id != batch.producer_id()) continue;
        if (batch.base_offset() < one.first_offset || batch.base_offset() > one.last_offset) continue;
        for (Offset at = batch.base_offset(); at < batch.next_offset(); at = at + 1) left_out.insert(at.value());
      }
    });
    std::erase_if(all.values, [&](const auto& value) { return left_out.contains(value.first); });
    return all.values;
  }

  sim::SeededEntropy entropy_;
  std::unique_ptr<Cleaner> cleaner_;
  std::map<int64_t, int32_t> sequences_;
  std::map<int64_t, Sent> last_sent_;
};

using ByKey = std::map<std::string, std::string>;

// Transactions that end either way within a segment and across several, idempotent batches, and records of nobody.
void write_transactions(CompactedLog& one) {
  for (int round = 0; round < 6; ++round) {
    const std::string number = std::to_string(round);
    one.put({"a=" + number, "b=" + number});
    one.send(1, {"idempotent=" + number, "b=by 1 " + number});
    one.send(2, {"a=never " + number, "never=" + number}, true);
    one.send(3, {"c=" + number}, true);
    for (int i = 0; i < 8; ++i) one.put({"filler=" + number + std::string(60, '.')});
    one.send(3, {"d=" + number}, true);
    one.end_transaction(3, true);
    one.end_transaction(2, false);
  }
  ASSERT_TRUE(one.log().roll().ok());
  one.put({"last=one"});
  one.world.settle();
}

ByKey after_write_transactions() {
  return {{"a", "5"},
          {"b", "by 1 5"},
          {"c", "5"},
          {"d", "5"},
          {"idempotent", "5"},
          {"last", "one"},
          {"filler", "5" + std::string(60, '.')}};
}

TEST(CleanerOfTransactions, removes_aborted_data_and_serves_what_was_committed) {
  CompactedLog one;
  write_transactions(one);
  ASSERT_EQ(one.committed(), after_write_transactions());
  const size_t records = one.world.read(one.log()).values.size();
  one.clean();
  EXPECT_EQ(one.committed(), after_write_transactions());
  const auto left = one.world.read(one.log()).values;
  EXPECT_LT(left.size(), records / 4);
  for (const auto& [offset, value] : left) EXPECT_EQ(value.find("never"), std::string::npos) << value;
  EXPECT_GT(one.world.marks.count(Mark::aborted_data_removed), 0U);
  // A crash brings none of it back, nor does a stop.
  one.world.crash();
  EXPECT_EQ(one.committed(), after_write_transactions());
  one.world.restart();
  EXPECT_EQ(one.committed(), after_write_transactions());
}

TEST(CleanerOfTransactions, keeps_markers_until_their_horizon_and_then_drops_them) {
  CompactedLog one;
  write_transactions(one);
  const auto written = one.markers();
  ASSERT_EQ(written.size(), 12U);
  one.clean();
  EXPECT_EQ(one.markers(), written) << "this pass met their data";
  one.clean(Duration::from_s(1));
  // What is clean is not cleaned again before something new is there.
  const auto add = [&] {
    one.put({"last=one"});
    ASSERT_TRUE(one.log().roll().ok());
    one.put({"last=one"});
    one.world.settle();
  };
  add();
  one.clean();
  EXPECT_EQ(one.markers(), written) << "they have a horizon from here on";
  add();
  one.clean(Duration::from_ms(999));
  EXPECT_EQ(one.markers(), written);
  add();
  one.clean(Duration::from_ms(1));
  EXPECT_LT(one.markers().size(), written.size());
  EXPECT_GT(one.world.marks.count(Mark::marker_dropped), 0U);
  EXPECT_EQ(one.committed(), after_write_transactions());
  EXPECT_EQ(one.log().stable_end(one.log().log_end()), one.log().log_end()) << "no transaction looks open";
  one.world.crash();
  EXPECT_EQ(one.committed(), after_write_transactions());
  EXPECT_EQ(one.log().stable_end(one.log().log_end()), one.log().log_end());
}

TEST(CleanerOfTransactions, leaves_an_open_transaction_and_all_above_it_alone) {
  CompactedLog one;
  one.put({"a=1"});
  one.put({"a=2"});
  ASSERT_TRUE(one.log().roll().ok());
  one.send(2, {"a=perhaps"}, true);
  const Offset open = one.log().active().base();
  for (int i = 0; i < 30; ++i) one.put({"a=above", "b=above"});
  ASSERT_TRUE(one.log().roll().ok());
  one.put({"a=last"});
  one.world.settle();
  const auto before = one.world.read(one.log(), open).values;
  one.clean();
  EXPECT_EQ(one.world.read(one.log(), open).values, before);
  EXPECT_EQ(one.world.read(one.log(), Offset(0)).values.size(), before.size() + 1) << "a=2 is the newest below it";
  one.end_transaction(2, false);
  one.world.settle();
  one.clean();
  EXPECT_EQ(one.committed(), (ByKey{{"a", "last"}, {"b", "above"}}));
}

TEST(CleanerOfTransactions, keeps_what_producers_sent_last_through_stops_crashes_and_lost_snapshots) {
  for (const int how : {0, 1, 2, 3}) {
    SCOPED_TRACE(how);
    CompactedLog one;
    write_transactions(one);
    one.clean();
    one.pass_a_minute();
    EXPECT_GT(one.world.marks.count(Mark::segments_compacted), 0U);
    if (how == 1) one.world.restart();
    if (how == 2) one.world.crash();
    if (how == 3) {
      one.world.restart();
      const auto entries = one.world.disk.list("t-0");
      for (const DirectoryEntry& entry : *entries) {
        if (!entry.name.ends_with(kSnapshotSuffix) && entry.name != kSideFile) continue;
        ASSERT_TRUE(one.world.disk.unlink("t-0/" + entry.name).ok());
      }
      one.world.kill();
    }
    one.ready();
    one.expect_producers_go_on();
  }
}

// --- Files that left the log

size_t count_segments(LogWorld& world) {
  size_t count = 0;
  const auto entries = world.disk.list("t-0");
  for (const DirectoryEntry& entry : *entries) count += entry.name.ends_with(kLogSuffix) ? 1 : 0;
  return count;
}

TEST(CleanerOfTransactions, takes_originals_away_when_their_delay_is_over) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  CompactedLog one(1, settings);
  write_transactions(one);
  one.merge_up_to(100'000);
  one.pass_a_minute();
  const size_t files = count_segments(one.world);
  one.clean();
  ASSERT_GT(one.log().condemned_count(), 0U);
  one.pass_a_minute();
  EXPECT_EQ(count_segments(one.world), files) << "61 of 90 seconds";
  one.pass_a_minute();
  EXPECT_EQ(one.log().condemned_count(), 0U);
  EXPECT_EQ(count_segments(one.world), one.log().segment_count());
  EXPECT_EQ(one.committed(), after_write_transactions());
}

TEST(CleanerOfTransactions, a_stop_takes_originals_away_whose_delay_is_not_over) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  CompactedLog one(1, settings);
  write_transactions(one);
  one.merge_up_to(100'000);
  one.clean();
  ASSERT_GT(one.log().condemned_count(), 0U);
  const size_t segments = one.log().segment_count();
  one.world.restart();
  EXPECT_TRUE(one.world.directory().started_clean());
  EXPECT_EQ(count_segments(one.world), segments);
  EXPECT_EQ(one.committed(), after_write_transactions());
  EXPECT_EQ(one.log().segment_count(), segments);
  one.expect_producers_go_on();
}

// The power goes after each change of the disk in `work`, and of what comes back: committed() is as it was.
template <class Prepare, class Work>
int cut_everywhere(const LogSettings& settings, Prepare prepare, Work work) {
  int cuts = 0;
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    for (uint64_t changes = 0;; ++changes) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", cut after " + std::to_string(changes));
      CompactedLog one(1000 * seed + changes, settings);
      prepare(one);
      const ByKey before = one.committed();
      one.world.disk.cut_power_after(changes);
      work(one);
      const bool done = one.world.disk.has_power();
      one.world.crash();
      EXPECT_EQ(one.committed(), before) << one.world.disk.history();
      // And once more: what the start left is what the next one finds.
      one.world.crash();
      EXPECT_EQ(one.committed(), before) << one.world.disk.history();
      one.expect_producers_go_on();
      if (::testing::Test::HasFailure()) return cuts;
      if (done) break;
      ++cuts;
    }
  }
  return cuts;
}

TEST(CleanerOfTransactions, loses_nothing_when_the_power_goes_while_a_stop_takes_originals_away) {
  LogSettings settings = CompactedLog::settings();
  settings.file_delete_delay = Duration::from_s(90);
  int cuts = 0;
  // The checkpoints know nothing, something, or all of what is compacted to be synced.
  for (const int minutes : {0, 1, 2}) {
    SCOPED_TRACE(minutes);
    cuts += cut_everywhere(
        settings,
        [&](CompactedLog& one) {
          write_transactions(one);
          one.merge_up_to(4000);
          for (int i = 0; i < minutes; ++i) one.pass_a_minute();
        },
        [](CompactedLog& one) {
          one.clean();
          if (one.world.disk.has_power()) {
            EXPECT_GT(one.log().condemned_count(), 3U);
          }
          one.world.directory().stop();
          for (int turn = 0; turn < 100 && !one.world.directory().stopped(); ++turn) one.world.run_jobs();
        });
    if (HasFailure()) return;
  }
  std::printf("%d cuts\n", cuts);
  EXPECT_GT(cuts, 300);
}

TEST(Retention, loses_nothing_when_the_power_goes_between_letting_go_and_the_log_start_checkpoint) {
  LogSettings settings = CompactedLog::settings();
  settings.segment_size_max = 400;
  const auto write = [](CompactedLog& one) {
    // Every key is written again above what goes.
    for (int i = 0; i < 40; ++i) one.send(i % 2, {"k" + std::to_string(i % 4) + "=" + std::to_string(i)}, false);
    one.world.settle();
    one.pass_a_minute();
  };
  const auto let_go = [](CompactedLog& one) {
    ASSERT_TRUE(one.log().raise_log_start(Offset(31)).ok());
    EXPECT_GT(one.log().release_below_log_start(one.world.now), 3U);
    // Its files go with this, and no checkpoint says yet where the log starts.
    one.log().seal(one.world.now, false);
    one.world.run_jobs();
    one.pass_a_minute();
  };
  const int cuts = cut_everywhere(settings, write, let_go);
  std::printf("%d cuts\n", cuts);
  EXPECT_GT(cuts, 100);
}

}  // namespace
}  // namespace ottla::log_testing
