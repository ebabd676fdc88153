#include "core/log/clean_transactions.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ottla {

CleanTransactions::CleanTransactions(std::vector<AbortedTransaction> aborted) : pending_(std::move(aborted)) {
  std::sort(pending_.begin(), pending_.end(), [](const AbortedTransaction& a, const AbortedTransaction& b) {
    return std::tie(a.first_offset, a.last_offset) > std::tie(b.first_offset, b.last_offset);
  });
}

void CleanTransactions::advance(Offset offset) {
  while (!pending_.empty() && pending_.back().first_offset <= offset) {
    const AbortedTransaction entry = pending_.back();
    pending_.pop_back();
    // Ended before the walk came here: the walk began in the middle of the log.
    if (entry.last_offset < offset) continue;
    aborted_.try_emplace(entry.producer_id, Aborted{entry, false});
  }
}

bool CleanTransactions::meet_data(const BatchView& batch) {
  advance(batch.last_offset());
  if (!batch.attributes().transactional()) return false;
  if (Aborted* aborted = aborted_.find(batch.producer_id())) {
    // Never beyond the marker's offset, even if no marker stands there: the next transaction may be committed.
    if (batch.last_offset() < aborted->entry.last_offset) {
      aborted->met = true;
      return true;
    }
    aborted_.erase(batch.producer_id());
  }
  committed_.insert(batch.producer_id());
  return false;
}

CleanTransactions::Marker CleanTransactions::meet_marker(const BatchView& batch,
                                                         std::optional<ControlRecordType> type) {
  advance(batch.last_offset());
  if (!type.has_value()) return {.discardable = true, .still_aborted = std::nullopt};
  const ProducerId producer = batch.producer_id();
  if (*type == ControlRecordType::commit) return {.discardable = !committed_.erase(producer), .still_aborted = {}};
  if (*type != ControlRecordType::abort) return {};
  const Aborted* aborted = aborted_.find(producer);
  Marker marker{.discardable = true, .still_aborted = std::nullopt};
  if (aborted != nullptr && aborted->met) marker = {.discardable = false, .still_aborted = aborted->entry};
  aborted_.erase(producer);
  // Data met of a transaction that the index does not call aborted, yet an abort ends it: the index knows less than the
  // log, so the marker stays.
  if (committed_.erase(producer)) marker.discardable = false;
  return marker;
}

}  // namespace ottla
