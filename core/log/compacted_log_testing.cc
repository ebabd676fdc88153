#include "core/log/compacted_log_testing.h"

#include <gtest/gtest.h>

#include <set>

#include "core/record/control_records.h"

namespace ottla::log_testing {

void CompactedLog::send(int64_t id, const std::vector<std::string>& values, bool transactional) {
  int32_t& sequence = sequences_[id];
  const auto appended = world.append(log(), values, producing(id, sequence, transactional));
  EXPECT_FALSE(appended.duplicate);
  last_sent_[id] = {values, sequence, appended.first_offset};
  sequence += static_cast<int32_t>(values.size());
}

void CompactedLog::expect_producers_go_on() {
  for (const auto& [id, last] : last_sent_) {
    const auto again = world.append(log(), last.values, producing(id, last.sequence, false));
    EXPECT_TRUE(again.duplicate) << "producer " << id;
    EXPECT_EQ(again.first_offset, last.offset) << "producer " << id;
  }
  const auto ids = last_sent_;
  for (const auto& [id, last] : ids) send(id, {"next=of " + std::to_string(id)});
}

void CompactedLog::clean(Duration after) {
  world.wall = world.wall + after;
  const Cleaner::Subject subject{{"t", PartitionIndex(0)}, log().log_end()};
  const uint64_t passes = cleaner_->passes_count();
  for (int tick = 0; tick < 60 && cleaner_->passes_count() == passes && world.disk.has_power(); ++tick) {
    cleaner_->tick({&subject, 1}, world.wall, world.now);
    world.settle();
  }
}

bool CompactedLog::begin_pass(int steps) {
  const Cleaner::Subject subject{{"t", PartitionIndex(0)}, log().log_end()};
  for (int tick = 0; tick < 10 && !cleaner_->cleaning(); ++tick) {
    world.run_jobs();
    cleaner_->tick({&subject, 1}, world.wall, world.now);
  }
  for (int step = 0; step < steps && world.jobs.count() > 0; ++step) {
    auto done = world.jobs.step();
    if (!done.has_value()) continue;
    if (!cleaner_->completed(done->first, *done->second, world.now)) {
      world.directory().completed(done->first, std::move(done->second));
    }
  }
  return cleaner_->cleaning();
}

ByKey CompactedLog::committed() {
  Log& log = ready();
  std::map<std::string, std::string> values;
  for (const auto& [offset, value] : committed_by_offset(log)) {
    const size_t equals = value.find('=');
    values[value.substr(0, equals)] = value.substr(equals + 1);
  }
  return values;
}

std::map<int64_t, bool> CompactedLog::markers() {
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

void CompactedLog::for_each_batch(Log& log, const std::function<void(const BatchView&)>& visit) {
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

std::map<int64_t, std::string> CompactedLog::committed_by_offset(Log& log) {
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

}  // namespace ottla::log_testing
