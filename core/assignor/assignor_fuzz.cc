// A group from bytes, however odd; every assignor's answer must be valid, and the same when asked again.
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/assignor/group_testing.h"
#include "core/base/assert.h"

namespace ottla::assignor {
namespace {

class ByteDraw {
 public:
  ByteDraw(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}
  uint32_t below(uint32_t bound) {
    if (at_ == end_) return 0;
    const uint32_t byte = *at_++;
    return bound == 0 ? 0 : byte % bound;
  }

 private:
  const uint8_t* at_;
  const uint8_t* end_;
};

GroupModel group_from(ByteDraw& bytes) {
  const GroupShape shape{.members_max = 24,
                         .topics_max = 8,
                         .partitions_max = 30,
                         .racks_max = bytes.below(4),
                         .equal_subscriptions = bytes.below(2) == 1};
  GroupModel model = draw_group([&](uint32_t bound) { return bytes.below(bound); }, shape);
  for (MemberModel& member : model.members) {
    member.generation = static_cast<int32_t>(bytes.below(4)) - 1;
    for (uint32_t left = bytes.below(16); left > 0; --left) {
      const TopicIndex topic(bytes.below(static_cast<uint32_t>(model.topics.size())));
      const auto first = static_cast<int32_t>(bytes.below(34)) - 2;
      const auto end = first + static_cast<int32_t>(bytes.below(8));
      for (int32_t p = first; p < end; ++p) member.owned.push_back({topic, PartitionIndex(p)});
    }
  }
  return model;
}

void check(AssignorFunction assignor, const GroupModel& model, bool complete) {
  const Assignment answer = run(assignor, model);
  const std::string fault = fault_of(model, answer, complete);
  OTTLA_ASSERT(fault.empty(), fault);
  OTTLA_ASSERT(run(assignor, model) == answer);
}

}  // namespace
}  // namespace ottla::assignor

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace ottla::assignor;
  ByteDraw bytes(data, size);
  const GroupModel model = group_from(bytes);
  check(range, model, true);
  check(round_robin, model, true);
  check(sticky, model, true);
  check(cooperative_sticky, model, false);
  check(coordinator_range, model, true);
  check(coordinator_uniform, model, true);
  return 0;
}
