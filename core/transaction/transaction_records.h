// Records of __transaction_state: on their way to it, and read from it.
#pragma once

#include <optional>
#include <string>

#include "core/transaction/transaction_state.h"
#include "core/wire/versions.h"

namespace ottla {

// Version 1 is for readers that know transactions v2; version 0 leaves out previous_producer, next_producer and
// client_version.
void add_transaction(TenantRecords& records, std::string_view id, const Transaction& transaction,
                     wire::Version version);
void add_transaction_tombstone(TenantRecords& records, std::string_view id);

// Nothing: another kind of record, or one that cannot be read. What is told lives in the arena.
std::optional<std::string_view> read_transaction_key(BytesView key, wire::Arena& arena);
TransactionPtr read_transaction(BytesView value, wire::Arena& arena);  // null then

}  // namespace ottla
