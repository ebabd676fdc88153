// What people ask about groups of the consumer protocol.
#include "core/group/consumer_groups.h"

namespace ottla {
namespace {

using Described = wire::ConsumerGroupDescribeResponse;

}  // namespace

std::string_view ConsumerGroups::state(std::string_view group) const {
  if (is_empty(group)) return "Empty";
  const ConsumerTarget* target = hard_.consumer_targets.find(group);
  const int32_t epoch = hard_.consumer_groups.find(group)->epoch;
  if (target == nullptr || target->epoch < epoch) return "Assigning";
  bool reconciled = true;
  hard_.consumer_current.for_each_from(MemberKeyView(group, {}), [&](const MemberKey& key, const auto& current) {
    if (key.group != group) return false;
    reconciled = current.state == ConsumerCurrent::State::stable && current.epoch == epoch;
    return reconciled;
  });
  return reconciled ? "Stable" : "Reconciling";
}

void ConsumerGroups::describe(std::string_view group, wire::Arena& arena, Described::Group& told) const {
  told.group_id = group;
  const ConsumerGroup* known = hard_.consumer_groups.find(group);
  if (known == nullptr) {
    told.error_code = static_cast<int16_t>(ErrorCode::group_id_not_found);
    told.error_message = wire::String("There is no such consumer group.");
    return;
  }
  const auto list = [&](const Partitions* partitions) {
    Described::Assignment assignment;
    if (partitions == nullptr) return assignment;
    const auto topics = arena.array<Described::TopicPartitions>(partitions->size());
    size_t count = 0;
    for (size_t start = 0; start < partitions->size();) {
      size_t end = start;
      while (end < partitions->size() && (*partitions)[end].topic == (*partitions)[start].topic) ++end;
      const auto indexes = arena.array<int32_t>(end - start);
      for (size_t i = start; i < end; ++i) indexes[i - start] = (*partitions)[i].partition.value();
      const TopicImage* topic = context_.image->find_topic((*partitions)[start].topic);
      topics[count].topic_id = (*partitions)[start].topic;
      if (topic != nullptr) topics[count].topic_name = arena.copy(topic->name);
      topics[count++].partitions = indexes;
      start = end;
    }
    assignment.topic_partitions = topics.first(count);
    return assignment;
  };
  const ConsumerTarget* target = hard_.consumer_targets.find(group);
  told.group_state = state(group);
  told.group_epoch = known->epoch;
  told.assignment_epoch = target == nullptr ? 0 : target->epoch;
  told.assignor_name = "uniform";
  const auto members = arena.array<Described::Member>(member_count(group));
  size_t at = 0;
  hard_.consumer_members.for_each_from(MemberKeyView(group, {}),
                                       [&](const MemberKey& key, const ConsumerMember& member) {
                                         if (key.group != group) return false;
                                         Described::Member& one = members[at++];
                                         one.member_id = std::string_view(key.member);
                                         if (member.instance)
                                           one.instance_id = wire::String(std::string_view(*member.instance));
                                         if (member.rack) one.rack_id = wire::String(std::string_view(*member.rack));
                                         one.client_id = std::string_view(member.client_id);
                                         one.client_host = std::string_view(member.client_host);
                                         const auto names = arena.array<wire::String>(member.topics.size());
                                         for (size_t i = 0; i < names.size(); ++i)
                                           names[i] = std::string_view(member.topics[i]);
                                         one.subscribed_topic_names = names;
                                         if (member.pattern)
                                           one.subscribed_topic_regex = wire::String(std::string_view(*member.pattern));
                                         const ConsumerCurrent* current = hard_.consumer_current.find(key);
                                         if (current != nullptr) one.member_epoch = current->epoch;
                                         one.assignment = list(current == nullptr ? nullptr : &current->assigned);
                                         one.target_assignment = list(hard_.consumer_target.find(key));
                                         one.member_type = member.classic ? 0 : 1;
                                         if (member.assignor) told.assignor_name = std::string_view(*member.assignor);
                                         return true;
                                       });
  told.members = members;
}

}  // namespace ottla
