// What befalls a life: nets, clocks and disks that trouble it, processes and machines that end.
#include <algorithm>

#include "core/sim/world/life_parts.h"

namespace ottla::sim {

bool Life::syncs_failed() const {
  uint64_t count = 0;
  for (size_t i = 0; i < machine_.disk_count(); ++i) count += machine_.disk(i).faults().hit_count();
  return count > failed_syncs_noted_;
}

// The machine is about to be started anew: what its caches pretend goes with them.
void Life::note_failed_syncs() {
  failed_syncs_noted_ = 0;
  for (size_t i = 0; i < machine_.disk_count(); ++i) failed_syncs_noted_ += machine_.disk(i).faults().hit_count();
}

// What may happen to anybody at any time.
void Life::nuisance() {
  const auto client = [this]() -> SimClient& {
    auto at = world_.clients().begin();
    std::advance(at, static_cast<std::ptrdiff_t>(prng_.below(world_.clients().size())));
    return *at;
  };
  switch (prng_.below(disk_trouble_ ? 6 : 4)) {
    case 0: ++outcome_.drops; return client().drop_connections();
    case 1: return client().pause(Duration::from_ms(prng_.between(1, 300)));
    case 2: return machine_.wall().jump(Duration::from_ms(prng_.between(-5000, 5000)));
    case 3: return some_disk().drop_cache();
    case 4: {
      ++outcome_.disk_full;
      SimDisk& disk = some_disk();
      const auto space = disk.space();
      if (!space.ok()) return;
      disk.set_capacity(space.value().capacity - space.value().available + prng_.between(0, 20'000));
      world_.clock().after(Duration::from_ms(prng_.between(5, 400)),
                           [&disk] { disk.set_capacity(SimDiskOptions().capacity); });
      return;
    }
    default:
      ++outcome_.failed_syncs;
      return some_disk().faults().add(
          {.operation = IoOperation::sync, .nth = 1 + prng_.below(20), .path_contains = ".log"});
  }
}

// The broker says that it cannot go on. A disk that refuses to sync is a reason; whoever looks after it starts it again.
void Life::give_up() {
  if (!syncs_failed()) return promises_.broke("the broker gave up: " + machine_.broker().failed()->text);
  suffer(Fault::power_cut);
}

void Life::power_cut() {
  ++outcome_.power_cuts;
  note_failed_syncs();
  machine_.cut_power();
  memory_is_lost();
  restart();
}

// With what had not reached the disk. Answers that are still on their way speak of a broker that is no more.
void Life::memory_is_lost() {
  promises_.power_was_cut(world_.clock().now());
  for (SimClient& client : world_.clients()) client.drop_connections();
}

void Life::restart() {
  world_.clock().after(Duration::from_us(prng_.between(1, prng_.chance(1, 3) ? 2'000'000 : 20'000)), [this] {
    if (!machine_.start()) promises_.broke("no start: " + machine_.trouble());
  });
}

void Life::suffer(Fault fault) {
  // Where a sync failed, the cache shows what the disk may never get. A process that is killed then takes the only good
  // copy with it, and nothing tells the next one; so the machine goes with it.
  if (syncs_failed() && fault == Fault::kill) fault = Fault::power_cut;
  switch (fault) {
    case Fault::power_cut: return power_cut();
    case Fault::power_cut_in_a_change: {
      const uint64_t cuts = outcome_.power_cuts;
      machine_.cut_power_after(prng_.below(60), prng_.below(machine_.disk_count()));
      world_.run_until([&] { return outcome_.power_cuts > cuts; }, Duration::from_s(1));
      if (outcome_.power_cuts == cuts) power_cut();
      return;
    }
    case Fault::kill:
      ++outcome_.kills;
      machine_.kill();
      promises_.process_was_killed(world_.clock().now());
      break;
    case Fault::stop: {
      ++outcome_.stops;
      const uint64_t cuts = outcome_.power_cuts;
      machine_.stop(Duration::from_ms(prng_.between(0, 500)));
      if (!wait([&] { return !machine_.running(); }, "the broker does not stop")) return;
      if (outcome_.power_cuts > cuts) return;  // it gave up instead, and is started again already
      // A log that is offline, because its disk failed twice, is not made good by a stop; the machine is started anew too.
      if (syncs_failed()) return power_cut();
      break;
    }
  }
  restart();
}

}  // namespace ottla::sim
