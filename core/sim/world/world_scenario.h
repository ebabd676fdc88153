// Scenarios on a simulated broker: connections without a client behind them.
#pragma once

#include <map>

#include "core/sim/world/scenario.h"
#include "core/sim/world/world.h"

namespace ottla::sim {

class WorldScenarioHost final : public ScenarioHost {
 public:
  explicit WorldScenarioHost(World& world) : world_(world) {}

  bool connect(int connection) override;
  bool send(int connection, BytesView bytes) override;
  std::string receive(int connection) override;
  void close(int connection) override;
  bool restart(Restart how) override;

 private:
  World& world_;
  std::map<int, SimLinkPtr> links_;
};

}  // namespace ottla::sim
