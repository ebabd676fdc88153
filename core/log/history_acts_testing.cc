// What an owner does to its log but for appending, one function an operation, and what must come of it.
#include <algorithm>

#include "core/io/whole_file.h"
#include "core/log/history_run_testing.h"
#include "core/log/retention.h"

namespace ottla::log_testing {

void HistoryRun::act(const Operation& operation) {
  const uint32_t a = operation.a;
  switch (operation.act) {
    case Act::wait:
      if (a % 4 == 0) epoch_time_ = epoch_time_ + Duration::from_ms(a % 1'000);
      return advance(97 * (a % 3));
    case Act::drop_cache: return disk_.drop_cache();
    case Act::cut_power: return disk_.cut_power_after(a % (a % 3 == 0 ? 6 : 60));
    case Act::crash:
      ++outcome_.crashes;
      die(Death::power, std::nullopt);
      return;
    case Act::kill: ++outcome_.kills; return die(Death::kill, std::nullopt);
    case Act::stop: ++outcome_.stops; return die(Death::stop, std::nullopt);
    case Act::stop_and_damage:
      ++outcome_.stops;
      return die(Death::stop, Damage{.log = false, .a = a, .b = operation.b});
    case Act::crash_and_damage:
      ++outcome_.crashes;
      return die(Death::power, Damage{.log = false, .a = a, .b = operation.b});
    case Act::rot: ++outcome_.stops; return die(Death::stop, Damage{.log = true, .a = a, .b = operation.b});
    case Act::fail_sync:
      disk_.faults().add(
          {.operation = a % 2 == 0 ? IoOperation::sync : IoOperation::sync_directory, .nth = 1 + a / 2 % 4});
      disk_.faults().add({.operation = IoOperation::sync_all, .nth = 1});
      sync_failed_ = true;
      return;
    case Act::fail_write:
      disk_.faults().add({.operation = IoOperation::write, .nth = 1 + a % 3});
      if (a % 5 == 0) disk_.faults().add({.operation = IoOperation::truncate, .nth = 1});
      return;
    case Act::fill_disk:
      disk_full_ = !disk_full_;
      was_full_ = true;
      disk_.set_capacity(
          disk_full_ ? (disk_.space().ok() ? (*disk_.space()).capacity - (*disk_.space()).available : 0) + a % 2'000
                     : int64_t{1} << 40);
      return;
    case Act::sync: return directory_->sync();
    case Act::checkpoint: return directory_->write_checkpoints();
    default: break;
  }
  if (operation.act == Act::truncate && log() != nullptr && log()->state() == LogState::dormant && a % 2 == 0) {
    return truncate(*log(), operation);  // which wakes it
  }
  wake();
  if (over()) return;
  Log* found = ready_log();
  if (found == nullptr) {
    // A log in trouble is of no more use before a start.
    if (log() != nullptr && log()->state() == LogState::offline) {
      ++outcome_.crashes;
      die(Death::power, std::nullopt);
    }
    return;
  }
  Log& log = *found;
  switch (operation.act) {
    case Act::append: append(log, operation); break;
    case Act::append_idempotent: append_idempotent(log, operation); break;
    case Act::append_transactional: append_transactional(log, operation); break;
    case Act::append_replicated: append_replicated(log, operation); break;
    case Act::append_refused: append_refused(log, operation); break;
    case Act::begin_epoch:
      epoch_ = LeaderEpoch(epoch_.value() + 1);
      if (!log.begin_epoch(epoch_).ok()) break_promise("a new epoch is refused");
      break;
    case Act::roll:
      if (!log.roll().ok() && !disturbed()) break_promise("rolling fails");
      break;
    case Act::read: read(log, operation); break;
    case Act::read_held: read_held(false); break;
    case Act::read_aborted: read_aborted(log, operation); break;
    case Act::find_time: find_time(log, operation); break;
    case Act::scrub: (void)log.start_scrub(a % log.segment_count()); break;
    case Act::fail_write_back:
      disk_.fail_write_back(log.folder() + "/" + log.active().file_name());
      sync_failed_ = true;
      break;
    case Act::truncate: truncate(log, operation); break;
    case Act::restart_at:
      ++outcome_.truncations;
      model_.restarting = model_.log_end + static_cast<int64_t>(a % 10);
      model_.acknowledged = std::min(model_.acknowledged, model_.log_start);
      if (!log.restart_at(*model_.restarting).ok()) break_promise("a restart is refused");
      break;
    case Act::raise_log_start: {
      const Offset start = model_.log_start + static_cast<int64_t>(a % (model_.log_end - model_.log_start + 1));
      if (!log.raise_log_start(start).ok()) break_promise("the log start does not rise");
      model_.log_start = start;
      model_.highest_log_start = std::max(model_.highest_log_start, start);
      ++changes_;
      break;
    }
    case Act::release: release(log); break;
    case Act::retain: retain(log); break;
    case Act::clean: clean(operation); break;
    default: OTTLA_UNREACHABLE("an act that nobody plays");
  }
  observe();
}

// --- Removal

void HistoryRun::truncate(Log& log, const Operation& operation) {
  const int64_t length = model_.log_end - model_.log_start;
  // Mostly a little: what a leader of a new epoch asks of a follower.
  const int64_t back = operation.a % (operation.b % 4 == 0 ? length + 1 : std::min<int64_t>(length, 8) + 1);
  const Offset end = std::max(model_.log_end - back, std::min(model_.committed, model_.log_end));
  if (end < model_.log_end) {
    ++outcome_.truncations;
    model_.truncating = end;
    model_.acknowledged = std::min(model_.acknowledged, model_.least_end(end));
  }
  if (!log.truncate_to(end).ok()) break_promise("a truncation is refused");
}

void HistoryRun::release(Log& log) {
  if (log.release_below_log_start(clock_.now()) == 0) return;
  ++changes_;
  model_.forget_below(log.segment(0).base());
}

void HistoryRun::retain(Log& log) {
  const Offset before = log.log_start();
  const auto count = apply_retention(log, model_.acknowledged, now(), clock_.now(), marks_);
  if (!count.ok() && !disturbed()) return break_promise("retention fails");
  const Offset start = log.log_start();
  if (start < before || start > std::max(before, model_.acknowledged)) return break_promise("retention goes too far");
  if (start == before && (!count.ok() || *count == 0)) return;
  model_.log_start = start;
  model_.highest_log_start = std::max(model_.highest_log_start, start);
  model_.forget_below(log.segment(0).base());
  ++changes_;
}

// Up to the high watermark, which is what is durable here, and to the first open transaction. Mostly there is something to
// clean and time for it; else whatever is there, and whatever comes between.
void HistoryRun::clean(const Operation& operation) {
  if (!settings_.compacts) return;
  const bool patient = operation.a % 4 != 0;
  const int events_max = operation.b % 3 == 0 ? static_cast<int>(operation.b / 3 % 60) : 300;
  if (patient) {
    end_transactions(operation.a);
    Log* log = ready_log();
    if (log == nullptr || over()) return;
    if (!log->roll().ok() && !disturbed()) return break_promise("rolling fails");
    directory_->sync();
    run_while([this] { return directory_->syncing(); }, 100);
  }
  if (operation.b % 8 == 1) disk_.cut_power_after(operation.b / 8 % 60);
  // The first ticks may do no more than fetch indexes.
  for (int attempt = 0; attempt < (patient ? 4 : 1); ++attempt) {
    const Log* log = ready_log();
    if (log == nullptr || over()) return;
    if (!cleaner_->cleaning()) {
      const Offset below = std::min(log->stable_end(model_.acknowledged), log->active().base());
      model_.cleaned_below = std::max(model_.cleaned_below, below);
      model_.committed = std::max(model_.committed, model_.acknowledged);
    }
    // Under `replicated` the high watermark is ahead of the disk, and compaction is not to be.
    const Offset high_watermark = settings_.persisted ? model_.acknowledged : model_.log_end;
    const Cleaner::Subject subject{.partition = partition_, .high_watermark = high_watermark};
    const uint64_t passes = cleaner_->passes_count();
    cleaner_->tick({&subject, 1}, now(), clock_.now());
    if (!patient) return;
    run_while([this] { return cleaner_->cleaning(); }, events_max);
    if (cleaner_->passes_count() > passes) return;
  }
}

}  // namespace ottla::log_testing
