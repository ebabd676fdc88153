#include "core/model/topic_name.h"

#include <algorithm>

#include "core/base/assert.h"
#include "core/model/limits.h"

namespace ottla {

std::optional<TopicNameFault> topic_name_fault(std::string_view name) {
  if (name.empty()) return TopicNameFault::empty;
  if (name == "." || name == "..") return TopicNameFault::only_dots;
  if (name.size() > limits::kTopicNameSizeMax) return TopicNameFault::too_long;
  if (!std::all_of(name.begin(), name.end(), is_topic_name_character)) return TopicNameFault::illegal_character;
  return std::nullopt;
}

std::string_view topic_name_fault_text(TopicNameFault fault) {
  switch (fault) {
    case TopicNameFault::empty: return "is empty";
    case TopicNameFault::too_long: return "is longer than 249 characters";
    case TopicNameFault::only_dots: return "is '.' or '..', which name folders of their own";
    case TopicNameFault::illegal_character: return "has a character other than a-z, A-Z, 0-9, '.', '_' and '-'";
  }
  OTTLA_UNREACHABLE("a topic name fault without a text");
}

bool topic_names_collide(std::string_view a, std::string_view b) {
  const auto metric_letter = [](char c) { return c == '.' ? '_' : c; };
  return a != b && std::equal(a.begin(), a.end(), b.begin(), b.end(),
                              [&](char x, char y) { return metric_letter(x) == metric_letter(y); });
}

}  // namespace ottla
