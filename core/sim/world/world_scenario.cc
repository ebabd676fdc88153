#include "core/sim/world/world_scenario.h"

namespace ottla::sim {

namespace {

constexpr Duration kPatience = Duration::from_s(60);

}  // namespace

bool WorldScenarioHost::connect(int connection) {
  SimLinkPtr link = world_.connect();
  if (link == nullptr) return false;
  links_[connection] = std::move(link);
  return true;
}

bool WorldScenarioHost::send(int connection, BytesView bytes) {
  const SimLinkPtr link = links_.at(connection);
  while (!bytes.empty()) {
    const size_t size = link->up.write(bytes);
    bytes = bytes.from(size);
    if (bytes.empty()) break;
    if (!world_.run_until([&] { return link->up.room() > 0 || link->down.at_end(); }, kPatience)) return false;
    if (link->up.room() == 0) return false;
  }
  return true;
}

std::string WorldScenarioHost::receive(int connection) {
  const SimLinkPtr link = links_.at(connection);
  world_.run_until([&] { return !link->down.readable().empty() || link->down.at_end(); }, kPatience);
  std::string bytes(link->down.readable().text());
  link->down.consume(bytes.size());
  return bytes;
}

void WorldScenarioHost::close(int connection) {
  const auto found = links_.find(connection);
  if (found == links_.end()) return;
  found->second->up.end();
  links_.erase(found);
}

bool WorldScenarioHost::restart(Restart how) {
  links_.clear();
  SimMachine& machine = world_.machine();
  if (how == Restart::kill) {
    machine.kill();
  } else {
    machine.stop(Duration::from_s(5));
    world_.run_until([&] { return !machine.running(); }, kPatience);
  }
  return !machine.running() && machine.start();
}

}  // namespace ottla::sim
