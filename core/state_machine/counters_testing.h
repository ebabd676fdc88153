// The smallest tenant: named counters. A record sets one, a tombstone removes it, and in a transaction it counts when that
// is committed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/state_machine/tenant.h"

namespace ottla::tenant_testing {

// What became of a question.
struct Told {
  int sent = 0;
  int refused = 0;
  ErrorCode error = ErrorCode::none;
};

class ToldReply final : public Reply {
 public:
  explicit ToldReply(Told& told) : told_(told) {}
  void send() override { ++told_.sent; }
  void refuse(ErrorCode error) override {
    ++told_.refused;
    told_.error = error;
  }

 private:
  Told& told_;
};

class Counters final : public Tenant {
 public:
  Counters(Timeline& timeline, Journal& journal) : values_(timeline), journal_(journal) {}

  // Both in one batch, or none.
  void set(const std::vector<std::pair<std::string, int>>& values, Told& told, const TransactionOf& of = {});
  void remove(const std::string& name, Told& told);
  // Waits for the next set of the same name.
  void wait(const std::string& name, Told& told);
  void ask(Told& told) { journal_.answer(std::make_unique<ToldReply>(told)); }

  [[nodiscard]] std::map<std::string, int> newest() const;
  [[nodiscard]] std::map<std::string, int> committed() const;
  [[nodiscard]] int loaded_count() const { return loaded_count_; }
  [[nodiscard]] int rolled_back_count() const { return rolled_back_count_; }

  bool replay(const ReplayedRecord& record) override;
  void transaction_ended(const TransactionOf& transaction, bool committed) override;
  void loaded(Instant, Timestamp) override { ++loaded_count_; }
  void rolled_back(ErrorCode why) override;
  void unloaded(ErrorCode why) override;
  void tick(Instant, Timestamp) override {}
  [[nodiscard]] Instant next_deadline() const override { return Instant::never(); }

 private:
  void refuse_waiting(ErrorCode why);

  TimelineMap<std::string, int> values_;
  Journal& journal_;
  std::map<std::string, std::vector<ReplyPtr>> waiting_;
  std::map<int64_t, std::vector<std::pair<std::string, int>>> open_;  // by producer; of tests that roll nothing back
  int loaded_count_ = 0;
  int rolled_back_count_ = 0;
};

class CountersMaker final : public TenantMaker {
 public:
  std::unique_ptr<Tenant> make(Timeline& timeline, Journal& journal) override {
    ++made;
    return std::make_unique<Counters>(timeline, journal);
  }
  int made = 0;
};

}  // namespace ottla::tenant_testing
