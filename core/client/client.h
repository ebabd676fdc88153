// A client of one cluster, whole: connections, metadata, admin calls, and as many producers and fetchers as it wants.
//
//   Client client({.network = {.bootstrap = {{"127.0.0.1", 9092}}}});
//   Producer& producer = client.add_producer({});
//   turn:  tick(now)   connected / received / disconnected   tick(now)   take_effects()
//
// Single-threaded and without sockets. A host does what take_effects() asks and calls tick() at next_deadline() at the
// latest, and after each turn in which something came in. Time begins with the first tick(): before it nothing is asked.
#pragma once

#include <memory>
#include <vector>

#include "core/client/admin.h"
#include "core/client/fetcher.h"
#include "core/client/metadata.h"
#include "core/client/network.h"
#include "core/client/producer.h"

namespace ottla {

class Client {
 public:
  struct Options {
    ClientNetwork::Options network{};
    ClientMetadata::Options metadata{};
  };

  explicit Client(Options options)
      : network_(std::move(options.network)), metadata_(network_, options.metadata), admin_(network_, metadata_) {}

  Producer& add_producer(const ProducerOptions& options) {
    return *producers_.emplace_back(std::make_unique<Producer>(network_, metadata_, options));
  }
  Fetcher& add_fetcher(const FetcherOptions& options) {
    return *fetchers_.emplace_back(std::make_unique<Fetcher>(network_, metadata_, admin_, options));
  }
  ClientNetwork& network() { return network_; }
  ClientMetadata& metadata() { return metadata_; }
  ClientAdmin& admin() { return admin_; }

  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  void take_effects(ClientEffects& effects) { network_.take_effects(effects); }

 private:
  ClientNetwork network_;
  ClientMetadata metadata_;
  ClientAdmin admin_;
  std::vector<std::unique_ptr<Producer>> producers_;
  std::vector<std::unique_ptr<Fetcher>> fetchers_;
};

}  // namespace ottla
