#include "core/log/history_testing.h"

#include <algorithm>
#include <array>

#include "core/base/prng.h"
#include "core/log/history_run_testing.h"

namespace ottla::log_testing {

namespace {

constexpr std::string_view kActNames[] = {
#define OTTLA_ACT(name, weight) #name,
#include "core/log/history_acts_testing.inc"
#undef OTTLA_ACT
};
constexpr uint32_t kActWeights[] = {
#define OTTLA_ACT(name, weight) weight,
#include "core/log/history_acts_testing.inc"
#undef OTTLA_ACT
};
// Two failures that begin with as many equal letters are taken for the same.
constexpr size_t kAlike = 14;
constexpr size_t kActCount = std::size(kActNames);

}  // namespace

std::string_view text(Act act) { return kActNames[static_cast<size_t>(act)]; }

// Each history has its own taste: some operations never come, some come often. Bugs that need many truncations and no
// retention, or the reverse, would otherwise drown in the average.
History History::random(uint64_t seed, size_t operation_count) {
  History history{.seed = seed, .operations = {}};
  Prng prng(seed ^ 0x5eed'0f'1061);
  std::array<uint32_t, kActCount> weights;
  uint32_t sum = 0;
  for (size_t act = 0; act < kActCount; ++act) {
    constexpr uint32_t kTaste[] = {0, 1, 2, 2, 2, 6};
    weights[act] = kActWeights[act] * kTaste[prng.below(std::size(kTaste))];
    const bool always = act <= static_cast<size_t>(Act::append_replicated) || act == static_cast<size_t>(Act::clean);
    if (always) weights[act] += kActWeights[act];
    sum += weights[act];
  }
  history.operations.reserve(operation_count + 1);
  while (history.operations.size() < operation_count) {
    uint64_t drawn = prng.below(sum);
    size_t act = 0;
    while (drawn >= weights[act]) drawn -= weights[act++];
    const uint64_t numbers = prng.next();
    history.operations.push_back(
        {static_cast<Act>(act), static_cast<uint32_t>(numbers), static_cast<uint32_t>(numbers >> 32)});
  }
  // Bytes rot at the end only: a partition that is quarantined for it has nothing more to show.
  if (prng.chance(1, 3))
    history.operations.push_back({Act::rot, static_cast<uint32_t>(prng.next()), static_cast<uint32_t>(prng.next())});
  return history;
}

std::string History::text() const {
  std::string code = "  const History history{.seed = " + std::to_string(seed) + ", .operations = {\n";
  for (const Operation& operation : operations) {
    code += "    {Act::" + std::string(log_testing::text(operation.act)) + ", " + std::to_string(operation.a) + "u, " +
            std::to_string(operation.b) + "u},\n";
  }
  return code + "  }};\n  Marks marks;\n  EXPECT_EQ(run(history, marks).broken, \"\");\n";
}

void Outcome::add(const Outcome& other) {
  for (const auto count :
       {&Outcome::operations_done, &Outcome::crashes, &Outcome::crashes_in_recovery, &Outcome::kills, &Outcome::stops,
        &Outcome::sleeps, &Outcome::appends, &Outcome::reads, &Outcome::truncations, &Outcome::compactions,
        &Outcome::crashes_in_compaction, &Outcome::faults, &Outcome::damaged_files, &Outcome::quarantined}) {
    this->*count += other.*count;
  }
}

std::string Outcome::text() const {
  const auto counted = [](uint64_t count, const char* what) { return std::to_string(count) + " " + what; };
  return counted(operations_done, "operations, ") + counted(crashes, "crashes, ") +
         counted(crashes_in_recovery, "more during recovery, ") + counted(kills, "kills, ") +
         counted(stops, "stops, ") + counted(sleeps, "sleeps, ") + counted(appends, "appends, ") +
         counted(reads, "reads, ") + counted(truncations, "truncations, ") + counted(compactions, "compactions, ") +
         counted(crashes_in_compaction, "crashes during one, ") + counted(faults, "faults, ") +
         counted(damaged_files, "damaged files, ") + counted(quarantined, "quarantined");
}

Outcome run(const History& history, Marks& marks) { return HistoryRun(history, marks).run(); }

History shrink(const History& history, size_t runs_max) {
  History shortest = history;
  Marks marks;
  const Outcome first = run(history, marks);
  shortest.operations.resize(std::min<size_t>(first.operations_done, shortest.operations.size()));
  size_t runs = 1;
  for (size_t part = std::max<size_t>(shortest.operations.size() / 2, 1);; part = (part + 1) / 2) {
    bool left_out = false;
    for (size_t from = 0; from < shortest.operations.size() && runs < runs_max;) {
      History candidate = shortest;
      const auto start = candidate.operations.begin() + static_cast<std::ptrdiff_t>(from);
      const size_t count = std::min(part, candidate.operations.size() - from);
      candidate.operations.erase(start, start + static_cast<std::ptrdiff_t>(count));
      ++runs;
      const std::string broken = run(candidate, marks).broken;
      if (broken.empty() || broken.substr(0, kAlike) != first.broken.substr(0, kAlike)) {
        from += part;
      } else {
        shortest = std::move(candidate);
        left_out = true;
      }
    }
    if (runs >= runs_max || (part == 1 && !left_out)) return shortest;
  }
}

}  // namespace ottla::log_testing
