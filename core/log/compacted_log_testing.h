// A partition that is compacted, on a simulated disk: what producers send with and without transactions, passes of
// compaction when a test says so, and what readers of committed records are given.
//
//   CompactedLog one;
//   write_transactions(one);
//   one.clean();
//   EXPECT_EQ(one.committed(), after_write_transactions());
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/log/cleaner.h"
#include "core/log/log_testing.h"

namespace ottla::log_testing {

using ByKey = std::map<std::string, std::string>;

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
  void send(int64_t id, const std::vector<std::string>& values, bool transactional = false);
  void end_transaction(int64_t id, bool commit) {
    world.end_transaction(log(), commit, ProducerId(id), ProducerEpoch(0));
  }
  // Whoever sends its last batch again hears where it stands, and the next one is the next.
  void expect_producers_go_on();

  // All that is not in the active segment. Time passes first.
  void clean(Duration after = Duration());
  // Begins a pass and lets it make so many steps; false where it was over before.
  bool begin_pass(int steps);
  [[nodiscard]] Offset cleaned_end() const { return cleaner_->cleaned_end({"t", PartitionIndex(0)}); }
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
  ByKey committed();
  // Batches of control records, by offset: whether they commit.
  std::map<int64_t, bool> markers();

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

  void for_each_batch(Log& log, const std::function<void(const BatchView&)>& visit);

  std::map<int64_t, std::string> committed_by_offset(Log& log);

  sim::SeededEntropy entropy_;
  std::unique_ptr<Cleaner> cleaner_;
  std::map<int64_t, int32_t> sequences_;
  std::map<int64_t, Sent> last_sent_;
};

// Transactions that end either way within a segment and across several, idempotent batches, and records of nobody.
void write_transactions(CompactedLog& one);
ByKey after_write_transactions();

}  // namespace ottla::log_testing
