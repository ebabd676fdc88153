#include "core/raft/quorum_story_testing.h"

#include <utility>

namespace ottla::raft_testing {

QuorumOptions small_segments() {
  QuorumOptions options;
  options.segment_size_max = 400;
  return options;
}

void run_story(QuorumWorld& world, uint64_t steps_max) {
  const auto settle = [&] {
    while (steps_max > 0 && world.disk.has_power() && world.step()) --steps_max;
    return steps_max > 0 && world.disk.has_power();
  };
  for (size_t i = 0; i < kStoryAppends; ++i) {
    if (!settle() || !world.append("value " + std::to_string(i))) return;
    if (i % 3 == 1) continue;  // two in one round
    if (!settle()) return;
    if (i % 8 == 7 && world.save_snapshot() && !settle()) return;
    if (i == kStoryAppends / 2) world.kill();
  }
  settle();
}

std::string check_after(QuorumWorld& world) {
  if (!world.lead()) return "does not lead: " + world.check();
  if (auto wrong = world.check(); !wrong.empty()) return wrong;
  if (!world.append("after")) return "takes nothing any more";
  world.settle();
  if (!world.promised.empty() && world.promised.rbegin()->second != "after") return "does not commit any more";
  world.save_snapshot();
  world.settle();
  world.crash();
  if (!world.lead()) return "does not lead again: " + world.check();
  return world.check();
}

std::string break_story_everywhere(uint64_t seed, size_t& count) {
  for (uint64_t changes = 0;; ++changes, ++count) {
    QuorumWorld world(seed, small_segments());
    world.disk.cut_power_after(changes);
    run_story(world);
    const bool cut = !world.disk.has_power();
    world.crash();
    if (auto wrong = check_after(world); !wrong.empty()) {
      return "power cut after " + std::to_string(changes) + " changes: " + wrong;
    }
    if (!cut) break;
  }
  for (uint64_t steps = 1;; ++steps, ++count) {
    QuorumWorld world(seed, small_segments());
    run_story(world, steps);
    const bool whole = world.promised.size() == kStoryAppends;
    world.kill();
    if (auto wrong = check_after(world); !wrong.empty()) {
      return "killed after " + std::to_string(steps) + " steps: " + wrong;
    }
    if (whole) return {};
  }
}

std::string live_at_random(uint64_t seed, int acts, size_t& promised_count) {
  sim::SimDiskOptions disk;
  disk.would_block_per_mille = seed % 3 == 0 ? 200 : 0;
  QuorumWorld world(seed, small_segments(), disk);
  std::string trail;
  // What the cache shows after a failed sync is not on the disk, and a process that was killed before it wrote that anew
  // leaves nobody who knows: only the power going brings the truth. No log can promise more.
  bool sync_may_fail = false;
  const auto end_process = [&] {
    if (!std::exchange(sync_may_fail, false)) return world.kill();
    world.disk.faults().clear();
    world.crash();
  };
  const auto wrong = [&](const std::string& what) {
    return "seed " + std::to_string(seed) + ":" + trail + ": " + what + "\n" + world.lines.text();
  };
  for (int act = 0; act < acts; ++act) {
    const uint64_t die = world.prng.below(100);
    if (die < 45) {
      trail += world.append("act " + std::to_string(act)) ? " append" : " (append)";
    } else if (die < 75) {
      for (uint64_t left = world.prng.below(12); left > 0; --left) world.step();
    } else if (die < 83) {
      trail += world.save_snapshot() ? " snapshot" : " (snapshot)";
    } else if (die < 87) {
      trail += " crash";
      world.crash();
      sync_may_fail = false;
      world.disk.faults().clear();
    } else if (die < 90) {
      trail += " kill";
      end_process();
    } else if (die < 92 && world.lead()) {
      trail += " restart";
      world.settle();
      sync_may_fail ? end_process() : world.restart();
    } else if (die < 95) {
      trail += " cut";
      world.disk.cut_power_after(world.prng.below(20));
    } else if (die < 97) {
      trail += " fault";
      constexpr IoOperation kFailing[] = {IoOperation::write,  IoOperation::sync,   IoOperation::create,
                                          IoOperation::rename, IoOperation::unlink, IoOperation::sync_directory};
      const IoOperation failing = kFailing[world.prng.below(std::size(kFailing))];
      sync_may_fail |= failing == IoOperation::sync;
      world.disk.faults().add({.operation = failing, .nth = 1 + world.prng.below(4), .code = IoError::no_space});
    } else {
      trail += " pass";
      world.pass(Duration::from_s(static_cast<int64_t>(world.prng.below(100))));
    }
    if (!world.disk.has_power()) {
      trail += " dark";
      world.crash();
    }
    if (!world.running()) {
      world.disk.faults().clear();
      world.start();
    }
    // In the middle of things the consumer may have read only a part of what was promised.
    if (world.running() && !world.quorum().trouble().empty()) {
      // A disk that fails where nothing can be mended takes the log offline: told, and all is there after a start.
      world.disk.faults().clear();
      trail += " trouble";
      end_process();
    }
  }
  world.disk.faults().clear();
  world.disk.cut_power_after(UINT64_MAX);
  if (world.disk.has_power()) world.settle();
  if (!world.disk.has_power()) world.crash();
  if (!world.running() || !world.quorum().trouble().empty()) end_process();
  if (!world.lead()) return wrong("does not lead: " + world.check());
  if (auto what = world.check(); !what.empty()) return wrong(what);
  world.crash();
  if (auto what = check_after(world); !what.empty()) return wrong(what);
  promised_count += world.promised.size();
  return {};
}

}  // namespace ottla::raft_testing
