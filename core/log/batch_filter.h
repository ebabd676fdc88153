// What compaction leaves of one batch.
//
//   BatchFilter filter(keys, transactions, producers, rules, marks);
//   filter.apply(batch, size_max, out);          // appends the batch, changed or not, or nothing
//
// Offsets never change: a batch keeps its base, its last offset and with it its last sequence, whatever goes between. A
// batch whose records all stay is passed on byte for byte; one that loses some is built anew with the same codec; one
// that loses all goes, or stays as a header where its producer's sequence, or the segment's end, must be remembered.
//
// Tombstones and transaction markers go in two passes. The first that finds nothing left for them to hide writes the
// delete horizon, now + delete.retention.ms, into the batch; a later one, at or after the horizon, drops them. A reader
// that began before the first pass and took no longer than that has seen them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hash_map.h"
#include "core/base/time.h"
#include "core/log/clean_transactions.h"
#include "core/log/key_offsets.h"
#include "core/log/marks.h"
#include "core/model/ids.h"
#include "core/record/batch_builder.h"
#include "core/record/batch_view.h"
#include "core/record/decompression_scratch.h"

namespace ottla {

// A producer that is still remembered: its last batch must stay, or a recovery that reads the log alone would let its
// last batch in twice. So must the last below what may still be cut.
struct LastOfProducer {
  Offset last_offset{-1};  // of its last batch of data; -1: it is known by markers alone
  ProducerEpoch epoch = kNoProducerEpoch;
  bool last_unknown = false;  // which of its batches of data is that last one: none goes
};
using LastOfProducers = HashMap<ProducerId, LastOfProducer>;

struct CleanRules {
  Timestamp now = Timestamp::none();
  int64_t delete_retention_ms = 0;
  // Keys below are in the map. A batch that reaches this stays as it is: what is newer than its tombstones is not known.
  Offset mapped_end;
};

struct FilterCounts {
  uint64_t records_read = 0;
  uint64_t records_kept = 0;
  uint64_t batches_read = 0;
  uint64_t batches_verbatim = 0;
};

class BatchFilter {
 public:
  BatchFilter(const KeyOffsets& keys, CleanTransactions& transactions, const LastOfProducers& producers,
              const CleanRules& rules, Marks& marks)
      : keys_(keys), transactions_(transactions), producers_(producers), rules_(rules), marks_(marks) {}

  struct Outcome {
    BytesView kept;  // in `out`; empty when the batch goes
    // The entry of the aborted index for a marker that stays.
    std::optional<AbortedTransaction> still_aborted;
    bool verbatim = false;
  };
  // Batches come in the order of their offsets, each checked. `size_max`: what the result may come to when it is larger
  // than the batch was. A batch whose records cannot be read is refused: it is damaged.
  Result<Outcome, BatchRefusal> apply(const BatchView& batch, size_t size_max, BytesBuffer& out);

  [[nodiscard]] const FilterCounts& counts() const { return counts_; }

 private:
  // What the walk over a batch's records decided.
  struct Survey {
    int32_t kept = 0;
    bool has_tombstone = false;  // among those kept
    Timestamp earliest = Timestamp::none();
    size_t plain_size = 0;
  };
  enum class Emptied : uint8_t { goes, stays };

  Result<std::optional<ControlRecordType>, BatchFlaw> control_type(const BatchView& batch);
  Result<Survey, BatchRefusal> survey(const BatchView& batch);
  [[nodiscard]] bool keeps(const BatchView& batch, const RecordView& record);
  [[nodiscard]] bool is_last_of_producer(const BatchView& batch) const;
  Result<BytesView, BatchRefusal> rebuild(const BatchView& batch, std::optional<Timestamp> horizon, BytesBuffer& out);
  Outcome pass_on(const BatchView& batch, BytesBuffer& out);
  BytesView leave_nothing(const BatchView& batch, BytesBuffer& out);

  const KeyOffsets& keys_;
  CleanTransactions& transactions_;
  const LastOfProducers& producers_;
  CleanRules rules_;
  Marks& marks_;
  FilterCounts counts_;
  DecompressionScratch scratch_;
  BatchBuilder builder_;
  std::vector<bool> kept_;  // of the batch at hand, a bit a record
};

// A batch without records, producer and transaction that holds the place of the one with this header: its offsets, epoch
// and largest timestamp. It stands at the end of a cleaned segment whose last records are gone, so that the segment's end is in its
// own bytes and not in its neighbours' names.
BytesView append_placeholder(BytesView header, BytesBuffer& out);

}  // namespace ottla
