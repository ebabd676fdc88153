// Which transactions' data compaction meets on its way through a log, in the order of offsets: what belongs to an aborted
// one goes, and a marker may go once nothing that it decides was met.
//
// The story that the rule for markers avoids: a producer writes r and aborts. A pass drops the abort marker while r is
// still in a segment that the pass does not reach (or that a crash brings back). Whoever reads the log from its start, a
// new replica's producer state among them, meets r without an end: the transaction is open for ever, or r comes back as
// committed. So a marker is discardable only in a pass that walked over the whole log before it and met no batch of its
// transaction, emptied ones included; and it is dropped only delete.retention.ms after the first such pass.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/base/hash_map.h"
#include "core/log/aborted_index.h"
#include "core/model/ids.h"
#include "core/record/batch_view.h"
#include "core/record/control_records.h"

namespace ottla {

class CleanTransactions {
 public:
  // All aborted transactions that touch the part that will be walked.
  explicit CleanTransactions(std::vector<AbortedTransaction> aborted);

  // A batch of data. True when it belongs to an aborted transaction.
  [[nodiscard]] bool meet_data(const BatchView& batch);

  struct Marker {
    bool discardable = false;
    // The entry of the aborted index that goes on: some of its data was met.
    std::optional<AbortedTransaction> still_aborted;
  };
  // A control batch; `type` is nothing when it has no record any more.
  [[nodiscard]] Marker meet_marker(const BatchView& batch, std::optional<ControlRecordType> type);

 private:
  struct Aborted {
    AbortedTransaction entry;
    bool met = false;
  };
  void advance(Offset offset);

  std::vector<AbortedTransaction> pending_;  // by first offset, the first at the end
  HashMap<ProducerId, Aborted> aborted_;     // begun and not ended, where the walk is
  HashSet<ProducerId> committed_;            // likewise, with data met
};

}  // namespace ottla
