// What readers of a log in a history get, and must get.
#include <algorithm>
#include <set>

#include "core/log/history_run_testing.h"
#include "core/log/offset_for_time.h"

namespace ottla::log_testing {

namespace {

std::string number(Offset offset) { return std::to_string(offset.value()); }

std::string bytes_of(const FileSlice& slice) {
  std::string bytes(static_cast<size_t>(slice.size), '\0');
  const auto read = read_exactly(*slice.file, slice.position, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
  return read.ok() ? bytes : "unreadable: " + describe(read.error(), slice.file->path());
}

}  // namespace

// With what was cold fetched first. Nothing when that could not be: the power went, the log is not ready any more.
std::optional<LogRead> HistoryRun::read_warm(Log& log, const ReadRequest& request) {
  ReadRequest asked = request;
  for (int attempt = 0; attempt < 6; ++attempt) {
    const auto read = log.read(asked);
    if (!read.ok()) {
      if (read.error() == LogError::quarantined && quarantine_allowed_) {
        outcome_.quarantined = 1;
      } else if (!disturbed()) {
        break_promise("a read fails: " + std::string(text(read.error().code())) + " " + log.trouble());
      }
      return std::nullopt;
    }
    if (!read->needs_cold_read) return *read;
    const auto started = log.start_cold_read(asked);
    if (!started.ok()) {
      if (!disturbed()) break_promise("a cold read does not start");
      return std::nullopt;
    }
    wait_for(*started);
    if (over() || !disk_.has_power()) return std::nullopt;
    if (log.state() == LogState::quarantined && quarantine_allowed_) outcome_.quarantined = 1;
    if (log.state() != LogState::ready) {
      if (outcome_.quarantined == 0 && recovering_) break_promise("a cold read ends in trouble: " + log.trouble());
      return std::nullopt;
    }
    asked.may_block = true;
  }
  if (!disturbed()) break_promise("a cold read at " + number(request.offset) + " does not help");
  return std::nullopt;
}

void HistoryRun::read(Log& log, const Operation& operation) {
  const int64_t length = model_.log_end - model_.log_start;
  const uint32_t b = operation.b;
  constexpr int64_t kSizes[] = {1, 100, 1'000, 10'000, 1 << 20};
  ReadRequest request{.offset = model_.log_start + static_cast<int64_t>(operation.a % (length + 1)),
                      .end = model_.log_end,
                      .size_max = kSizes[b % 5],
                      .at_least_one = b / 5 % 4 != 0};
  if (b / 20 % 2 == 0) request.end = request.offset + static_cast<int64_t>(b / 40 % 20);
  const uint64_t changes = changes_;
  const auto got = read_warm(log, request);
  if (!got.has_value() || changes != changes_) return;
  ++outcome_.reads;
  if (check_read(*got, request, b / 40 % 3 == 0) || over()) return;
}

bool HistoryRun::check_read(const LogRead& read, const ReadRequest& request, bool hold) {
  std::optional<MayBeGone> may_be_gone;
  if (model_.cleaned_below > request.offset) may_be_gone.emplace(model_, settings_, now());
  const ModelBatch* batch = model_.first_from(request.offset, std::min(request.end, model_.log_end));
  const ModelBatch* const batches_end = model_.batches.data() + model_.batches.size();
  const auto skip_gone = [&](Offset below) {
    while (may_be_gone.has_value() && batch != nullptr && batch != batches_end && batch->base < below &&
           batch->last < request.end && (*may_be_gone)(*batch)) {
      ++batch;
    }
  };
  const std::string at = " at " + number(request.offset);
  if (read.records.size == 0) {
    skip_gone(request.end);
    if (batch == nullptr || batch == batches_end || batch->last >= request.end) return true;
    // (One that may be gone may be there, and too large; and where compaction writes a horizon a batch grows.)
    const bool fits = !may_be_gone.has_value() && static_cast<int64_t>(batch->bytes.size()) <= request.size_max;
    if (request.at_least_one || fits) {
      break_promise("nothing is read" + at);
    }
    return !over();
  }
  if (batch == nullptr) return break_promise("something is read" + at + ", where nothing is"), false;
  skip_gone(read.first_base);
  if (batch == batches_end || read.first_base != batch->base) {
    return break_promise("the wrong batch is read" + at), false;
  }
  const std::string bytes = bytes_of(read.records);
  int count = 0;
  for (BytesView rest = BytesView::of(bytes); !rest.empty(); ++batch, ++count) {
    const auto stored = BatchView::first_of(rest);
    if (stored.ok()) skip_gone(stored->base_offset());
    if (batch == batches_end || batch->last >= request.end) {
      return break_promise("more is read than was asked for" + at), false;
    }
    size_t size = batch->bytes.size();
    if (rest.text().substr(0, size) != batch->bytes) {
      // The kernel dropped what the disk did not take; the next sync tells, and it is written again.
      if (sync_failed_ && batch->last >= model_.acknowledged) return true;
      std::vector<size_t> left;
      const std::string wrong = !may_be_gone.has_value() || !stored.ok()
                                    ? "wrong bytes are read at " + number(batch->base)
                                    : may_be_gone->compare(*batch, *stored, left);
      if (!wrong.empty()) return break_promise(wrong), false;
      size = stored->size();
    }
    rest = rest.from(size);
  }
  if (count > 1 && static_cast<int64_t>(bytes.size()) > request.size_max)
    return break_promise("too much is read" + at), false;
  if (hold) {
    held_.push_back({read.records, bytes});
    if (held_.size() > 4) held_.pop_front();
  }
  return true;
}

// A slice reads the same for as long as it is held, whatever became of the log.
void HistoryRun::read_held(bool all) {
  // After a failed sync the page cache may show what it likes of the bytes that were not synced.
  if (!disk_.has_power() || sync_failed_) return held_.clear();
  while (!held_.empty()) {
    if (bytes_of(held_.front().slice) != held_.front().bytes && disk_.has_power()) {
      return break_promise("a slice that was given out has other bytes now");
    }
    held_.pop_front();
    if (!all) return;
  }
}

std::optional<std::vector<AbortedTransaction>> HistoryRun::aborted_warm(Log& log, Offset start, Offset end) {
  const uint64_t changes = changes_;
  for (int attempt = 0; attempt < 60; ++attempt) {
    const auto read = log.aborted_in(start, end);
    if (!read.ok() || changes != changes_) return std::nullopt;
    if (!read->needs_cold_read) return read->aborted;
    const auto started = log.start_cold_read({.offset = read->cold_offset, .end = model_.log_end, .size_max = 1});
    if (!started.ok()) return std::nullopt;
    wait_for(*started);
    if (over() || !disk_.has_power()) return std::nullopt;
  }
  if (!disturbed()) break_promise("cold reads for aborted transactions do not help");
  return std::nullopt;
}

// Who reads committed records sees none of an aborted transaction, and all of the others.
void HistoryRun::read_aborted(Log& log, const Operation& operation) {
  const Offset start = model_.log_start + static_cast<int64_t>(operation.a % (model_.log_end - model_.log_start + 1));
  const Offset end = start + static_cast<int64_t>(operation.b % 20);
  const uint64_t changes = changes_;
  std::set<Offset> with_data;
  for (Offset at = start; settings_.compacts && at < end;) {
    const auto read = read_warm(log, {.offset = at, .end = model_.log_end, .size_max = 1 << 20});
    if (!read.has_value() || changes != changes_ || over()) return;
    if (read->records.size == 0) break;
    const std::string bytes = bytes_of(read->records);
    for (BytesView rest = BytesView::of(bytes); !rest.empty();) {
      const auto batch = BatchView::first_of(rest);
      if (!batch.ok()) return;  // check_read() is for that
      if (batch->record_count() > 0) with_data.insert(batch->base_offset());
      at = batch->next_offset();
      rest = rest.from(batch->size());
    }
  }
  const auto aborted = aborted_warm(log, start, end);
  if (!aborted.has_value() || changes != changes_ || over()) return;
  std::string difference = compare_aborted(
      *aborted, model_, start, end, [&](Offset base) { return !settings_.compacts || with_data.contains(base); });
  if (!difference.empty()) break_promise(std::move(difference));
}

void HistoryRun::find_time(Log& log, const Operation& operation) {
  if (model_.batches.empty()) return;
  const ModelBatch& near = model_.batches[operation.a % model_.batches.size()];
  const Timestamp timestamp = near.first_timestamp + Duration::from_ms(static_cast<int64_t>(operation.b % 7) - 2);
  const auto started = log.start_offset_for_time(timestamp, model_.log_end);
  if (started.ok()) searches_.push_back({*started, timestamp, changes_ + outcome_.appends});
}

void HistoryRun::check_found(const Search& search, Job& job) {
  const auto& done = finished<OffsetForTime>(job);
  Log* log = ready_log();
  if (log == nullptr || search.changes != changes_ + outcome_.appends || done.error().has_value()) return;
  if (done.damage().has_value()) {
    if (!quarantine_allowed_ && !sync_failed_) break_promise("a search by time finds damage: " + *done.damage());
    return;
  }
  const MayBeGone may_be_gone(model_, settings_, now());
  const auto found = done.found().has_value() ? std::optional(done.found()->offset) : std::nullopt;
  const auto tell = [&](Offset expected) {
    break_promise("the first record at or after a time is " + number(expected) + ", found " +
                  (found ? number(*found) : "none"));
  };
  for (const ModelBatch& batch : model_.batches) {
    for (Offset at = batch.base; at <= batch.last; at = at + 1) {
      const Timestamp stamp = batch.first_timestamp + Duration::from_ms(at - batch.base);
      if (at < model_.log_start || stamp < search.timestamp) continue;
      if (at == found) return;
      const bool marker = batch.ends != ModelBatch::Ends::nothing;
      const bool gone = batch.last < model_.cleaned_below && settings_.compacts &&
                        (marker ? may_be_gone(batch) : may_be_gone(batch, static_cast<size_t>(at - batch.base)));
      if (!gone) return tell(at);
    }
  }
  if (found.has_value()) break_promise("found a record by time at " + number(*found) + ", where none is");
}

}  // namespace ottla::log_testing
