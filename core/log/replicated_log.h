// The joint between what agrees on a log and what is built on one. Raft implements it for the metadata log, a replica for
// every other partition; the state machine runtime consumes it. Neither side knows the other.
//
// Ends, each at or below the one before (see the glossary): log_end, durable_end, committed_end, and stable_end, beyond
// which a reader of committed transactions sees nothing. What is below committed_end never changes.
//
// One loop. Notices come from inside the implementation's own turn, never from inside a call of the consumer.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/log/log_error.h"
#include "core/model/ids.h"

namespace ottla {

class ReplicatedLog {
 public:
  struct Appended {
    Offset first_offset;
    Offset last_offset;
  };
  // Whole batches in order, to be read where they lie.
  struct Records {
    Bytes batches;
    Offset first_base;
  };

  // What everything below `end` comes to, written by the consumer and given back to it after a restart. The batches hold
  // its records and nothing else; the offsets in them mean nothing.
  struct Snapshot {
    Offset end;
    LeaderEpoch epoch = kNoLeaderEpoch;            // of the last record below
    Timestamp last_timestamp = Timestamp::none();  // of the last batch below
    Bytes batches;
  };

  class Observer {
   public:
    virtual ~Observer() = default;
    // Everything below `end` is committed, and durable as the partition's setting says.
    virtual void committed(Offset end) = 0;
    // We lead in `epoch`, from `start` on. Everything below `start` is known here and may not be committed yet.
    virtual void leadership_gained(LeaderEpoch epoch, Offset start) = 0;
    // We do not lead any more: what was appended and not committed may vanish.
    virtual void leadership_lost(LeaderEpoch epoch) = 0;
    // What was at and above `end` is gone. Never below committed_end.
    virtual void truncated(Offset end) = 0;
    // There is a snapshot of everything below `start`, above what the observer has applied: it takes that (take_snapshot)
    // and reads on from `start`. Below, the log may hold nothing any more.
    virtual void snapshot_needed(Offset start) = 0;
    // A read that found nothing in memory may be tried again.
    virtual void readable(Offset offset) = 0;
    // Something of the log cannot be read or written any more.
    virtual void failed(LogError error) = 0;
  };

  virtual ~ReplicatedLog() = default;

  // One batch, to be committed in `expected_epoch` or not at all: epoch_too_old when we do not lead in it,
  // not_enough_in_sync when too few would have it (min.insync.replicas). Its offsets are assigned; Observer::committed(end)
  // beyond last_offset says that it is there for good. A batch with a producer id is checked as a client's would be, and a
  // duplicate answers the original offsets.
  virtual LogResult<Appended> append(LeaderEpoch expected_epoch, Bytes batch) = 0;
  // The same for a marker (record/control_records.h), by the transaction version of who asked for it. One that comes from
  // the past is refused: producer_fenced, coordinator_fenced. A log that knows of no producers takes it as any batch.
  virtual LogResult<Appended> append_marker(LeaderEpoch expected_epoch, Bytes marker, int16_t transaction_version) {
    (void)transaction_version;
    return append(expected_epoch, std::move(marker));
  }
  // Batches from the one that holds `offset` up to the committed end, about `size_max` of them, at least one; empty at
  // the end. Nothing when they have to be fetched from the disk first: Observer::readable(offset) comes when they are there.
  virtual LogResult<std::optional<Records>> read(Offset offset, size_t size_max) = 0;

  [[nodiscard]] virtual Offset log_start() const = 0;
  [[nodiscard]] virtual Offset log_end() const = 0;
  [[nodiscard]] virtual Offset durable_end() const = 0;
  [[nodiscard]] virtual Offset committed_end() const = 0;
  [[nodiscard]] virtual Offset stable_end() const = 0;
  // The epoch in which we lead; nothing when we do not.
  [[nodiscard]] virtual std::optional<LeaderEpoch> leading() const = 0;

  // A snapshot that covers everything below `end` is durable: the prefix may go. `end` is at or below committed_end.
  virtual LogResult<> drop_prefix(Offset end) = 0;

  // Logs that keep snapshots themselves (the metadata log). After snapshot_needed(): the snapshot, once. Other logs have
  // none.
  virtual std::optional<Snapshot> take_snapshot() { return std::nullopt; }
  // Enough was committed since the last snapshot, or long enough ago, and none is being written.
  [[nodiscard]] virtual bool wants_snapshot() const { return false; }
  // Writes one in the background; `end` is at or below committed_end. What it makes superfluous goes by itself. A failure
  // later is told to people, and a snapshot is wanted again.
  virtual LogResult<> save_snapshot(Snapshot snapshot) {
    (void)snapshot;
    return Failure(LogError::not_ready);
  }

  // At most one; null takes it away. It is told of the past by the first notices it gets.
  virtual void observe(Observer* observer) = 0;
};

}  // namespace ottla
