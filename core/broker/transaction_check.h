// Before a producer's first record of a transaction goes to a partition the transaction's coordinator has its say. What
// comes later the partition's producer state knows by itself (VerificationGuard in log/producer_state.h).
//
//   transactions v1   the producer has added the partition before: has it?
//   transactions v2   nobody has (KIP-890): it is added
//
// A coordinator that still ends the transaction before this one is asked again for a moment, since its producer was
// answered when that end was decided, and goes on at once.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/model/errors.h"
#include "core/model/ids.h"
#include "core/state_machine/tenant.h"
#include "core/wire/versions.h"

namespace ottla {

struct Services;

struct TransactionCheck {
  std::string id;
  TransactionOf producer;
  bool adds = false;  // transactions v2
  std::vector<TopicPartition> partitions;
};
// One code a partition, of the coordinator's; perhaps from inside the call. Not called any more when the broker goes.
using TransactionChecked = std::function<void(std::span<const ErrorCode>)>;
void check_transaction(Services& services, TransactionCheck check, TransactionChecked checked);

// What Produce and TxnOffsetCommit tell of the coordinator's codes.
//
// `abortable`: the version knows TRANSACTION_ABORTABLE. A coordinator that cannot be asked now is not the one that the
// client would look for: it is told `again`, which has it send the same to the same broker.
ErrorCode told_to_producer(ErrorCode error, bool abortable, ErrorCode again);

}  // namespace ottla
