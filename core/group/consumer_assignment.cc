// Who is to read what, and how a member gets there.
#include <algorithm>

#include "core/assignor/assignor.h"
#include "core/group/consumer_groups.h"
#include "core/group/group_records.h"

namespace ottla {
namespace {

Partitions difference(const Partitions& all, const Partitions& without) {
  Partitions left;
  std::set_difference(all.begin(), all.end(), without.begin(), without.end(), std::back_inserter(left));
  return left;
}
Partitions intersection(const Partitions& a, const Partitions& b) {
  Partitions both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}
Partitions sum(const Partitions& a, const Partitions& b) {
  Partitions all;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

// What an assignor is asked, and what it points into.
class Question {
 public:
  Question(const MetadataImage& image, const std::set<std::string_view>& topics) {
    for (const std::string_view name : topics) {
      if (const TopicImage* topic = image.find_topic(name)) images_.push_back(topic);
    }
    std::sort(images_.begin(), images_.end(),
              [](const TopicImage* a, const TopicImage* b) { return assignor::topic_id_less(a->id, b->id); });
    for (const TopicImage* topic : images_) {
      topics_.push_back({.partition_count = static_cast<int32_t>(topic->partitions.size()), .racks = {}});
      places_[topic->id] = static_cast<uint32_t>(topics_.size() - 1);
      by_name_[topic->name] = static_cast<uint32_t>(topics_.size() - 1);
    }
  }

  // `matched`: what its expression comes to, if it has one.
  void add(const std::string& id, const ConsumerMember& member, const std::vector<std::string>* matched,
           const Partitions& owned) {
    Asker& asker = askers_.emplace_back();
    asker.id = id;
    asker.instance = member.instance;
    for (const std::vector<std::string>* names : {&member.topics, matched}) {
      if (names == nullptr) continue;
      for (const std::string& name : *names) {
        const auto found = by_name_.find(name);
        if (found != by_name_.end()) asker.topics.emplace_back(found->second);
      }
    }
    std::sort(asker.topics.begin(), asker.topics.end());
    asker.topics.erase(std::unique(asker.topics.begin(), asker.topics.end()), asker.topics.end());
    for (const AssignedPartition& partition : owned) {
      const auto place = places_.find(partition.topic);
      if (place != places_.end()) asker.owned.push_back({assignor::TopicIndex(place->second), partition.partition});
    }
  }

  // By member, in the order of add().
  std::vector<Partitions> answer(std::string_view by) const {
    std::vector<assignor::Member> members;
    for (const Asker& asker : askers_) {
      assignor::Member& member = members.emplace_back();
      member.id = asker.id;
      if (asker.instance) member.instance_id = *asker.instance;
      member.topics = asker.topics;
      member.owned = asker.owned;
    }
    const assignor::Group group{.topics = topics_, .members = members};
    const assignor::Assignment given =
        by == "range" ? assignor::coordinator_range(group) : assignor::coordinator_uniform(group);
    std::vector<Partitions> answer;
    for (const auto& partitions : given) {
      Partitions& mine = answer.emplace_back();
      for (const assignor::Partition& one : partitions) mine.push_back({images_[one.topic.value()]->id, one.partition});
      std::sort(mine.begin(), mine.end());
    }
    return answer;
  }

 private:
  struct Asker {
    std::string id;
    std::optional<std::string> instance;
    std::vector<assignor::TopicIndex> topics;
    std::vector<assignor::Partition> owned;
  };
  std::vector<const TopicImage*> images_;
  std::vector<assignor::Topic> topics_;
  std::map<TopicId, uint32_t> places_;
  std::map<std::string_view, uint32_t> by_name_;
  std::vector<Asker> askers_;
};

// What most members ask for; who asks for nothing goes along. Equal votes, and none: uniform.
std::string most_wanted(const std::map<std::string, size_t>& votes) {
  std::string wanted = "uniform";
  size_t most = 0;
  for (const auto& [name, count] : votes) {
    if (count < most || (count == most && name != "uniform")) continue;
    wanted = name;
    most = count;
  }
  return wanted;
}

}  // namespace

// Of the whole group, with the visiting member as it will be. Gives that member's.
Partitions ConsumerGroups::make_target(Visit& visit) {
  Question question(*context_.image, subscribed(visit));
  std::vector<std::string> ids;
  std::map<std::string, size_t> votes;
  const auto add = [&](const std::string& id, const ConsumerMember& member, std::string_view known_as) {
    const Partitions* target = hard_.consumer_target.find(MemberKeyView(visit.group, known_as));
    const auto matched = member.pattern ? visit.patterns.find(*member.pattern) : visit.patterns.end();
    question.add(id, member, matched == visit.patterns.end() ? nullptr : &matched->second,
                 target == nullptr ? Partitions() : *target);
    ids.push_back(id);
    if (member.assignor) ++votes[*member.assignor];
  };
  hard_.consumer_members.for_each_from(MemberKeyView(visit.group, {}), [&](const MemberKey& key, const auto& member) {
    if (key.group != visit.group) return false;
    if (!visit.is(key.member)) add(key.member, member, key.member);
    return true;
  });
  add(visit.id, visit.member, visit.known_as());

  const std::vector<Partitions> answer = question.answer(most_wanted(votes));
  for (size_t i = 0; i < ids.size(); ++i) {
    const MemberKeyView key(visit.group, ids[i]);
    const Partitions* known = hard_.consumer_target.find(key);
    if (known == nullptr || *known != answer[i]) add_consumer_target_member(visit.records, key, answer[i]);
  }
  add_consumer_target(visit.records, visit.group, {.epoch = visit.group_epoch, .made_at = wall_});
  return answer.back();
}

void ConsumerGroups::reconcile(Visit& visit, const Partitions& target, int32_t target_epoch,
                               const std::optional<Partitions>& owned) const {
  const ConsumerCurrent& current = visit.current;
  if (current.state == ConsumerCurrent::State::stable && current.epoch == target_epoch) return;
  // It has not said that it gave up what it has to.
  const bool revokes =
      current.state == ConsumerCurrent::State::unrevoked && (!owned || !intersection(*owned, current.revoking).empty());
  if (revokes && current.epoch != 0) return;
  ConsumerCurrent after = next(visit, target, target_epoch, owned);
  if (after.epoch != current.epoch) after.previous_epoch = current.epoch;
  visit.current = std::move(after);
}

// One step towards the target: first it gives up what it is not to have, then it gets what nobody has.
ConsumerCurrent ConsumerGroups::next(const Visit& visit, const Partitions& target, int32_t target_epoch,
                                     const std::optional<Partitions>& owned) const {
  ConsumerCurrent after = visit.current;
  after.assigned = intersection(visit.current.assigned, target);
  const Partitions to_revoke = difference(visit.current.assigned, after.assigned);
  if (!to_revoke.empty() && (!owned || !intersection(*owned, to_revoke).empty())) {
    after.state = ConsumerCurrent::State::unrevoked;
    after.revoking = to_revoke;
    return after;
  }
  const Partitions wanted = difference(target, after.assigned);
  const Partitions held =
      held_by_others(wanted, visit.group, [&](std::string_view member) { return visit.is(member); });
  after.assigned = sum(after.assigned, difference(wanted, held));
  after.revoking.clear();
  after.epoch = target_epoch;
  after.state = held.empty() ? ConsumerCurrent::State::stable : ConsumerCurrent::State::unreleased;
  return after;
}

Partitions ConsumerGroups::held_by_others(const Partitions& wanted, std::string_view group,
                                          const std::function<bool(std::string_view)>& is_member) const {
  Partitions held;
  if (wanted.empty()) return held;
  hard_.consumer_current.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& other) {
    if (key.group != group) return false;
    if (is_member(key.member)) return true;
    held = sum(held, sum(intersection(wanted, other.assigned), intersection(wanted, other.revoking)));
    return true;
  });
  return held;
}

bool ConsumerGroups::waits_for_others(std::string_view group, std::string_view member) const {
  const ConsumerCurrent& current = *hard_.consumer_current.find(MemberKeyView(group, member));
  const Partitions* target = hard_.consumer_target.find(MemberKeyView(group, member));
  if (target == nullptr) return false;
  const Partitions wanted = difference(*target, current.assigned);
  return !held_by_others(wanted, group, [&](std::string_view other) { return other == member; }).empty();
}

}  // namespace ottla
