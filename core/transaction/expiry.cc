// Transactional ids that nobody uses any more.
#include "core/transaction/transaction_coordinator.h"
#include "core/transaction/transaction_records.h"

namespace ottla {
namespace {

constexpr size_t kPartSize = 500;  // tombstones a batch

}  // namespace

// What cannot be written now goes at the next look.
void TransactionCoordinator::expire_ids() {
  std::vector<std::string> gone;
  hard_.transactions.for_each([&](const std::string& id, const TransactionPtr& transaction) {
    const bool unused = wall_ - transaction->updated_at >= context_.settings.id_retention;
    if (!transaction->open() && unused) gone.push_back(id);
    return true;
  });
  if (gone.empty()) return;
  context_.sink->debug("transaction", "ids expired", {{"count", gone.size()}});
  TenantRecords records;
  for (size_t i = 0; i < gone.size(); ++i) {
    add_transaction_tombstone(records, gone[i]);
    if (records.size() < kPartSize && i + 1 < gone.size()) continue;
    if (journal_.write(records) != ErrorCode::none) return;
    records.clear();
  }
}

}  // namespace ottla
