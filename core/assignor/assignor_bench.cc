// How long one answer takes for a large group: 1,000 members, 10,000 partitions.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include "core/assignor/group_testing.h"
#include "core/base/prng.h"

namespace ottla::assignor {
namespace {

enum class Subscriptions { equal, half, neighbours };

GroupModel large_group(uint32_t topics, Subscriptions subscriptions, bool racks) {
  constexpr uint32_t kMembers = 1000;
  constexpr uint32_t kPartitions = 10'000;
  Prng prng(7);
  GroupModel model;
  model.topics.resize(topics);
  for (TopicModel& topic : model.topics) {
    topic.partition_count = static_cast<int32_t>(kPartitions / topics);
    if (!racks) continue;
    for (int32_t p = 0; p < topic.partition_count; ++p) {
      const auto first = static_cast<int32_t>(prng.below(5));
      topic.racks.push_back({RackIndex(first), RackIndex((first + 1) % 5), RackIndex((first + 2) % 5)});
    }
  }
  for (uint32_t m = 0; m < kMembers; ++m) {
    MemberModel& member = model.members.emplace_back();
    member.id = "consumer-" + std::to_string(prng.next());
    if (racks) member.rack = RackIndex(static_cast<int32_t>(prng.below(5)));
    for (uint32_t t = 0; t < topics; ++t) {
      const bool wants = subscriptions == Subscriptions::equal ||
                         (subscriptions == Subscriptions::half && prng.below(2) == 0) ||
                         (subscriptions == Subscriptions::neighbours &&
                          (t == m * topics / kMembers || t == (m * topics / kMembers + 1) % topics));
      if (wants) member.topics.emplace_back(t);
    }
  }
  return model;
}

// Processor time, so that a busy machine does not show; the best of five.
double best_ms(AssignorFunction assignor, const GroupModel& model) {
  const BorrowedGroup borrowed(model);
  double best = 1e9;
  for (int i = 0; i < 5; ++i) {
    const std::clock_t start = std::clock();
    const Assignment answer = assignor(borrowed.group());
    const std::clock_t end = std::clock();
    best = std::min(best, static_cast<double>(end - start) * 1e3 / CLOCKS_PER_SEC);
    if (answer.empty()) std::puts("no answer");
  }
  return best;
}

// First with nothing owned; then with the answer owned, every tenth member gone and as many new ones.
void measure(const char* name, AssignorFunction assignor, const char* what, GroupModel model) {
  const double fresh = best_ms(assignor, model);
  const Assignment answer = run(assignor, model);
  for (size_t m = 0; m < model.members.size(); ++m) {
    model.members[m].generation = 1;
    model.members[m].owned = answer[m];
    if (m % 10 == 0)
      model.members[m] = {"new-" + std::to_string(m), {}, model.members[m].rack,
                          model.members[m].topics,    {}, kNoGeneration};
  }
  std::printf("%-20s %-28s %8.2f ms fresh %8.2f ms after a tenth was replaced\n", name, what, fresh,
              best_ms(assignor, model));
}

void measure_all(const char* name, AssignorFunction assignor) {
  measure(name, assignor, "1 topic", large_group(1, Subscriptions::equal, false));
  measure(name, assignor, "100 topics", large_group(100, Subscriptions::equal, false));
  measure(name, assignor, "100 topics, racks", large_group(100, Subscriptions::equal, true));
  measure(name, assignor, "1,000 topics, half of them", large_group(1000, Subscriptions::half, false));
  measure(name, assignor, "100 topics, half, racks", large_group(100, Subscriptions::half, true));
  measure(name, assignor, "100 topics, two each", large_group(100, Subscriptions::neighbours, false));
}

}  // namespace
}  // namespace ottla::assignor

int main() {
  using namespace ottla::assignor;
  measure_all("range", range);
  measure_all("round_robin", round_robin);
  measure_all("sticky", sticky);
  measure_all("cooperative_sticky", cooperative_sticky);
  measure_all("coordinator_range", coordinator_range);
  measure_all("coordinator_uniform", coordinator_uniform);
}
