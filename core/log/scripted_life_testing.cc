#include "core/log/scripted_life_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace ottla::log_testing {
namespace {

std::string key_of(const std::string& value) { return value.substr(0, value.find('=')); }

std::map<std::string, std::string> newest(const std::map<int64_t, std::string>& values) {
  std::map<std::string, std::string> found;
  for (const auto& [offset, value] : values) found[key_of(value)] = value;
  return found;
}

}  // namespace

void ScriptedLife::plan(sim::FaultRule fault) {
  syncs_lie_ = fault.operation == IoOperation::sync || fault.operation == IoOperation::sync_all;
  for_ever_ = fault.for_ever;
  // A reader of slices reads by itself, and would be struck instead of the log.
  looks_on_ = !for_ever_ && fault.operation != IoOperation::read;
  world_.disk.faults().add(std::move(fault));
}

void ScriptedLife::live() {
  for (const char* topic : {"t", "compacted", "gone", "unread", "sound"}) create(topic);
  for (int i = 0; i < 6; ++i) {
    append_to_all("early " + std::to_string(i), i);
    if (i == 1) settle();  // before it nothing rolls
  }
  settle();
  append("gone", {"soon"});
  for (int i = 0; i < 3; ++i) append("unread", {"u" + std::to_string(i)});
  pass_a_minute();
  truncate("t", 5);
  truncate("unread", 1);  // in place: nobody holds its bytes
  append("unread", {"other"});
  for (int i = 0; i < 6; ++i) append_to_all("later " + std::to_string(i), i);
  settle();
  remove("gone");
  raise_log_start("t", 4);
  clean("compacted");
  pass_a_minute();
  stop_and_start();
  for (int i = 0; i < 3; ++i) append_to_all("after " + std::to_string(i), i);
  settle();
  scrub("t");
  append("t", {"not synced"});
  power_cut();
  append_to_all("last", 0);
  settle();
}

void ScriptedLife::expect_what_was_told() {
  world_.disk.faults().clear();
  world_.crash();
  begin();
  for (auto& [topic, told] : told_) {
    SCOPED_TRACE(topic);
    if (world_.directory().find({topic, PartitionIndex(0)}) == nullptr) {
      EXPECT_TRUE(told.removed || told.durable_end == 0) << "is gone";
      continue;
    }
    Log& log = world_.load(topic);
    ASSERT_EQ(text(log.state()), "ready") << log.trouble() << "\n" << story();
    take_up(log, told);
    expect_values(topic, log, told, true);
  }
}

void ScriptedLife::expect_the_sound_one_never_noticed() {
  const Told& told = told_.at("sound");
  EXPECT_EQ(told.log_end, told.durable_end);
  EXPECT_EQ(told.log_end, 16);
}

LogSettings ScriptedLife::settings() {
  LogSettings settings;
  settings.segment_size_max = 300;
  settings.index_interval = 100;
  settings.file_delete_delay = Duration();
  settings.compacts = true;
  settings.deletes = false;
  settings.min_cleanable_dirty_ratio = 0;
  settings.preallocate = true;
  return settings;
}

Log* ScriptedLife::ready(const std::string& topic) {
  Log* log = world_.directory().find({topic, PartitionIndex(0)});
  if (log == nullptr) return nullptr;
  for (int attempt = 0; attempt < 2; ++attempt) {
    log->load();
    world_.run_jobs();
  }
  return log->state() == LogState::ready ? log : nullptr;
}

void ScriptedLife::create(const std::string& topic) {
  const TopicPartition partition{topic, PartitionIndex(0)};
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (world_.directory().create(partition, LogWorld::topic_id(topic), world_.settings()).ok()) break;
  }
  if (!for_ever_) {
    ASSERT_NE(world_.directory().find(partition), nullptr) << topic << " cannot be made\n" << story();
  }
  told_[topic];
}

void ScriptedLife::append_to_all(const std::string& value, int i) {
  append("t", {value, "of two"});
  append("compacted", {"k" + std::to_string(i % 3) + "=" + value});
  append("sound", {value});
}

void ScriptedLife::append(const std::string& topic, const std::vector<std::string>& values) {
  Told& told = told_[topic];
  for (int attempt = 0; attempt < 2; ++attempt) {
    Log* log = ready(topic);
    if (log == nullptr) continue;
    const auto appended = world_.try_append(*log, values);
    if (appended.ok()) {
      ASSERT_EQ(appended->first_offset.value(), told.log_end) << topic << "\n" << story();
      for (const std::string& value : values) told.values[told.log_end++] = value;
      return;
    }
    if (log->state() != LogState::ready && told.unanswered.empty()) told.unanswered = values;
  }
}

void ScriptedLife::settle() {
  world_.settle();
  for (auto& [topic, told] : told_) {
    Log* log = world_.directory().find({topic, PartitionIndex(0)});
    if (log == nullptr || log->state() != LogState::ready) continue;
    told.durable_end = std::max(told.durable_end, log->durable_end().value());
    ASSERT_LE(told.durable_end, told.log_end);
    if (topic == "unread") continue;
    if (looks_on_ || (for_ever_ && topic == "sound")) expect_values(topic, *log, told, false);
  }
}

void ScriptedLife::pass_a_minute() {
  world_.now = world_.now + Duration::from_s(61);
  world_.directory().tick(world_.now, world_.wall);
  world_.settle();
}

void ScriptedLife::truncate(const std::string& topic, int64_t end) {
  Log* log = ready(topic);
  Told& told = told_[topic];
  if (log == nullptr || told.log_end <= end) return;
  ASSERT_TRUE(log->truncate_to(Offset(end)).ok());
  for (int i = 0; i < 20 && log->state() == LogState::loading; ++i) {
    world_.run_jobs();
    world_.now = world_.now + Duration::from_s(2);  // checkpoints that failed are written again
    world_.directory().tick(world_.now, world_.wall);
  }
  if (log->state() == LogState::ready) {
    cut(told, log->log_end().value());
  } else {
    told.durable_end = std::min(told.durable_end, end - 1);  // it was half way
  }
}

void ScriptedLife::cut(Told& told, int64_t end) {
  told.log_end = std::min(told.log_end, end);
  told.durable_end = std::min(told.durable_end, end);
  told.values.erase(told.values.lower_bound(end), told.values.end());
}

void ScriptedLife::remove(const std::string& topic) {
  const TopicPartition partition{topic, PartitionIndex(0)};
  if (world_.directory().find(partition) == nullptr) return;
  for (int attempt = 0; attempt < 2 && !told_[topic].removed; ++attempt) {
    told_[topic].removed = world_.directory().remove(partition).ok();
  }
  world_.run_jobs();
}

void ScriptedLife::raise_log_start(const std::string& topic, int64_t start) {
  Log* log = ready(topic);
  if (log == nullptr || log->log_end().value() < start) return;
  told_[topic].log_start = start;
  ASSERT_TRUE(log->raise_log_start(Offset(start)).ok());
  log->release_below_log_start(world_.now);
}

void ScriptedLife::clean(const std::string& topic) {
  if (Log* log = ready(topic); log != nullptr) {
    const Cleaner::Subject subject{{topic, PartitionIndex(0)}, log->log_end()};
    for (int tick = 0; tick < 10 && cleaner_->passes_count() == 0; ++tick) {
      world_.now = world_.now + Duration::from_s(20);
      cleaner_->tick({&subject, 1}, world_.wall, world_.now);
      world_.settle();
    }
  }
  cleaner_->checkpoint();
  world_.settle();
}

void ScriptedLife::stop_and_start() {
  settle();
  world_.directory().stop();
  for (int turn = 0; turn < 100 && !world_.directory().stopped(); ++turn) world_.run_jobs();
  ASSERT_TRUE(world_.directory().stopped()) << story();
  // After a sync that failed the cache shows the next process what the disk never got: only a machine that starts anew
  // shows what is there.
  if (syncs_lie_ && struck()) return power_cut();
  start();
}

void ScriptedLife::power_cut() {
  settle_for_what_is_known();
  world_.jobs.drop_all();
  world_.disk.crash();
  start();
}

void ScriptedLife::settle_for_what_is_known() {
  for (auto& [topic, told] : told_) {
    Log* log = world_.directory().find({topic, PartitionIndex(0)});
    if (log != nullptr && log->state() == LogState::ready) {
      told.durable_end = std::max(told.durable_end, log->durable_end().value());
    }
  }
}

void ScriptedLife::start() {
  bool started = false;
  for (int attempt = 0; attempt < 2 && !started; ++attempt) started = world_.start().ok();
  ASSERT_TRUE(started) << story();
  begin();
  for (auto& [topic, told] : told_) {
    if (Log* log = ready(topic); log != nullptr) take_up(*log, told);
  }
}

void ScriptedLife::take_up(const Log& log, Told& told) {
  const int64_t end = log.log_end().value();
  EXPECT_GE(end, told.durable_end) << "acknowledged records are lost\n" << story();
  if (end > told.log_end) {
    for (const std::string& value : told.unanswered) told.values[told.log_end++] = value;
  }
  told.unanswered.clear();
  EXPECT_LE(end, told.log_end) << "records come from nowhere\n" << story();
  EXPECT_LE(log.log_start().value(), told.log_start);
  cut(told, end);
  told.durable_end = std::max(told.durable_end, end);
}

void ScriptedLife::expect_values(const std::string& topic, Log& log, const Told& told, bool must_be_readable) {
  const auto all = world_.read(log);
  if (all.error.has_value()) {
    EXPECT_FALSE(must_be_readable) << text(all.error->code());
    return;
  }
  std::map<int64_t, std::string> expected = told.values;
  expected.erase(expected.begin(), expected.lower_bound(log.log_start().value()));
  if (topic != "compacted") {
    EXPECT_EQ(all.values, expected) << story();
    return;
  }
  EXPECT_EQ(newest(all.values), newest(expected)) << story();
  for (const auto& [offset, value] : all.values) EXPECT_EQ(value, expected[offset]);
}

}  // namespace ottla::log_testing
