#include "core/log/history_run_testing.h"

#include <algorithm>

namespace ottla::log_testing {

namespace {

template <class T>
T pick(Prng& prng, std::initializer_list<T> from) {
  return *(from.begin() + prng.below(from.size()));
}

sim::SimDiskOptions draw_disk(Prng& prng) {
  sim::SimDiskOptions options;
  options.would_block_per_mille = pick<uint32_t>(prng, {0, 0, 30, 300});
  options.write_back_per_mille = pick<uint32_t>(prng, {0, 30, 300});
  options.history_max = 64;
  return options;
}

}  // namespace

HistoryRun::HistoryRun(const History& history, Marks& marks)
    : history_(history),
      marks_(marks),
      prng_(history.seed),
      disk_(prng_.next(), draw_disk(prng_)),
      lines_([this] { return clock_.now(); }, 40),
      entropy_(prng_.next()) {
  settings_.segment_size_max = pick<int64_t>(prng_, {700, 2'000, 8'000, 1 << 20});
  settings_.segment_age_max = pick(prng_, {Duration::from_s(1'000'000), Duration::from_ms(50)});
  settings_.segment_index_size_max = pick<int64_t>(prng_, {10'000'000, 10'000'000, 60});
  settings_.index_interval = pick<int64_t>(prng_, {1, 300, 4'096});
  settings_.preallocate = prng_.chance(1, 4);
  settings_.reserve_from = pick<int64_t>(prng_, {0, 500, 1 << 20});
  settings_.persisted = prng_.chance(3, 4);
  settings_.file_delete_delay = pick(prng_, {Duration(), Duration::from_ms(80)});
  settings_.compacts = prng_.chance(9, 10);
  settings_.deletes = prng_.chance(1, 2);
  settings_.retention_ms = pick<int64_t>(prng_, {-1, 300});
  settings_.retention_size = pick<int64_t>(prng_, {-1, -1, 3'000});
  settings_.delete_retention_ms = pick<int64_t>(prng_, {0, 500, 3'600'000});
  settings_.min_cleanable_dirty_ratio = pick(prng_, {0.0, 0.5});
  options_.checkpoint_interval = pick(prng_, {Duration::from_ms(20), Duration::from_ms(200)});
  options_.sync_jobs_max = 1 + prng_.below(3);
  options_.sync_all_above = pick<size_t>(prng_, {1, 256, 256});
  options_.files_open_max = pick<size_t>(prng_, {1, 3, 512});
  options_.settings = std::make_shared<const LogSettings>(settings_);
  sync_one_in_ = pick<uint32_t>(prng_, {1, 3, 10});
  lines_.set_least(LogLevel::warn);
  jobs_ = std::make_unique<sim::SimJobs>(clock_, prng_.next(),
                                         [this](JobId id, JobResult result) { completed(id, std::move(result)); });
  sim::SimJobs::Delays delays;
  delays.slow_one_in = pick<uint32_t>(prng_, {50, 50, 4});
  jobs_->set_delays(delays);
}

HistoryRun::~HistoryRun() {
  held_.clear();
  drop_all();
}

Outcome HistoryRun::run() {
  const uint64_t compactions_before = marks_.count(Mark::segments_compacted);
  begin();
  for (const Operation& operation : history_.operations) {
    if (over()) break;
    ++outcome_.operations_done;
    act(operation);
    if (over()) break;
    if (disk_.has_power()) advance(operation.b);
    if (!disk_.has_power()) {
      ++outcome_.crashes;
      die(Death::power, std::nullopt);
    }
  }
  if (!over()) read_held(true);
  if (!over()) {
    ++outcome_.crashes;
    die(Death::power, std::nullopt);
  }
  outcome_.compactions = marks_.count(Mark::segments_compacted) - compactions_before;
  outcome_.faults = disk_.faults().hit_count();
  outcome_.trace_hash = disk_.trace_hash();
  if (!outcome_.broken.empty()) outcome_.story = lines_.text() + disk_.history();
  return std::move(outcome_);
}

void HistoryRun::break_promise(std::string what) {
  if (outcome_.broken.empty()) outcome_.broken = std::move(what);
}

bool HistoryRun::disturbed() {
  return !disk_.has_power() || disk_.faults().hit_count() != hits_at_birth_ || sync_failed_ || was_full_;
}

Log* HistoryRun::log() { return directory_ == nullptr ? nullptr : directory_->find(partition_); }

Log* HistoryRun::ready_log() {
  Log* found = log();
  return found != nullptr && found->state() == LogState::ready && disk_.has_power() ? found : nullptr;
}

// --- Time

void HistoryRun::completed(JobId id, JobResult result) {
  const auto search =
      std::find_if(searches_.begin(), searches_.end(), [&](const Search& one) { return one.job == id; });
  if (search != searches_.end()) {
    check_found(*search, *result);
    searches_.erase(search);
  }
  jobs_done_.push_back(id);
  if (!cleaner_->completed(id, *result, clock_.now())) directory_->completed(id, std::move(result));
}

bool HistoryRun::step() {
  if (!clock_.run_next()) return false;
  observe();
  return true;
}

bool HistoryRun::step_until(const std::function<bool()>& done, int events_max) {
  for (int event = 0; event < events_max; ++event) {
    if (done()) return true;
    if (!disk_.has_power() || over() || !step()) return done();
  }
  break_promise("jobs do not come to an end");
  return false;
}

void HistoryRun::run_while(const std::function<bool()>& busy, int events_max) {
  for (int event = 0; event < events_max && busy() && disk_.has_power() && !over(); ++event) {
    if (!step()) return;
  }
}

void HistoryRun::wait_for(JobId job) {
  jobs_done_.clear();
  (void)step_until([&] { return std::find(jobs_done_.begin(), jobs_done_.end(), job) != jobs_done_.end(); });
}

void HistoryRun::advance(uint32_t draw) {
  fall_asleep(draw >> 20);
  if (over() || !disk_.has_power()) return;
  const Instant until = clock_.now() + Duration::from_us(draw % 97 == 0 ? 300'000 : (draw >> 8) % 1'500);
  if (draw % sync_one_in_ == 0) directory_->sync();
  directory_->tick(clock_.now(), now());
  while (disk_.has_power() && !over() && clock_.next_at() <= until) step();
  if (disk_.has_power() && !over()) clock_.run_until(until);
  observe();
}

// What may be said of the log at any moment.
void HistoryRun::observe() {
  if (directory_ == nullptr || !disk_.has_power() || recovering_ || over()) return;
  (void)directory_->take_notices();
  Log* found = log();
  if (found == nullptr) return;
  Log& log = *found;
  switch (log.state()) {
    case LogState::ready: break;
    case LogState::quarantined:
      if (quarantine_allowed_) {
        outcome_.quarantined = 1;
      } else {
        break_promise("quarantined without damage: " + log.trouble());
      }
      return;
    case LogState::offline:
      if (!disturbed()) break_promise("offline without a fault: " + log.trouble());
      return;
    case LogState::loading: return;
    case LogState::dormant:
      if (!log.ends_known() || log.durable_end() != log.log_end()) break_promise("asleep, and the ends are not known");
      break;
  }
  const bool asleep = log.state() == LogState::dormant;
  if (!asleep && (model_.truncating.has_value() || model_.restarting.has_value())) changed(log);
  if (log.log_end() != model_.log_end) {
    return break_promise("the log ends at " + std::to_string(log.log_end().value()) + " and should at " +
                         std::to_string(model_.log_end.value()));
  }
  if (log.log_start() != model_.log_start) return break_promise("the log start moved");
  if (log.log_start() > log.log_end()) return break_promise("the log start is above the log end");
  if (log.durable_end() > log.log_end()) return break_promise("the durable end is above the log end");
  const Offset told = settings_.persisted ? log.durable_end() : log.synced_end();
  if (told < model_.acknowledged) return break_promise("the durable end went back");
  model_.acknowledged = told;
  if (log.synced_end() > Offset(0)) folder_durable_ = true;
}

// A truncation that was asked for is done.
void HistoryRun::changed(Log& log) {
  ++changes_;
  if (model_.restarting.has_value()) {
    model_.restart(*model_.restarting);
    model_.restarting.reset();
  } else {
    model_.cut(*model_.truncating);
    model_.truncating.reset();
    // Where the cut falls into a gap between two batches, the log ends below it.
    const Offset least = model_.batches.empty() ? log.segment(0).base() : model_.batches.back().last + 1;
    if (log.log_end() >= least && log.log_end() < model_.log_end) model_.log_end = log.log_end();
    model_.acknowledged = std::min(model_.acknowledged, model_.log_end);
    model_.forget_below(log.segment(0).base());
    model_.rebuild_producers();
  }
  if (!compare_all(log)) return;
}

bool HistoryRun::compare_all(Log& log) {
  if (std::string difference = compare_epochs(log, model_); !difference.empty()) break_promise(difference);
  if (std::string difference = compare_producers(log, model_); !difference.empty()) break_promise(difference);
  if (std::string difference = compare_stable_end(log, model_); !difference.empty()) break_promise(difference);
  return !over();
}

}  // namespace ottla::log_testing
