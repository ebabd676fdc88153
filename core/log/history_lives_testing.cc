// How the life of a log in a history ends, and what has to be there when the next one begins.
#include <algorithm>

#include "core/io/whole_file.h"
#include "core/log/history_run_testing.h"

namespace ottla::log_testing {

void HistoryRun::make_log() {
  TopicId topic;
  topic.bytes.fill(7);
  const auto created = directory_->create(partition_, topic, options_.settings);
  if (!created.ok()) {
    if (!disturbed()) break_promise("a partition cannot be created");
    return;
  }
  number_ = (*created)->number();
  model_ = LogModel();
}

bool HistoryRun::start() {
  auto started = LogDirectory::start(disk_, *jobs_, lines_, marks_, entropy_, options_, clock_.now());
  if (!started.ok()) return false;
  directory_ = std::move(*started);
  cleaner_ = std::make_unique<Cleaner>(*directory_, *jobs_, entropy_, Cleaner::Options{.map_size_max = 1 << 12});
  return true;
}

void HistoryRun::drop_all() {
  jobs_->drop_all();
  cleaner_.reset();
  directory_.reset();
}

void HistoryRun::begin() {
  if (!start()) return break_promise("an empty directory does not start");
  make_log();
}

void HistoryRun::die(Death death, std::optional<Damage> damage) {
  bool exact = false;
  if (death == Death::stop) {
    disk_.faults().clear();
    disk_.set_capacity(int64_t{1} << 40);
    disk_full_ = false;
    exact = run_to_stop();
    if (over()) return;
    if (!disk_.has_power()) {
      ++outcome_.crashes;
      death = Death::power;
    }
  }
  if (death == Death::power && cleaner_->cleaning()) ++outcome_.crashes_in_compaction;
  read_held(true);
  held_.clear();
  searches_.clear();
  drop_all();
  // The page cache after a failed sync shows what the disk does not have, and a process that starts then cannot know:
  // only a machine that starts anew tells the truth.
  const bool power_lost = death == Death::power || (sync_failed_ && !exact);
  if (power_lost) {
    disk_.crash();
  } else if (!model_.restarting.has_value() && !damage.has_value()) {
    kept_end_ = model_.log_end;
  }
  disk_.faults().clear();
  disk_.set_capacity(int64_t{1} << 40);
  disk_full_ = was_full_ = false;
  // An error that nobody has heard of yet is still to be told.
  if (power_lost) sync_failed_ = false;
  hits_at_birth_ = disk_.faults().hit_count();
  // Batches that no checkpoint calls synced may be torn for all that recovery knows.
  if (damage.has_value() && (exact || !damage->log)) damage_files(*damage);
  recover(exact && !damage.has_value());
  if (damage.has_value()) find_every_batch();
  kept_end_.reset();
}

// True when everything about the stop was as it should be, so that the next start knows all.
bool HistoryRun::run_to_stop() {
  const auto settled = [this] { return log() == nullptr || log()->state() != LogState::loading; };
  for (int turn = 0; turn < 100 && !settled() && disk_.has_power() && !over(); ++turn) advance(97);
  if (over() || !disk_.has_power()) return false;
  cleaner_->checkpoint();
  directory_->stop();
  const auto stopped = [this] { return directory_->stopped() && !cleaner_->saving(); };
  if (!step_until(stopped) || !disk_.has_power()) return false;
  Log* found = log();
  return found != nullptr && found->state() == LogState::ready && found->synced_end() == found->log_end();
}

void HistoryRun::recover(bool exact) {
  for (int attempt = 0; !over(); ++attempt) {
    recovering_ = true;
    const bool done = start_and_load(exact);
    recovering_ = false;
    if (done || over()) break;
    ++outcome_.crashes_in_recovery;
    held_.clear();
    drop_all();
    disk_.crash();
    kept_end_.reset();
    exact = false;
    if (attempt > 20) break_promise("recovery does not come to an end");
  }
  observe();
}

bool HistoryRun::start_and_load(bool exact) {
  if (!start()) {
    if (disk_.has_power()) break_promise("the directory does not start");
    return false;
  }
  Log* found = log();
  if (found == nullptr) {
    if (folder_durable_) break_promise("the partition is gone");
    make_log();
    return disk_.has_power();
  }
  Log& log = *found;
  if (exact && (!directory_->started_clean() || !log.ends_known() || log.log_end() != model_.log_end)) {
    break_promise("a clean stop, and the log end is not known");
    return true;
  }
  log.load();
  (void)step_until([&] { return log.state() != LogState::loading; });
  if (!disk_.has_power()) return false;
  if (over()) return true;
  if (log.state() == LogState::quarantined && quarantine_allowed_) {
    outcome_.quarantined = 1;
    return true;
  }
  if (log.state() != LogState::ready) {
    break_promise("the log is " + std::string(text(log.state())) + " after a start: " + log.trouble());
    return true;
  }
  if (exact && log.log_end() != model_.log_end) break_promise("a clean stop lost batches");
  if (exact && log.log_start() != model_.log_start) break_promise("a clean stop lost the start");
  const std::vector<std::pair<ProducerId, size_t>> sure = [&] {
    std::vector<std::pair<ProducerId, size_t>> counts;
    for (const auto& [id, producer] : model_.producers) counts.emplace_back(id, producer.sure_count);
    return counts;
  }();
  if (!adopt(log)) return false;
  if (over()) return true;
  // A stop writes down what producers sent last, all of it.
  if (exact) {
    for (const auto& [id, count] : sure) {
      ModelProducer& producer = model_.producers[id];
      producer.sure_count = std::max(producer.sure_count, std::min(count, producer.window.size()));
    }
  }
  return disk_.has_power();
}

void HistoryRun::fall_asleep(uint32_t draw) {
  const bool patient = draw % 64 == 1;
  if ((draw % 8 != 0 && !patient) || over()) return;
  if (patient) directory_->sync();
  // What sleep() begins takes a while, and what has to be over before it, too.
  for (int attempt = 0; attempt < (patient ? 3 : 1); ++attempt) {
    Log* log = ready_log();
    if (log == nullptr || model_.truncating.has_value() || model_.restarting.has_value()) return;
    if (log->sleep(clock_.now())) {
      ++outcome_.sleeps;
      return;
    }
    if (patient) run_while([&] { return log->waits_for_jobs(); }, 100);
  }
}

void HistoryRun::wake() {
  Log* log = this->log();
  if (log == nullptr || log->state() != LogState::dormant || !disk_.has_power()) return;
  log->load();
  (void)step_until([&] { return log->state() != LogState::loading; });
  if (!disk_.has_power() || over()) return;
  if (log->state() == LogState::ready) {
    (void)compare_all(*log);
  } else if (!disturbed()) {
    break_promise("the log is " + std::string(text(log->state())) + " after its sleep: " + log->trouble());
  }
}

// Every batch is found by its last offset: each entry of the indexes is used.
void HistoryRun::find_every_batch() {
  for (size_t index = 0; index < model_.batches.size(); ++index) {
    Log* log = ready_log();
    if (log == nullptr || over()) return;
    const Offset last = model_.batches[index].last;
    if (last < model_.log_start) continue;
    const ReadRequest request{.offset = last, .end = model_.log_end, .size_max = 1};
    const uint64_t changes = changes_;
    const auto found = read_warm(*log, request);
    if (!found.has_value() || changes != changes_ || !check_read(*found, request, false)) return;
  }
}

// --- Damage

void HistoryRun::damage_files(const Damage& damage) {
  disk_.cut_power_after(uint64_t{1} << 60);  // not amid this
  std::vector<std::string> paths;
  const std::string folder = partition_.text();
  for (const std::string& in : {std::string(), folder}) {
    const auto entries = disk_.list(in);
    if (!entries.ok()) continue;
    for (const DirectoryEntry& entry : *entries) {
      if (entry.is_directory || entry.name == ".lock") continue;
      const bool batches = entry.name.ends_with(kLogSuffix);
      if (batches != damage.log) continue;
      paths.push_back(in.empty() ? entry.name : in + "/" + entry.name);
    }
  }
  // Index files more often than by their number: they are believed, once their sums fit.
  std::vector<std::string> indexes;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(indexes), [](const std::string& path) {
    return path.ends_with(kIndexSuffix) || path.ends_with(kTimeIndexSuffix);
  });
  if (!indexes.empty() && damage.b / 1'024 % 3 == 0) paths = std::move(indexes);
  if (paths.empty()) return;
  const std::string& path = paths[damage.a % paths.size()];
  const auto status = disk_.status(path);
  if (!status.ok()) return;
  // Kafka's own files have no checksum: a digit that turned into another is nothing that anybody could see.
  const bool unchecked =
      path.ends_with(kPartitionMetadataFile) || path.ends_with(kRecoveryPointFile) || path.ends_with(kLogStartFile);
  const int64_t at = status->size > 0 ? (damage.b >> 4) % status->size : 0;
  switch (damage.b % 4) {
    case 0:
      if (unchecked || !disk_.flip_bit(path, at, (damage.b >> 2) % 8)) return;
      break;
    case 1:
      if (!disk_.zero_page(path, at)) return;
      break;
    case 2: {
      auto file = disk_.open(path, Access::read_write);
      if (!file.ok() || !(*file)->truncate(at).ok() || !(*file)->sync().ok()) return;
      break;
    }
    default:
      if (!disk_.unlink(path).ok() || !disk_.sync_directory(parent_path(path)).ok()) return;
  }
  ++outcome_.damaged_files;
  disk_.drop_cache();
  // Or somebody read it since, a backup say: then the damage is in the cache and nothing makes a reader wait for it.
  if (damage.b / 4'096 % 2 == 0) (void)read_whole_file(disk_, path, 1 << 20);
  // Which transactions were aborted stands in the aborted index, and can be told without it only from a snapshot. And a
  // segment that compaction replaced may be told from a damaged one only by its mark.
  for (const std::string_view suffix : {kSnapshotSuffix, kAbortedIndexSuffix, kReplacedSuffix}) {
    if (path.ends_with(suffix)) quarantine_allowed_ = true;
  }
  if (damage.log) quarantine_allowed_ = true;
}

}  // namespace ottla::log_testing
