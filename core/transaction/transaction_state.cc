#include "core/transaction/transaction_state.h"

#include <algorithm>
#include <array>

#include "core/transaction/transaction_records.h"

namespace ottla {
namespace {

constexpr std::array<std::string_view, 8> kNames = {"Empty",        "Ongoing",          "PrepareCommit",
                                                    "PrepareAbort", "CompleteCommit",   "CompleteAbort",
                                                    "Dead",         "PrepareEpochFence"};

}  // namespace

std::string_view name_of(TransactionStatus status) { return kNames[static_cast<size_t>(status)]; }

std::optional<TransactionStatus> transaction_status(std::string_view name) {
  const auto* const found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<TransactionStatus>(found - kNames.begin());
}

bool Transaction::contains(const TopicPartition& partition) const {
  return std::binary_search(partitions.begin(), partitions.end(), partition);
}

bool TransactionState::replay(const ReplayedRecord& record, wire::Arena& arena) {
  arena.reset();
  const auto id = read_transaction_key(record.key, arena);
  if (!id) return false;
  if (!record.value) {
    transactions.erase(*id);
    return true;
  }
  TransactionPtr transaction = read_transaction(*record.value, arena);
  if (transaction == nullptr) return false;
  transactions.set(*id, std::move(transaction));
  return true;
}

// Every struct is taken apart by a structured binding, so a member that is added and not printed here does not compile.
std::string TransactionState::dump() const {
  std::string text;
  const auto number = [](auto value) { return std::to_string(value) + ' '; };
  const auto& [all] = *this;
  all.for_each([&](const std::string& id, const TransactionPtr& transaction) {
    const auto& [producer, epoch, previous, next, timeout, status, partitions, updated_at, started_at, version] =
        *transaction;
    text += '"' + id + "\" producer " + number(producer.value()) + "epoch " + number(epoch.value());
    text += "previous " + number(previous.value()) + "next " + number(next.value());
    text += "timeout " + number(timeout.ns()) + std::string(name_of(status));
    text += " updated " + number(updated_at.ms()) + "started " + number(started_at.ms()) + "version " + number(version);
    for (const TopicPartition& one : partitions) {
      const auto& [topic, index] = one;
      text += '"' + topic + "\" " + number(index.value());
    }
    text += '\n';
    return true;
  });
  return text;
}

}  // namespace ottla
