#include "core/broker/transaction_check.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/broker/services.h"
#include "core/broker/transaction_coordinators.h"
#include "core/model/settings_handles.h"

namespace ottla {
namespace {

constexpr Duration kFirstPause = Duration::from_ms(1);

class Checking : public std::enable_shared_from_this<Checking> {
 public:
  Checking(Services& services, TransactionCheck check, TransactionChecked checked)
      : services_(services),
        check_(std::move(check)),
        checked_(std::move(checked)),
        until_(services.now + span(settings::kAddPartitionsToTxnRetryBackoffMaxMs)) {}

  void ask() {
    const TransactionCoordinators::Access access = services_.transactions->find(check_.id);
    if (access.error != ErrorCode::none) return tell(access.error);
    if (check_.adds) {
      return access.coordinator->add_partitions(check_.id, check_.producer, check_.partitions, kTransactionsV2,
                                                std::make_unique<Added>(shared_from_this()));
    }
    std::vector<ErrorCode> errors;
    for (const TopicPartition& partition : check_.partitions) {
      errors.push_back(access.coordinator->verify(check_.id, check_.producer, partition));
    }
    checked_(errors);
  }
  void tell(ErrorCode error) { checked_(std::vector<ErrorCode>(check_.partitions.size(), error)); }

 private:
  class Added final : public TransactionReply {
   public:
    explicit Added(std::shared_ptr<Checking> asker) : asker_(std::move(asker)) {}
    void prepare(const TransactionAnswer& answer) override { error_ = answer.error; }
    void send() override { asker_->added(error_); }
    void refuse(ErrorCode error) override { asker_->added(error); }

   private:
    std::shared_ptr<Checking> asker_;
    ErrorCode error_ = ErrorCode::none;
  };
  class Again final : public Parked {
   public:
    explicit Again(std::shared_ptr<Checking> asker) : asker_(std::move(asker)) {}
    bool wake(Wake why, LogNumber) override {
      why == Wake::deadline ? asker_->ask() : asker_->tell(ErrorCode::coordinator_not_available);
      return true;
    }

   private:
    std::shared_ptr<Checking> asker_;
  };

  [[nodiscard]] Duration span(const settings::IntegerSetting& handle) const {
    return Duration::from_ms(services_.settings->get(handle));
  }
  void added(ErrorCode error) {
    if (error != ErrorCode::concurrent_transactions || services_.now >= until_) return tell(error);
    const Instant at = services_.now + pause_;
    pause_ = std::min(pause_ + pause_, std::max(span(settings::kAddPartitionsToTxnRetryBackoffMs), kFirstPause));
    services_.parking->park(std::make_unique<Again>(shared_from_this()), std::min(at, until_), {});
  }

  Services& services_;
  const TransactionCheck check_;
  const TransactionChecked checked_;
  const Instant until_;
  Duration pause_ = kFirstPause;
};

}  // namespace

void check_transaction(Services& services, TransactionCheck check, TransactionChecked checked) {
  std::make_shared<Checking>(services, std::move(check), std::move(checked))->ask();
}

ErrorCode told_to_producer(ErrorCode error, bool abortable, ErrorCode again) {
  switch (error) {
    case ErrorCode::producer_fenced: return ErrorCode::invalid_producer_epoch;
    case ErrorCode::transaction_abortable: return abortable ? error : ErrorCode::invalid_txn_state;
    case ErrorCode::concurrent_transactions:
    case ErrorCode::coordinator_load_in_progress:
    case ErrorCode::coordinator_not_available:
    case ErrorCode::not_coordinator: return again;
    default: return error;
  }
}

}  // namespace ottla
