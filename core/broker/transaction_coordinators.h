// The coordinators of transactions on this broker: one for each partition of __transaction_state that it leads
// (core/broker/tenant_shards.h). Those that find a decided transaction in their log when they are loaded finish it,
// with nobody asking.
#pragma once

#include <string_view>
#include <vector>

#include "core/broker/tenant_shards.h"
#include "core/model/settings_values.h"
#include "core/transaction/transaction_coordinator.h"

namespace ottla {

struct Services;

class TransactionCoordinators final : private TenantMaker, private ProducerIdSource {
 public:
  struct Options {
    BrokerId self = kNoBroker;
    const SettingValues* node = nullptr;  // these outlive this
    Services* services = nullptr;
    Parking* parking = nullptr;
    MarkerChannel* markers = nullptr;
    LogSink* sink = nullptr;
  };
  // Who coordinates a transactional id, or what its request is answered instead.
  struct Access {
    ErrorCode error = ErrorCode::none;
    TransactionCoordinator* coordinator = nullptr;
    bool loading = false;
  };

  TransactionCoordinators(const Options& options, Instant now, Timestamp wall);

  void apply(Replicas& replicas, const ImagePtr& image, const MetadataDelta& delta);
  // The node's settings have changed.
  void take_settings();
  void tick(Instant now, Timestamp wall) { shards_.tick(now, wall); }
  [[nodiscard]] Instant next_deadline() const { return shards_.next_deadline(); }
  bool turn() { return shards_.turn(); }

  Access find(std::string_view transactional_id) { return access(shards_.find(transactional_id)); }
  // Those of every partition that is led here; an error in the place of those that cannot serve now.
  std::vector<Access> all();
  void wake_after_load(ParkedId waiting) { shards_.wake_after_load(waiting); }
  void stop() { shards_.stop(); }

 private:
  static Access access(const TenantShards::Access& found);
  std::unique_ptr<Tenant> make(Timeline& timeline, Journal& journal) override;
  std::optional<ProducerId> take() override;

  const Options options_;
  TransactionContext context_;
  TenantShards shards_;
};

}  // namespace ottla
