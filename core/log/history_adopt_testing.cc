// What is there after a start, and what must be: nothing acknowledged is missing, nothing is there that was not written, in
// this order and at these offsets.
#include <algorithm>

#include "core/log/history_run_testing.h"

namespace ottla::log_testing {

namespace {

std::string number(Offset offset) { return std::to_string(offset.value()); }

}  // namespace

// Reads all that is there and makes the model say so, if it may be.
bool HistoryRun::adopt(Log& log) {
  const Offset start = log.log_start();
  const Offset end = log.log_end();
  // The log start is durable with the next checkpoint: what was released may be back.
  model_.batches.insert(model_.batches.begin(), model_.released.begin(), model_.released.end());
  model_.released.clear();
  Offset needed = kept_end_.value_or(model_.acknowledged);
  if (model_.truncating.has_value()) needed = std::min(needed, model_.least_end(*model_.truncating));
  if (!ends_may_be(start, end, needed)) return true;
  std::vector<ModelBatch> there;
  const bool restarted = model_.restarting.has_value() && start == *model_.restarting && end == start;
  if (!restarted) {
    const auto stored = read_all(log);
    if (!stored.has_value()) return over();
    auto matched = match(*stored, start, end, needed);
    if (!matched.has_value()) return true;
    there = std::move(*matched);
  }
  // What lies below the log start in the first segment is there too, and nobody reads it.
  const Offset first = there.empty() ? end : there.front().base;
  std::vector<ModelBatch> all;
  for (ModelBatch& batch : model_.batches) {
    if (batch.last < first && batch.base >= log.segment(0).base()) all.push_back(std::move(batch));
  }
  for (ModelBatch& batch : there) all.push_back(std::move(batch));
  const Offset gone_below = model_.batches.empty() ? start : model_.batches.front().base;
  if (log.segment(0).base() > gone_below) model_.forget_below(log.segment(0).base());
  model_.released.clear();
  model_.batches = std::move(all);
  model_.undecided.clear();
  model_.log_start = start;
  model_.log_end = end;
  model_.truncating.reset();
  model_.restarting.reset();
  // A restart above the end that a crash cut short leaves less than was committed, or nothing.
  for (Offset* below : {&model_.acknowledged, &model_.cleaned_below, &model_.committed}) *below = std::min(*below, end);
  model_.rebuild_producers();
  ++changes_;
  (void)compare_all(log);
  return true;
}

bool HistoryRun::ends_may_be(Offset start, Offset end, Offset needed) {
  if (start > end) return break_promise("the log start is above the log end"), false;
  if (model_.restarting.has_value()) return true;
  if (end < needed) {
    break_promise((kept_end_.has_value() ? "written below " : "acknowledged below ") + number(needed) +
                  ", there is only what is below " + number(end));
    return false;
  }
  // (Of a partition of which nothing was ever synced, names may have survived in any order.)
  if (start > std::max(model_.log_start, model_.highest_log_start) && folder_durable_) {
    break_promise("the log starts at " + number(start) + ", above where it was raised to");
    return false;
  }
  return true;
}

std::optional<std::vector<std::string>> HistoryRun::read_all(Log& log) {
  std::vector<std::string> all;
  const Offset end = log.log_end();
  for (Offset at = log.log_start(); at < end;) {
    const auto read = read_warm(log, {.offset = at, .end = end, .size_max = 1 << 20});
    if (over() || !disk_.has_power()) return std::nullopt;
    if (!read.has_value()) return break_promise("nothing can be read at " + number(at)), std::nullopt;
    if (read->records.size == 0) break;
    std::string bytes(static_cast<size_t>(read->records.size), '\0');
    if (!read_exactly(*read->records.file, read->records.position,
                      {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()})
             .ok()) {
      return break_promise("what was read is not there"), std::nullopt;
    }
    for (BytesView rest = BytesView::of(bytes); !rest.empty();) {
      const auto batch = BatchView::first_of(rest);
      if (!batch.ok()) return break_promise("a read that is no row of batches at " + number(at)), std::nullopt;
      all.emplace_back(batch->bytes().text());
      at = batch->next_offset();
      rest = rest.from(batch->size());
    }
  }
  return all;
}

std::optional<std::vector<ModelBatch>> HistoryRun::match(const std::vector<std::string>& stored, Offset start,
                                                         Offset end, Offset needed) {
  MayBeGone may_be_gone(model_, settings_, now());
  std::vector<ModelBatch> there;
  std::vector<size_t> left;
  // What is missing up to `base`, where something else is.
  const auto skip = [&](Offset base, bool may_miss_unneeded) {
    const ModelBatch* between = model_.first_from(there.empty() ? start : there.back().last + 1, end);
    for (; between != nullptr && between->base < base; between = model_.first_from(between->last + 1, end)) {
      if (may_be_gone(*between)) {
        there.push_back(*between);
        there.back().gone = true;
      } else if (!may_miss_unneeded || between->last < needed) {
        break_promise("a hole at " + number(between->base));
        return false;
      }
    }
    return true;
  };
  for (const std::string& bytes : stored) {
    const BatchView batch = BatchView::only(BytesView::of(bytes)).value();
    const Offset base = batch.base_offset();
    const ModelBatch* written = model_.at(base);
    const bool verbatim = written != nullptr && written->bytes == bytes;
    std::string wrong = written == nullptr ? "what stands at " + number(base) + " was never written there" : "";
    if (written != nullptr && !verbatim) wrong = may_be_gone.compare(*written, batch, left);
    if (!wrong.empty()) {
      const auto failed = std::find_if(model_.undecided.begin(), model_.undecided.end(),
                                       [&](const ModelBatch& one) { return one.base == base && one.bytes == bytes; });
      if (failed == model_.undecided.end()) return break_promise(wrong), std::nullopt;
      written = &*failed;
    } else if (verbatim) {
      left.clear();
      for (size_t record = 0; record < written->records.size(); ++record) left.push_back(record);
    }
    // An append that failed may be back in the place of one that was not synced.
    if (!skip(base, !wrong.empty())) return std::nullopt;
    may_be_gone.there(*written, left);
    there.push_back(*written);
    there.back().gone = false;
  }
  if (!skip(end, false)) return std::nullopt;
  const Offset reached = there.empty() ? start : there.back().last + 1;
  if (reached < end) return break_promise("nothing to read at " + number(reached)), std::nullopt;
  if (std::string wrong = may_be_gone.risen(); !wrong.empty()) return break_promise(wrong), std::nullopt;
  return there;
}

}  // namespace ottla::log_testing
