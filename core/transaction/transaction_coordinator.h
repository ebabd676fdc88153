// The coordinator of the transactions whose ids hash to one partition of __transaction_state: a tenant
// (core/state_machine/tenant.h).
//
//   init_producer_id.cc   a producer comes: its id and epoch; who was there before is fenced
//   partitions.cc         what takes part in a transaction; is it in?
//   ending.cc             commit, abort, time-out
//   markers.cc            what was decided is told to the partitions, until all of them have it
//   expiry.cc             ids that nobody uses any more
//   listing.cc            what people ask
//
// A decision is a record (prepare_commit, prepare_abort). It is answered when that is committed, and not before does
// any marker leave: whoever coordinates next decides the same. What a marker has reached is not remembered across a
// change of coordinator; it is written again then, which does nothing.
//
// A transaction that nobody ends is aborted at its time-out, within a turn, and its end is only as late as its slowest
// partition.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/transaction/transaction_context.h"
#include "core/transaction/transaction_state.h"
#include "core/wire/messages/65_describe_transactions.h"

namespace ottla {

struct TransactionAnswer {
  ErrorCode error = ErrorCode::none;
  // Who the producer is from here on; none at an error, and where the call does not say.
  TransactionOf producer = {};
};

// Refused by the runtime, or sent with what was prepared, once.
class TransactionReply : public Reply {
 public:
  virtual void prepare(const TransactionAnswer& answer) = 0;
};
using TransactionReplyPtr = std::unique_ptr<TransactionReply>;

class TransactionCoordinator final : public Tenant {
 public:
  TransactionCoordinator(TransactionContext& context, Timeline& timeline, Journal& journal);
  ~TransactionCoordinator() override { *self_ = nullptr; }
  TransactionCoordinator(const TransactionCoordinator&) = delete;
  TransactionCoordinator& operator=(const TransactionCoordinator&) = delete;

  // --- Of producers
  // `known`: who the producer was so far, when it goes on after an error (KIP-360). While a transaction of the id is
  // open: that is aborted, and the answer is concurrent_transactions, which has the producer ask again.
  void init_producer_id(std::string_view id, Duration timeout, const std::optional<TransactionOf>& known,
                        TransactionReplyPtr reply);
  // Opens a transaction, or lets more partitions into it. `client_version`: kTransactionsV2 where the partitions'
  // leaders add them, 0 where the producer does.
  void add_partitions(std::string_view id, const TransactionOf& producer, std::span<const TopicPartition> partitions,
                      int16_t client_version, TransactionReplyPtr reply);
  // Whether the partition is in the transaction for good: none, or transaction_abortable and the like. Changes nothing.
  [[nodiscard]] ErrorCode verify(std::string_view id, const TransactionOf& producer,
                                 const TopicPartition& partition) const;
  // The answer names the producer of the next transaction where the client speaks v2.
  void end(std::string_view id, const TransactionOf& producer, bool commit, int16_t client_version,
           TransactionReplyPtr reply);

  // --- Of people
  void describe(std::string_view id, wire::Arena& arena,
                wire::DescribeTransactionsResponse::TransactionState& told) const;
  // In the order of ids. `visit` takes a const std::string& and a const Transaction&, both good until the next turn.
  template <class Visit>
  void list(Visit&& visit) const {
    hard_.transactions.for_each_committed([&](const std::string& id, const TransactionPtr& transaction) {
      visit(id, *transaction);
      return true;
    });
  }

  [[nodiscard]] const TransactionState& hard() const { return hard_; }

  // --- Tenant
  bool replay(const ReplayedRecord& record) override { return hard_.replay(record, arena_); }
  void loaded(Instant now, Timestamp wall) override;
  void rolled_back(ErrorCode why) override;
  void unloaded(ErrorCode why) override;
  void tick(Instant now, Timestamp wall) override;
  [[nodiscard]] Instant next_deadline() const override;

 private:
  // One that ends: which partitions have no marker yet, and whether they are being written.
  struct Ending {
    std::set<TopicPartition> unwritten;
    uint64_t question = 0;  // the number of the one that is out at the marker channel; 0: none
    Duration pause;         // before the next, when this one brings no end
  };
  // Made of the hard state.
  struct Soft {
    std::map<std::string, Ending, std::less<>> endings;
    // Of an open transaction its time-out; of one that ends, when to ask for markers (again).
    std::map<std::string, Instant, std::less<>> wake;
    std::set<std::pair<Instant, std::string>> due;  // the same, by time
    Instant expire_at;                              // the next look for unused ids
  };
  class Prepared;  // a decision, on its way to be committed
  class Told;      // a question's way back to a coordinator that may have gone

  [[nodiscard]] TransactionPtr find(std::string_view id) const;
  [[nodiscard]] bool is_committed(std::string_view id, const TransactionPtr& transaction) const;
  [[nodiscard]] bool epochs_rise_at_ends() const;

  // Writes the record; on success the soft state follows.
  ErrorCode write(std::string_view id, Transaction next);
  void follow(std::string_view id);
  void wake_at(std::string_view id, Instant at);
  void make_soft();

  void say(TransactionReplyPtr reply, const TransactionAnswer& answer) {
    reply->prepare(answer);
    journal_.answer(std::move(reply));
  }
  void say(TransactionReplyPtr reply, ErrorCode error) { say(std::move(reply), TransactionAnswer{error}); }

  // ending.cc
  struct Decision {
    ErrorCode error = ErrorCode::none;
    bool again = false;  // it was decided so before: the answer was lost
  };
  [[nodiscard]] static Decision decide(const Transaction& now, const TransactionOf& producer, bool commit);
  [[nodiscard]] static Decision decide_v2(const Transaction& now, const TransactionOf& producer, bool commit);
  ErrorCode prepare(std::string_view id, const Transaction& now, bool commit, bool v2);
  ErrorCode fence(std::string_view id, const Transaction& now);
  ErrorCode write_decision(std::string_view id, Transaction next);
  void timed_out(const std::string& id, const Transaction& now);

  // markers.cc
  void prepared(const std::string& id);
  void look_after_ending(const std::string& id, const TransactionPtr& transaction);
  [[nodiscard]] bool is_gone(const TopicPartition& partition) const;
  void told(const std::string& id, uint64_t question, const TopicPartition& partition, ErrorCode error);
  void question_ended(const std::string& id, uint64_t question);
  void complete(const std::string& id);

  // expiry.cc
  void expire_ids();

  TransactionContext& context_;
  Journal& journal_;
  TransactionState hard_;
  Soft soft_;
  uint64_t question_count_ = 0;
  std::shared_ptr<TransactionCoordinator*> self_;  // null when it has gone
  wire::Arena arena_;                              // of replay
  Instant now_;
  Timestamp wall_;
};

}  // namespace ottla
