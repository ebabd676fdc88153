#include <algorithm>

#include "core/assignor/group_view.h"

namespace ottla::assignor {

Assignment round_robin(const Group& group) {
  const GroupView view(group, MemberOrder::static_first);
  std::vector<int32_t> owner(view.slot_count(), kNobody);
  int32_t next = 0;  // the rank whose turn it is; those who do not subscribe lose theirs
  for (int32_t topic = 0; topic < view.topic_count(); ++topic) {
    const std::span<const int32_t> subscribers = view.subscribers(topic);
    if (subscribers.empty()) continue;
    for (int32_t slot = view.first_slot(topic); slot < view.slot_end(topic); ++slot) {
      auto at = std::ranges::lower_bound(subscribers, next);
      if (at == subscribers.end()) at = subscribers.begin();
      owner[slot] = *at;
      next = *at + 1;
    }
  }
  return view.to_assignment(owner);
}

}  // namespace ottla::assignor
