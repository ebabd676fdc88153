// What a coordinator of transactions knows for good: everything that its partition of __transaction_state says, one
// record a transactional id, in Kafka's schema. A tombstone forgets the id.
//
//           init          add           end                  all markers written
//   (none) ------> empty -----> ongoing -----> prepare_commit ------------------> complete_commit
//                    ^                  -----> prepare_abort  ------------------> complete_abort
//                    |                                                               |
//                    +--------------------------- init ------------------------------+   (add: to ongoing, from there)
//
// Epochs. Whoever begins with a transactional id (init) gets a new epoch and fences whoever had the one before. With
// transactions v2 (KIP-890) every end raises the epoch too, so that nothing of an earlier transaction can get into a
// later one. The last epoch of a producer id only ever fences; then the id changes and epochs begin anew.
//
// replay() is the only thing that changes it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/model/ids.h"
#include "core/state_machine/tenant.h"
#include "core/wire/arena.h"

namespace ottla {

// Kafka's numbers. The last two are never written: an id that expires has a tombstone, a fence is an abort.
enum class TransactionStatus : int8_t {
  empty = 0,
  ongoing = 1,
  prepare_commit = 2,
  prepare_abort = 3,
  complete_commit = 4,
  complete_abort = 5,
  dead = 6,
  prepare_epoch_fence = 7,
};
// As clients are told, "PrepareCommit".
std::string_view name_of(TransactionStatus status);
std::optional<TransactionStatus> transaction_status(std::string_view name);

inline constexpr int16_t kTransactionsV2 = 2;  // of the feature transaction.version, and of what a client speaks

struct Transaction {
  ProducerId producer = kNoProducer;
  ProducerEpoch epoch = kNoProducerEpoch;
  // Whose the epoch before was: the same producer that went on, with this id or the one before; none, when another took
  // over. By this an answer that was lost is told from an attempt to come back (KIP-360).
  ProducerId previous_producer = kNoProducer;
  // While it ends: the id that its producer goes on with, because the epochs of this one are used up.
  ProducerId next_producer = kNoProducer;
  Duration timeout = {};
  TransactionStatus status = TransactionStatus::empty;
  std::vector<TopicPartition> partitions = {};  // sorted; those that were written to, or may have been
  Timestamp updated_at = Timestamp::none();
  Timestamp started_at = Timestamp::none();
  int16_t client_version = 0;  // of transactions, as its producer spoke when it last did

  [[nodiscard]] bool ending() const {
    return status == TransactionStatus::prepare_commit || status == TransactionStatus::prepare_abort;
  }
  [[nodiscard]] bool open() const { return status == TransactionStatus::ongoing || ending(); }
  [[nodiscard]] bool contains(const TopicPartition& partition) const;
  // The last epoch is nobody's: it is there to fence who has the one before.
  [[nodiscard]] bool epochs_used_up() const { return epoch.value() >= INT16_MAX - 1; }
  [[nodiscard]] ProducerEpoch next_epoch() const { return epoch.value() == INT16_MAX ? epoch : epoch + 1; }
  [[nodiscard]] bool is_of(const TransactionOf& who) const {
    return producer == who.producer && epoch == who.epoch && epoch.value() < INT16_MAX;
  }
};
// Equal pointers are the same record.
using TransactionPtr = std::shared_ptr<const Transaction>;

struct TransactionState {
  explicit TransactionState(Timeline& timeline) : transactions(timeline) {}

  bool replay(const ReplayedRecord& record, wire::Arena& arena);
  // All of it as text, the same for equal states.
  [[nodiscard]] std::string dump() const;

  TimelineMap<std::string, TransactionPtr> transactions;
};

}  // namespace ottla
