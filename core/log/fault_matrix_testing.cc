#include "core/log/fault_matrix_testing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/hex.h"
#include "core/io/whole_file.h"
#include "core/log/offset_for_time.h"

namespace ottla::log_testing {

namespace {

void add_files(Disk& disk, const std::string& folder, DiskImage& image) {
  const auto entries = disk.list(folder);
  ASSERT_TRUE(entries.ok());
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.is_directory) {
      add_files(disk, path, image);
      continue;
    }
    const auto bytes = read_whole_file(disk, path, size_t{1} << 24);
    ASSERT_TRUE(bytes.ok()) << path;
    image.files[path] = std::string(bytes->view().text());
  }
}

// What a search by time answers; nothing when it cannot.
std::optional<std::optional<Offset>> search(LogWorld& world, Log& log, Timestamp timestamp) {
  const auto begun = log.start_offset_for_time(timestamp, log.log_end());
  if (!begun.ok()) return std::nullopt;
  while (true) {
    auto done = world.jobs.step();
    if (!done.has_value()) continue;
    const bool ours = done->first == *begun;
    std::optional<Offset> found;
    if (ours) {
      const auto& job = finished<OffsetForTime>(*done->second);
      if (job.found().has_value()) found = job.found()->offset;
    }
    world.directory().completed(done->first, std::move(done->second));
    if (!ours) continue;
    if (log.state() != LogState::ready) return std::nullopt;
    return found;
  }
}

std::optional<std::vector<AbortedTransaction>> aborted_of(LogWorld& world, Log& log) {
  while (true) {
    const auto read = log.aborted_in(log.log_start(), log.log_end());
    if (!read.ok()) return std::nullopt;
    if (!read->needs_cold_read) return read->aborted;
    const auto begun = log.start_cold_read({.offset = read->cold_offset, .end = log.log_end(), .size_max = 1});
    if (!begun.ok()) return std::nullopt;
    world.run_jobs();
  }
}

}  // namespace

DiskImage DiskImage::of(Disk& disk) {
  DiskImage image;
  add_files(disk, "", image);
  return image;
}

void DiskImage::put_on(Disk& disk) const {
  for (const auto& [path, bytes] : files) {
    const std::string folder(parent_path(path));
    if (!folder.empty() && !disk.status(folder).ok()) {
      ASSERT_TRUE(disk.make_directory(folder).ok());
    }
    const auto file = disk.create(path);
    ASSERT_TRUE(file.ok()) << path;
    ASSERT_TRUE((*file)->write(0, BytesView::of(bytes)).ok());
  }
  ASSERT_TRUE(disk.sync_all().ok());
}

std::vector<std::string> DiskImage::paths(std::string_view prefix, std::string_view suffix) const {
  std::vector<std::string> found;
  for (const auto& [path, bytes] : files) {
    if (path.starts_with(prefix) && path.ends_with(suffix)) found.push_back(path);
  }
  return found;
}

std::vector<size_t> batch_bounds(std::string_view segment) {
  std::vector<size_t> bounds{0};
  while (bounds.back() < segment.size()) {
    const auto batch = BatchView::first_of(BytesView::of(segment.substr(bounds.back())));
    OTTLA_ASSERT(batch.ok());
    bounds.push_back(bounds.back() + batch->size());
  }
  return bounds;
}

std::optional<LogFacts> LogFacts::of(LogWorld& world, Log& log, const std::vector<Timestamp>& times) {
  LogFacts facts;
  auto all = world.read(log);
  auto aborted = aborted_of(world, log);
  if (all.error.has_value() || !aborted.has_value() || log.state() != LogState::ready) return std::nullopt;
  facts.values = std::move(all.values);
  facts.aborted = std::move(*aborted);
  for (const Timestamp time : times) {
    const auto found = search(world, log, time);
    if (!found.has_value()) return std::nullopt;
    facts.by_time.push_back(*found);
  }
  facts.log_start = log.log_start();
  facts.log_end = log.log_end();
  facts.stable_end = log.stable_end(log.log_end());
  facts.epochs = log.epochs().lines();
  BytesBuffer bytes;
  log.producers().encode_snapshot(bytes);
  facts.producers = std::string(bytes.view().text());
  return facts;
}

std::string describe(const LogFacts& facts) {
  std::string text = "[" + std::to_string(facts.log_start.value()) + ", " + std::to_string(facts.log_end.value()) +
                     ") stable to " + std::to_string(facts.stable_end.value()) + ", aborted";
  for (const AbortedTransaction& one : facts.aborted) {
    text += " " + std::to_string(one.first_offset.value()) + "-" + std::to_string(one.last_offset.value());
  }
  text += ", epochs";
  for (const EpochStart& line : facts.epochs) {
    text += " " + std::to_string(line.epoch.value()) + "@" + std::to_string(line.start_offset.value());
  }
  text += ", by time";
  for (const auto& found : facts.by_time) text += " " + (found ? std::to_string(found->value()) : std::string("none"));
  text += ", producers " + hex_encode(BytesView::of(facts.producers)) + ", values";
  for (const auto& [offset, value] : facts.values) text += " " + std::to_string(offset) + ":" + value;
  return text;
}

// --- The life

WrittenLife::WrittenLife(const LogSettings& settings, uint64_t seed) : world(seed, settings), settings_(settings) {
  Log& sound = world.create("sound");
  for (int i = 0; i < 3; ++i) world.append(sound, {"sound " + std::to_string(i)});
  world.create();
  sound_ = *LogFacts::of(world, sound, {});
  checkpoint();
  note(0);
}

void WrittenLife::append(const std::vector<std::string>& values, const Producing& producing) {
  world.wall = world.wall + Duration::from_ms(10);
  times_.push_back(world.wall);
  const Offset base = log().active().base();
  const auto start = static_cast<size_t>(log().active().size());
  world.append(log(), values, producing);
  note(log().active().base() == base ? start : 0);
}

void WrittenLife::produce(int64_t id, const std::vector<std::string>& values, bool transactional) {
  int32_t& sequence = sequences_[id];
  append(values, {.id = ProducerId(id),
                  .epoch = ProducerEpoch(0),
                  .sequence = Sequence(sequence),
                  .transactional = transactional});
  sequence += static_cast<int32_t>(values.size());
}

void WrittenLife::end_transaction(int64_t id, bool commit) {
  world.wall = world.wall + Duration::from_ms(10);
  const Offset base = log().active().base();
  const auto start = static_cast<size_t>(log().active().size());
  world.end_transaction(log(), commit, ProducerId(id), ProducerEpoch(0));
  note(log().active().base() == base ? start : 0);
}

void WrittenLife::truncate(Offset end) {
  world.truncate(log(), end);
  std::erase_if(moments_, [&](const Moment& moment) { return moment.facts.log_end > log().log_end(); });
  for (auto& [id, sequence] : sequences_) {
    const auto producer = log().producers().find(ProducerId(id));
    sequence = producer.has_value() ? producer->last_sequence.value() + 1 : 0;
  }
}

void WrittenLife::checkpoint() {
  world.now = world.now + Duration::from_s(61);
  world.directory().tick(world.now, world.wall);
  world.settle();
  world.directory().write_checkpoints();
  world.run_jobs();
  promised_end_ = log().log_end();
}

void WrittenLife::stop() {
  world.settle();
  promised_end_ = log().log_end();
  world.directory().stop();
  for (int turn = 0; turn < 100 && !world.directory().stopped(); ++turn) world.run_jobs();
  ASSERT_TRUE(world.directory().stopped());
}

void WrittenLife::forget_the_past() {
  checkpoint();
  moments_.clear();
  note(static_cast<size_t>(log().active().size()));
  past_.files.clear();
  for (auto& [path, bytes] : image().files) {
    if (path.starts_with(kFolder) && path.ends_with(kLogSuffix)) past_.files.emplace(path, std::move(bytes));
  }
}

std::vector<Timestamp> WrittenLife::some_times() const {
  if (times_.empty()) return {};
  return {times_.front(), times_[times_.size() / 2], times_.back()};
}

void WrittenLife::note(size_t start) {
  Moment moment{.path = std::string(kFolder) + log().active().file_name(),
                .start = start,
                .bytes = {},
                .times = some_times(),
                .facts = {}};
  const auto file = read_whole_file(world.disk, moment.path, size_t{1} << 24);
  ASSERT_TRUE(file.ok());
  moment.bytes = std::string(file->view().text().substr(start));
  auto facts = LogFacts::of(world, log(), moment.times);
  ASSERT_TRUE(facts.has_value()) << log().trouble();
  moment.facts = std::move(*facts);
  moments_.push_back(std::move(moment));
}

std::optional<Offset> WrittenLife::intact_end(const DiskImage& image) const {
  const auto has = [&](const std::string& path, std::string_view bytes, size_t start) {
    const auto file = image.files.find(path);
    if (file == image.files.end() || file->second.size() < start) return bytes.empty() && start == 0;
    return std::string_view(file->second).substr(start, bytes.size()) == bytes;
  };
  for (const auto& [path, bytes] : past_.files) {
    if (!has(path, bytes, 0)) return std::nullopt;
  }
  std::optional<Offset> end;
  for (const Moment& moment : moments_) {
    if (!has(moment.path, moment.bytes, moment.start)) break;
    end = moment.facts.log_end;
  }
  return end;
}

// --- What is found

void WrittenLife::expect_sound(LogWorld& again) const {
  Log& sound = again.load("sound");
  ASSERT_EQ(text(sound.state()), "ready") << sound.trouble();
  const auto facts = LogFacts::of(again, sound, {});
  ASSERT_TRUE(facts.has_value()) << sound.trouble();
  EXPECT_EQ(facts->values, sound_.values);
  EXPECT_EQ(facts->log_end, sound_.log_end);
}

Found WrittenLife::start_on(const DiskImage& image) {
  LogWorld again(7, settings_);
  image.put_on(again.disk);
  again.wall = world.wall;
  again.epoch = world.epoch;
  const auto started = again.start();
  EXPECT_TRUE(started.ok());
  if (!started.ok()) return {Found::quarantined, Offset(-1), "the directory does not start"};
  expect_sound(again);

  Log& log = again.load();
  std::optional<LogFacts> facts;
  if (log.state() == LogState::ready) {
    const auto moment = std::find_if(moments_.begin(), moments_.end(),
                                     [&](const Moment& one) { return one.facts.log_end == log.log_end(); });
    EXPECT_NE(moment, moments_.end()) << "ends at " << log.log_end().value() << ", inside a batch";
    if (moment == moments_.end()) return {Found::served, log.log_end(), ""};
    facts = LogFacts::of(again, log, moment->times);
    if (facts.has_value()) {
      EXPECT_EQ(*facts, moment->facts) << "\nfound   " << describe(*facts) << "\nwritten " << describe(moment->facts);
      expect_it_goes_on(again, facts->values);
      expect_sound(again);
      return {Found::served, facts->log_end, ""};
    }
  }
  EXPECT_EQ(text(log.state()), "quarantined") << log.trouble();
  EXPECT_EQ(log.read({.offset = log.log_start(), .end = log.log_end(), .size_max = 1}).error(), LogError::quarantined);
  EXPECT_EQ(again.try_append(log, {"x"}).error(), LogError::quarantined);
  return {Found::quarantined, Offset(-1), log.trouble()};
}

void WrittenLife::expect_it_goes_on(LogWorld& again, std::map<int64_t, std::string> expected) {
  const auto load = [&]() -> Log& { return again.load(); };
  Log* log = &load();
  for (const ProducerView& producer : log->producers().producers()) {
    if (producer.last_sequence < Sequence(0)) continue;
    const auto appended = again.append(*log, {"next"},
                                       {.id = producer.producer_id,
                                        .epoch = producer.epoch,
                                        .sequence = Sequence(producer.last_sequence.value() + 1),
                                        .transactional = producer.transaction_first_offset.has_value()});
    EXPECT_FALSE(appended.duplicate);
    expected[appended.first_offset.value()] = "next";
  }
  expected[again.append(*log, {"and on"}).first_offset.value()] = "and on";
  again.settle();
  again.crash();
  log = &load();
  ASSERT_EQ(text(log->state()), "ready") << log->trouble();
  EXPECT_EQ(again.read(*log).values, expected);
}

}  // namespace ottla::log_testing
