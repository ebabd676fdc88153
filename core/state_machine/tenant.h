// What is built on the runtime: groups, transactions. A tenant decides by its hard state and never changes it: it writes
// records, and their replay is the only thing that changes hard state, here now and after every load. So what a
// coordinator knows is what its log says, after every prefix.
//
//   hard state   in TimelineMaps, changed by replay() and transaction_ended() alone
//   soft state   who waits, who was heard of when: a struct of its own, made by loaded() and rolled_back() from the hard state
//   timers       none: a tenant says when it wants a tick, by its state and the time
//
// An operation reads the newest hard state, writes what it decided (Journal::write), and gives its reply to the journal:
// that goes out when everything that was written so far is committed, because the operation may have looked at it. What
// reads the committed state may answer at once.
//
// A tenant is made for one leadership and goes with it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/model/errors.h"
#include "core/model/ids.h"
#include "core/state_machine/timeline.h"

namespace ottla {

// Who asked for something. Answered once: by what was made ready before, or by an error in its place. A reply that goes
// without either was of somebody who has gone himself.
class Reply {
 public:
  virtual ~Reply() = default;
  virtual void send() = 0;
  virtual void refuse(ErrorCode error) = 0;
};
using ReplyPtr = std::unique_ptr<Reply>;

// Keys and values of one operation, which are written together or not at all. They are copied when they are added.
class TenantRecords {
 public:
  struct View {
    BytesView key;
    std::optional<BytesView> value;  // none: a tombstone
  };

  // The bytes come from the two calls of `write_key` and `write_value`, which append to the buffer that they are given.
  template <class WriteKey, class WriteValue>
  void add(WriteKey&& write_key, WriteValue&& write_value) {
    write_key(bytes_);
    const size_t key_end = bytes_.size();
    write_value(bytes_);
    places_.push_back({key_end, bytes_.size(), false});
  }
  template <class WriteKey>
  void add_tombstone(WriteKey&& write_key) {
    write_key(bytes_);
    places_.push_back({bytes_.size(), bytes_.size(), true});
  }

  [[nodiscard]] size_t size() const { return places_.size(); }
  [[nodiscard]] bool empty() const { return places_.empty(); }
  [[nodiscard]] View operator[](size_t index) const;
  // At least what they add to a batch.
  [[nodiscard]] size_t size_in_batch() const;
  void clear();

 private:
  struct Place {
    size_t key_end;
    size_t value_end;
    bool tombstone;
  };
  BytesBuffer bytes_;
  std::vector<Place> places_;
};

// Whose transaction a record is of; of most it is nobody's.
struct TransactionOf {
  ProducerId producer = kNoProducer;
  ProducerEpoch epoch = kNoProducerEpoch;
  friend bool operator==(const TransactionOf&, const TransactionOf&) = default;
};

class Journal {
 public:
  virtual ~Journal() = default;
  // All the records or none. When it returns none (no error) they have been replayed; they may be lost yet, and then
  // rolled_back() comes. message_too_large: more than one batch holds, and nothing has happened.
  virtual ErrorCode write(const TenantRecords& records, const TransactionOf& transaction = {}) = 0;
  // Sends it when all that was written so far is committed, or refuses it when that is lost or takes too long.
  virtual void answer(ReplyPtr reply) = 0;
  // That we lead in, while there is a tenant.
  [[nodiscard]] virtual LeaderEpoch epoch() const = 0;
};

struct ReplayedRecord {
  Offset offset;
  Timestamp timestamp;
  BytesView key;
  std::optional<BytesView> value;
  TransactionOf transaction;
};

class Tenant {
 public:
  virtual ~Tenant() = default;

  // --- Hard state. False: a record of no kind that we know, written by something newer; it is left alone.
  virtual bool replay(const ReplayedRecord& record) = 0;
  virtual void transaction_ended(const TransactionOf& transaction, bool committed) {
    (void)transaction;
    (void)committed;
  }

  // --- Soft state
  // The hard state has all that the log has: operations follow.
  virtual void loaded(Instant now, Timestamp wall) = 0;
  // What was written and could not be appended is gone from the hard state. Whoever waits in the soft state is refused
  // and it is made anew: it may have come from what is gone.
  virtual void rolled_back(ErrorCode why) = 0;
  // The tenant goes: whoever waits in the soft state is refused.
  virtual void unloaded(ErrorCode why) = 0;

  virtual void tick(Instant now, Timestamp wall) = 0;
  [[nodiscard]] virtual Instant next_deadline() const = 0;
};

class TenantMaker {
 public:
  virtual ~TenantMaker() = default;
  // Both outlive the tenant.
  virtual std::unique_ptr<Tenant> make(Timeline& timeline, Journal& journal) = 0;
};

}  // namespace ottla
