// What a partition remembers of its producers, so that a batch sent twice is stored once, one that is missing is
// noticed, and a transaction's records stay hidden until it ends. Kafka's rules (ProducerStateManager), without files:
// the log feeds it batches in the order of their offsets, checks before a write and applies after it.
//
//   OTTLA_TRY(const ProducerVerdict verdict, producers.check(batch, origin));
//   if (verdict.duplicate) return the original offsets;
//   ...write...
//   const auto ended = producers.apply(batch);           // a marker ended a transaction
//
// State is a function of the batches applied, of forgetting (expire, truncate_start) and of nothing else. The bound on
// the number of producers is kept at the door: a client's batch of a new producer is refused when it is reached, but
// replication and recovery always go in, since the leader let them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hash_map.h"
#include "core/base/time.h"
#include "core/log/aborted_index.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"
#include "core/model/limits.h"
#include "core/record/batch_view.h"
#include "core/record/control_records.h"

namespace ottla {

// Who sends a batch: clients are checked, the coordinator's markers are fenced, replication is believed.
enum class BatchOrigin : uint8_t { client, coordinator, replication };

// What producer state depends on, of one batch with a producer id.
struct ProducerBatch {
  ProducerId producer_id = kNoProducer;
  ProducerEpoch epoch = kNoProducerEpoch;
  Sequence first_sequence = kNoSequence;
  Sequence last_sequence = kNoSequence;
  Offset first_offset;  // base offset; before the append of a leader, where it is going to be
  Offset last_offset;
  Timestamp timestamp = Timestamp::none();  // the batch's largest; of a marker, the marker's
  bool transactional = false;
  bool control = false;  // no data: its marker counts, and without one nothing (compaction emptied it)
  struct Marker {
    bool commit = false;
    int32_t coordinator_epoch = 0;
    // Of the request that asked for it; the log does not keep it. From 2 on (KIP-890) each transaction has an epoch of
    // its own: the marker's is above that of the data, and fences whatever is still on its way.
    int16_t transaction_version = 0;

    friend bool operator==(const Marker&, const Marker&) = default;
  };
  std::optional<Marker> marker;  // of a control batch that ends a transaction

  // A control batch's marker is read from its record; one of another kind (leader change) has none. A batch that was
  // checked never fails.
  static LogResult<ProducerBatch> of(const BatchView& batch);
};

// A client says "the coordinator confirmed that this partition is in my transaction". The guard ties that to the state
// it was asked in: a marker or a newer epoch in between makes it worthless. 0: none.
using VerificationGuard = StrongId<struct VerificationGuardTag, uint64_t>;

struct ProducerVerdict {
  struct Duplicate {
    Offset first_offset;
    Offset last_offset;
    Timestamp timestamp;

    friend bool operator==(const Duplicate&, const Duplicate&) = default;
  };
  std::optional<Duplicate> duplicate;  // of one of the last kProducerWindow batches: answered, not appended
};

struct EndedTransaction {
  ProducerId producer_id = kNoProducer;
  Offset first_offset;
  Offset last_offset;  // of the marker
  bool aborted = false;

  friend bool operator==(const EndedTransaction&, const EndedTransaction&) = default;
};

// What DescribeProducers and the cleaner ask.
struct ProducerView {
  ProducerId producer_id = kNoProducer;
  ProducerEpoch epoch = kNoProducerEpoch;
  Sequence last_sequence = kNoSequence;
  Offset last_offset{-1};  // of its last data batch; -1: none remembered
  Timestamp last_timestamp = Timestamp::none();
  int32_t coordinator_epoch = -1;
  std::optional<Offset> transaction_first_offset;

  friend bool operator==(const ProducerView&, const ProducerView&) = default;
};

class ProducerState {
 public:
  explicit ProducerState(size_t producers_max = limits::kProducersMax) : producers_max_(producers_max) {}

  // May this batch be appended now? Changes nothing. `guard`: of a transactional client batch that opens a transaction
  // and was verified; Kafka's rule is that such a batch needs one when `verification_required`.
  [[nodiscard]] LogResult<ProducerVerdict> check(const ProducerBatch& batch, BatchOrigin origin,
                                                 VerificationGuard guard = VerificationGuard(0),
                                                 bool verification_required = false) const;
  // The batch was written at its offsets. Allocates only for a producer that was not known.
  std::optional<EndedTransaction> apply(const ProducerBatch& batch);

  // The guard for a producer that wants to open a transaction here; 0 when its transaction is open already, or its epoch
  // is an old one. Producers may be many and never come back: when producers_max guards are out, all are forgotten, and
  // who had one is told invalid_transaction.
  VerificationGuard start_verification(ProducerId producer, ProducerEpoch epoch);
  // The coordinator says no: the guard is worth nothing.
  void drop_verification(ProducerId producer, VerificationGuard guard);
  // May who was given `guard` (0: none) write to a transaction here now? invalid_producer_epoch, invalid_transaction. For
  // those whose batches are not checked one by one (check() says the same of a batch).
  [[nodiscard]] LogResult<> check_verified(ProducerId producer, ProducerEpoch epoch, VerificationGuard guard) const;
  [[nodiscard]] bool has_verifications() const { return !verifications_.empty(); }
  [[nodiscard]] bool has_open_transaction(ProducerId producer, ProducerEpoch epoch) const;

  // The first offset that readers of committed data must not see yet, given the high watermark: that of the earliest
  // transaction that is open, or whose marker is not below the high watermark. Nothing when all are decided.
  [[nodiscard]] std::optional<Offset> first_unstable(Offset high_watermark) const;
  // The high watermark rose: decided transactions below it are forgotten.
  void forget_decided(Offset high_watermark);
  [[nodiscard]] size_t decided_count() const { return decided_.size(); }
  // What an aborted index stores beside an abort: the last stable offset once `ended` is done.
  [[nodiscard]] Offset last_stable_after(const EndedTransaction& ended) const;

  // Forgets producers without an open transaction whose last batch is `expiration` old. Returns how many.
  size_t expire(Timestamp now, Duration expiration);
  // Open transactions whose last batch is older than `timeout_max`, which no coordinator would let live ("hanging").
  [[nodiscard]] std::vector<ProducerView> late_transactions(Timestamp now, Duration timeout_max) const;
  // The log start rose: transactions that ended below it are forgotten; producers stay, and so do open transactions,
  // whose first offset may be below the log start from here on.
  void truncate_start(Offset log_start);

  [[nodiscard]] std::optional<ProducerView> find(ProducerId producer) const;
  [[nodiscard]] std::vector<ProducerView> producers() const;  // by id
  // Of the last of its batches below `end`, as far as they are remembered; -1 when none of those is below.
  [[nodiscard]] Offset last_offset_below(ProducerId producer, Offset end) const;
  [[nodiscard]] size_t count() const;
  [[nodiscard]] bool empty() const { return count() == 0; }
  // The offset after the last batch applied, so that recovery knows where to go on.
  [[nodiscard]] Offset map_end() const { return map_end_; }
  void set_map_end(Offset end) { map_end_ = end; }

  // Kafka's <offset>.snapshot: the last batch of each producer. The window of earlier batches, which Kafka's format has
  // no room for, goes to our side file and comes back over the snapshot that it was made with.
  void encode_snapshot(BytesBuffer& out) const;
  static FormatResult<ProducerState> decode_snapshot(Offset snapshot_offset, BytesView bytes,
                                                     size_t producers_max = limits::kProducersMax);
  void encode_windows(BytesBuffer& out) const;
  // Producers whose last batch is not the one here are skipped: false when there were such. Nothing changes when the
  // bytes are refused.
  FormatResult<bool> restore_windows(BytesView bytes);

 private:
  struct Batch {
    Offset last_offset{-1};
    Timestamp timestamp;
    Sequence last_sequence = kNoSequence;
    int32_t offset_delta = 0;

    [[nodiscard]] Offset first_offset() const { return last_offset - offset_delta; }
  };
  // Oldest first.
  struct Window {
    std::array<Batch, limits::kProducerWindow> batches;
    uint8_t count = 0;

    void push(const Batch& batch);
    [[nodiscard]] Sequence last_sequence() const { return count == 0 ? kNoSequence : batches[count - 1].last_sequence; }
    [[nodiscard]] const Batch* with_sequences(Sequence first, Sequence last) const;
  };
  struct Producer {
    Offset transaction_first_offset{-1};  // -1: none is open
    Timestamp last_timestamp = Timestamp::none();
    int32_t coordinator_epoch = -1;
    ProducerEpoch epoch = kNoProducerEpoch;
    Window window;

    [[nodiscard]] bool in_transaction() const { return transaction_first_offset >= Offset(0); }
    void enter_epoch(ProducerEpoch now);
  };
  struct Verification {
    VerificationGuard guard{0};
    ProducerEpoch epoch = kNoProducerEpoch;
  };
  struct OpenTransaction {
    Offset first_offset;
    ProducerId producer_id;
  };

  [[nodiscard]] LogResult<> check_marker(const ProducerBatch& batch) const;
  [[nodiscard]] LogResult<> check_sequence(const ProducerBatch& batch) const;
  [[nodiscard]] bool is_verified(ProducerId producer, ProducerEpoch epoch, VerificationGuard guard) const;
  void apply_data(const ProducerBatch& batch, Producer& producer);
  std::optional<EndedTransaction> apply_marker(const ProducerBatch& batch, Producer& producer);
  static ProducerView view(ProducerId id, const Producer& producer);

  size_t producers_max_;
  HashMap<ProducerId, Producer> producers_;
  HashMap<ProducerId, Verification> verifications_;
  std::vector<OpenTransaction> open_;      // by first offset
  std::vector<EndedTransaction> decided_;  // and not yet below the high watermark; by last offset
  Offset map_end_{0};
  uint64_t next_guard_ = 1;
};

}  // namespace ottla
