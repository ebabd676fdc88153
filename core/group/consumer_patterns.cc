// The topics that a group subscribes to, by name and by expression. What an expression comes to is written, so that it is
// the same under the next coordinator, and looked up anew when topics come and go.
#include <algorithm>

#include "core/group/consumer_groups.h"
#include "core/group/group_records.h"

namespace ottla {

// What the group's expressions come to, with the visiting member's. True when that is not what was written.
bool ConsumerGroups::look_up_patterns(Visit& visit, bool topics_changed) const {
  std::set<std::string> used = patterns_in_use(visit.group, visit.known_as());
  if (visit.member.pattern) used.insert(*visit.member.pattern);
  bool changed = false;
  for (const std::string& pattern : used) {
    const PatternKeyView key(visit.group, pattern);
    const ConsumerPattern* known = hard_.consumer_patterns.find(key);
    if (known != nullptr && !topics_changed) {
      visit.patterns[pattern] = known->topics;
      continue;
    }
    ConsumerPattern found{.topics = matching_topics(pattern), .image_end = context_.image->end(), .at = wall_};
    if (known == nullptr || known->topics != found.topics) {
      add_consumer_pattern(visit.records, key, found);
      changed = true;
    }
    visit.patterns[pattern] = std::move(found.topics);
  }
  drop_unused_patterns(visit.records, visit.group, used);
  return changed;
}

// One that another coordinator took and we cannot read means nothing.
std::vector<std::string> ConsumerGroups::matching_topics(std::string_view text) const {
  std::vector<std::string> topics;
  const auto pattern = Pattern::compile(text, kPatternBounds);
  if (!pattern.ok()) return topics;
  context_.image->for_each_topic([&](const TopicImage& topic) {
    if (pattern->matches(topic.name)) topics.push_back(topic.name);
    return true;
  });
  return topics;
}

std::set<std::string> ConsumerGroups::patterns_in_use(std::string_view group, std::string_view except) const {
  std::set<std::string> used;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}),
                                       [&](const MemberKey& key, const ConsumerMember& member) {
                                         if (key.group != group) return false;
                                         if (key.member != except && member.pattern) used.insert(*member.pattern);
                                         return true;
                                       });
  return used;
}

void ConsumerGroups::drop_unused_patterns(TenantRecords& records, std::string_view group,
                                          const std::set<std::string>& used) const {
  hard_.consumer_patterns.for_each_from(PatternKeyView(group, {}), [&](const PatternKey& key, const auto&) {
    if (key.group != group) return false;
    if (!used.contains(key.pattern)) add_consumer_pattern_tombstone(records, key);
    return true;
  });
}

std::set<std::string_view> ConsumerGroups::subscribed(const Visit& visit) const {
  std::set<std::string_view> topics(visit.member.topics.begin(), visit.member.topics.end());
  for (const auto& [pattern, found] : visit.patterns) topics.insert(found.begin(), found.end());
  hard_.consumer_members.for_each_from(MemberKeyView(visit.group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != visit.group) return false;
    if (!visit.is(key.member)) topics.insert(member.topics.begin(), member.topics.end());
    return true;
  });
  return topics;
}

bool ConsumerGroups::reads(std::string_view group, std::string_view topic) const {
  bool found = false;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != group) return false;
    found = std::binary_search(member.topics.begin(), member.topics.end(), topic);
    return !found;
  });
  if (found) return true;
  hard_.consumer_patterns.for_each_from(PatternKeyView(group, {}), [&](const PatternKey& key, const auto& pattern) {
    if (key.group != group) return false;
    found = std::binary_search(pattern.topics.begin(), pattern.topics.end(), topic);
    return !found;
  });
  return found;
}

int64_t ConsumerGroups::metadata_hash(const std::set<std::string_view>& topics) const {
  uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&](uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const std::string_view name : topics) {
    const TopicImage* topic = context_.image->find_topic(name);
    if (topic == nullptr) continue;
    for (const uint8_t byte : topic->id.bytes) mix(byte);
    for (size_t count = topic->partitions.size(), i = 0; i < 4; ++i) mix(static_cast<uint8_t>(count >> (8 * i)));
  }
  return static_cast<int64_t>(hash);
}

}  // namespace ottla
