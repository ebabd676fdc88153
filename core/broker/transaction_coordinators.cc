#include "core/broker/transaction_coordinators.h"

#include "core/broker/producer_ids.h"
#include "core/broker/services.h"
#include "core/model/settings_handles.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

TransactionSettings settings_of(const SettingValues& node) {
  const auto span = [&](const settings::IntegerSetting& handle) { return Duration::from_ms(node.get(handle)); };
  return {.timeout_max = span(settings::kTransactionMaxTimeoutMs),
          .id_retention = span(settings::kTransactionalIdExpirationMs),
          .id_check_interval = span(settings::kTransactionRemoveExpiredTransactionCleanupIntervalMs)};
}

}  // namespace

TransactionCoordinators::TransactionCoordinators(const Options& options, Instant now, Timestamp wall)
    : options_(options),
      context_({.settings = settings_of(*options.node),
                .image = MetadataImage::empty(),
                .markers = options.markers,
                .producer_ids = this,
                .sink = options.sink}),
      shards_({.self = options.self,
               .topic = kTransactionsTopic,
               .maker = this,
               .parking = options.parking,
               .sink = options.sink},
              now, wall) {}

std::unique_ptr<Tenant> TransactionCoordinators::make(Timeline& timeline, Journal& journal) {
  return std::make_unique<TransactionCoordinator>(context_, timeline, journal);
}

std::optional<ProducerId> TransactionCoordinators::take() {
  const auto id = options_.services->producer_ids->take();
  if (!id) options_.services->producer_ids->ask(*options_.services);
  return id;
}

void TransactionCoordinators::take_settings() { context_.settings = settings_of(*options_.node); }

void TransactionCoordinators::apply(Replicas& replicas, const ImagePtr& image, const MetadataDelta& delta) {
  context_.image = image;
  shards_.apply(replicas, image, delta);
}

TransactionCoordinators::Access TransactionCoordinators::access(const TenantShards::Access& found) {
  return {found.error, static_cast<TransactionCoordinator*>(found.tenant), found.loading};
}

std::vector<TransactionCoordinators::Access> TransactionCoordinators::all() {
  std::vector<Access> found;
  for (const TenantShards::Access& one : shards_.all()) found.push_back(access(one));
  return found;
}

}  // namespace ottla
