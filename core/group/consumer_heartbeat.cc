// ConsumerGroupHeartbeat: everything that a member of the consumer protocol says, and all that it hears.
#include <algorithm>

#include "core/group/consumer_groups.h"
#include "core/group/group_records.h"
#include "core/model/limits.h"

namespace ottla {
namespace {

using Asked = wire::ConsumerGroupHeartbeatRequest;
using Answered = wire::ConsumerGroupHeartbeatResponse;

constexpr wire::Version kOwnIdSince = 1;  // members bring an id of their own
// How soon a member is asked to come back while something changes: others wait for what it has to give up, and it for them.
constexpr Duration kSoon = Duration::from_ms(500);
constexpr Duration kUnsettled = Duration::from_s(30);  // a group that has just changed is likely to change again

bool is_known_assignor(std::string_view name) { return name == "uniform" || name == "range"; }

bool includes(const Partitions& all, const Partitions& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

}  // namespace

Partitions partitions_of(const wire::Array<Asked::TopicPartitions>& told) {
  Partitions partitions;
  for (const auto& topic : told) {
    for (const int32_t index : topic.partitions) partitions.push_back({topic.topic_id, PartitionIndex(index)});
  }
  std::sort(partitions.begin(), partitions.end());
  partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
  return partitions;
}

void ConsumerGroups::heartbeat(const Asked& asked, const GroupClient& client, bool is_classic, GroupReplyPtr reply) {
  if (const Failure failure = check(asked, is_classic, reply->version())) return refuse(std::move(reply), failure);
  if (asked.member_epoch < 0) return leave(asked, std::move(reply));
  Visit visit;
  visit.group = asked.group_id.view();
  begin(visit);
  if (const Failure failure = find_member(asked, visit)) return refuse(std::move(reply), failure);
  visit.before = visit.current;
  take_wishes(asked, client, visit);
  std::optional<Partitions> owned;
  if (asked.topic_partitions) owned = partitions_of(*asked.topic_partitions);
  if (const ErrorCode error = settle(visit, owned); error != ErrorCode::none) {
    return refuse(std::move(reply), {error});
  }
  answer(asked, visit, std::move(reply));
}

// The group's next epoch and target, if this member begins one, and the member's step towards it; all of it written.
ErrorCode ConsumerGroups::settle(Visit& visit, const std::optional<Partitions>& owned) {
  raise_epoch_if_changed(visit);
  const ConsumerTarget* made = hard_.consumer_targets.find(visit.group);
  Partitions target;
  int32_t target_epoch = made == nullptr ? 0 : made->epoch;
  if (visit.group_epoch > target_epoch) {
    target = make_target(visit);
    target_epoch = visit.group_epoch;
  } else if (const Partitions* known = hard_.consumer_target.find(MemberKeyView(visit.group, visit.known_as()))) {
    target = *known;
  }
  reconcile(visit, target, target_epoch, owned);
  if (visit.was == nullptr || visit.replaced || visit.current != visit.before) {
    add_consumer_current(visit.records, {visit.group, visit.id}, visit.current);
  }
  const ErrorCode error = journal_.write(visit.records);
  if (error != ErrorCode::none) {
    soft_.groups.erase(visit.group);  // what it saw changing has not changed
    return error == ErrorCode::message_too_large ? ErrorCode::unknown_server_error : error;
  }
  if (visit.replaced) soft_.sessions.erase(MemberKey{visit.group, *visit.replaced});
  heard_of(visit);
  return error;
}

ConsumerGroups::Failure ConsumerGroups::check(const Asked& asked, bool is_classic, wire::Version version) const {
  if (Failure failure = check_words(asked, version)) return failure;
  if (is_classic) return {ErrorCode::group_id_not_found, "The group is one of the classic protocol."};
  if (asked.member_epoch != 0 && !has(asked.group_id.view())) {
    return {ErrorCode::group_id_not_found, "There is no such group."};
  }
  return {};
}

ConsumerGroups::Failure ConsumerGroups::check_words(const Asked& asked, wire::Version version) const {
  constexpr size_t kMax = limits::kGroupTextSizeMax;
  const auto invalid = [](std::string why) { return Failure{ErrorCode::invalid_request, std::move(why)}; };
  if (asked.group_id.empty()) return invalid("GroupId can't be empty.");
  if (asked.group_id.size() > kMax || asked.member_id.size() > kMax || asked.instance_id.or_empty().size() > kMax) {
    return invalid("A name is too long.");
  }
  if (asked.member_id.empty() && (version >= kOwnIdSince || asked.member_epoch != 0)) {
    return invalid("MemberId can't be empty.");
  }
  if (asked.instance_id && asked.instance_id->empty()) return invalid("InstanceId can't be empty.");
  if (asked.rack_id && asked.rack_id->empty()) return invalid("RackId can't be empty.");
  if (asked.member_epoch < kLeaveForAWhileEpoch) return invalid("MemberEpoch is invalid.");
  if (asked.member_epoch == kLeaveForAWhileEpoch && !asked.instance_id) return invalid("InstanceId can't be null.");
  if (asked.subscribed_topic_regex && !asked.subscribed_topic_regex->empty()) {
    const auto pattern = Pattern::compile(asked.subscribed_topic_regex->view(), kPatternBounds);
    if (!pattern.ok()) {
      return {ErrorCode::invalid_regular_expression,
              "SubscribedTopicRegex is not a regular expression: " + pattern.error().text + "."};
    }
  }
  if (asked.member_epoch == 0) {
    if (asked.rebalance_timeout_ms == -1) return invalid("RebalanceTimeoutMs must be provided in first request.");
    if (!asked.topic_partitions || !asked.topic_partitions->empty()) {
      return invalid("TopicPartitions must be empty when (re-)joining.");
    }
    if (!asked.subscribed_topic_names && asked.subscribed_topic_regex.or_empty().empty()) {
      return invalid("SubscribedTopicNames or SubscribedTopicRegex must be set in first request.");
    }
  }
  if (asked.server_assignor && !is_known_assignor(asked.server_assignor->view())) {
    return {ErrorCode::unsupported_assignor, "Only the assignors uniform and range are served."};
  }
  return {};
}

void ConsumerGroups::begin(Visit& visit) const {
  const ConsumerGroup* group = hard_.consumer_groups.find(visit.group);
  visit.group_epoch = group == nullptr ? 0 : group->epoch;
}

// A static member that comes under a new id has what the one before had.
void ConsumerGroups::replace(Visit& visit, const std::string& holder) const {
  const MemberKeyView key(visit.group, holder);
  visit.replaced = holder;
  visit.was = hard_.consumer_members.find(key);
  visit.member = *visit.was;
  if (const ConsumerCurrent* held = hard_.consumer_current.find(key)) visit.current = *held;
  visit.current.epoch = 0;
  visit.current.previous_epoch = 0;
  visit.current.state = ConsumerCurrent::State::stable;
  visit.current.revoking.clear();
}

ConsumerGroups::Failure ConsumerGroups::find_member(const Asked& asked, Visit& visit) const {
  const bool joins = asked.member_epoch == 0;
  visit.id = asked.member_id.view();
  if (visit.id.empty()) visit.id = Uuid::random(*context_.entropy).text();
  const std::string* holder = asked.instance_id ? static_member(visit.group, asked.instance_id->view()) : nullptr;
  if (asked.instance_id && !joins) {
    if (holder == nullptr) return {ErrorCode::unknown_member_id, "No member has this instance id."};
    if (*holder != visit.id) return {ErrorCode::fenced_instance_id, "Another member has taken over this instance id."};
  }
  if (holder != nullptr && *holder != visit.id) {
    const MemberKeyView held(visit.group, *holder);
    const ConsumerCurrent* current = hard_.consumer_current.find(held);
    const bool released = current == nullptr || current->epoch == kLeaveForAWhileEpoch;
    if (!released && !hard_.consumer_members.find(held)->classic) {
      return {ErrorCode::unreleased_instance_id, "Another member still holds this instance id."};
    }
    replace(visit, *holder);
    return {};
  }
  visit.was = hard_.consumer_members.find(MemberKeyView(visit.group, visit.id));
  if (visit.was == nullptr) {
    if (!joins) return {ErrorCode::unknown_member_id, "The group does not know this member."};
    if (member_count(visit.group) >= context_.settings.consumer_size_max) {
      return {ErrorCode::group_max_size_reached, "The group has as many members as it may have."};
    }
    return {};
  }
  visit.member = *visit.was;
  if (const ConsumerCurrent* current = hard_.consumer_current.find(MemberKeyView(visit.group, visit.id))) {
    visit.current = *current;
  }
  if (joins) {  // from nothing: it gave everything up
    visit.current.epoch = 0;
    return {};
  }
  // The epoch before is believed while the member has not heard of the new one, and owns nothing that it is not to.
  const bool heard_not = asked.member_epoch == visit.current.previous_epoch && asked.topic_partitions &&
                         includes(visit.current.assigned, partitions_of(*asked.topic_partitions));
  if (asked.member_epoch != visit.current.epoch && !heard_not) {
    return {ErrorCode::fenced_member_epoch, "The member's epoch is not the group's."};
  }
  return {};
}

void ConsumerGroups::take_wishes(const Asked& asked, const GroupClient& client, Visit& visit) const {
  ConsumerMember& member = visit.member;
  if (asked.instance_id) member.instance = std::string(asked.instance_id->view());
  if (asked.rack_id) member.rack = std::string(asked.rack_id->view());
  if (asked.rebalance_timeout_ms != -1) member.rebalance_timeout = Duration::from_ms(asked.rebalance_timeout_ms);
  if (asked.server_assignor) member.assignor = std::string(asked.server_assignor->view());
  member.client_id = client.id.substr(0, limits::kGroupTextSizeMax);
  member.client_host = client.host;
  member.classic.reset();
  if (asked.subscribed_topic_regex) {
    member.pattern.reset();
    if (!asked.subscribed_topic_regex->empty()) member.pattern = std::string(asked.subscribed_topic_regex->view());
  }
  if (!asked.subscribed_topic_names) return;
  std::set<std::string> names;
  for (const wire::String& name : *asked.subscribed_topic_names)
    names.emplace(name.view().substr(0, limits::kTopicNameSizeMax));
  member.topics.assign(names.begin(), names.end());
}

// The group's next epoch, if the member or the topics are not what they were.
void ConsumerGroups::raise_epoch_if_changed(Visit& visit) {
  const ConsumerGroup* group = hard_.consumer_groups.find(visit.group);
  const MemberKeyView key(visit.group, visit.id);
  Soft::Seen& seen = soft_.groups[visit.group];
  if (visit.replaced) {
    add_member_tombstones(visit.records, visit.group, *visit.replaced);
    if (const Partitions* target = hard_.consumer_target.find(MemberKeyView(visit.group, *visit.replaced))) {
      add_consumer_target_member(visit.records, key, *target);
    }
  }
  const bool topics_changed = seen.topics_changed != context_.topics_changed;
  const bool patterns_changed = look_up_patterns(visit, topics_changed);
  const bool changed = visit.was == nullptr || patterns_changed || visit.was->topics != visit.member.topics ||
                       visit.was->pattern != visit.member.pattern || visit.was->assignor != visit.member.assignor ||
                       visit.was->rack != visit.member.rack;
  if (visit.was == nullptr || visit.replaced || *visit.was != visit.member) {
    add_consumer_member(visit.records, key, visit.member);
  }
  int64_t hash = group == nullptr ? 0 : group->metadata_hash;
  if (changed || topics_changed) hash = metadata_hash(subscribed(visit));
  seen.topics_changed = context_.topics_changed;
  if (group != nullptr && !changed && hash == group->metadata_hash) return;
  ++visit.group_epoch;
  add_consumer_group(visit.records, visit.group, {.epoch = visit.group_epoch, .metadata_hash = hash});
  seen.changed = now_;
  seen.changed_here = true;
}

Duration ConsumerGroups::interval(const Visit& visit) const {
  const Duration usual = context_.settings.consumer_heartbeat_interval;
  const auto seen = soft_.groups.find(visit.group);
  const bool recently =
      seen != soft_.groups.end() && seen->second.changed_here && now_ - seen->second.changed < kUnsettled;
  const bool settled = visit.current.state == ConsumerCurrent::State::stable && !recently;
  return settled ? usual : std::min(usual, kSoon);
}

void ConsumerGroups::answer(const Asked& asked, const Visit& visit, GroupReplyPtr reply) {
  wire::Arena& arena = reply->arena();
  Answered response;
  response.member_id = wire::String(std::string_view(visit.id));
  response.member_epoch = visit.current.epoch;
  response.heartbeat_interval_ms = static_cast<int32_t>(interval(visit).ms());
  const bool whole = asked.member_epoch == 0 || (asked.rebalance_timeout_ms != -1 && asked.topic_partitions &&
                                                 (asked.subscribed_topic_names || asked.subscribed_topic_regex));
  if (whole || visit.current.assigned != visit.before.assigned) {
    const Partitions& assigned = visit.current.assigned;
    auto topics = arena.array<Answered::TopicPartitions>(assigned.size());
    size_t count = 0;
    for (size_t start = 0; start < assigned.size();) {
      size_t end = start;
      while (end < assigned.size() && assigned[end].topic == assigned[start].topic) ++end;
      const auto indexes = arena.array<int32_t>(end - start);
      for (size_t i = start; i < end; ++i) indexes[i - start] = assigned[i].partition.value();
      topics[count].topic_id = assigned[start].topic;
      topics[count++].partitions = indexes;
      start = end;
    }
    Answered::Assignment told;
    told.topic_partitions = topics.first(count);
    response.assignment = arena.make(told);
  }
  reply->prepare(response);
  journal_.answer(std::move(reply));
}

void ConsumerGroups::refuse(GroupReplyPtr reply, const Failure& failure) {
  Answered response;
  response.error_code = static_cast<int16_t>(failure.error);
  if (!failure.message.empty()) response.error_message = wire::String(std::string_view(failure.message));
  reply->prepare(response);
  journal_.answer(std::move(reply));
}

}  // namespace ottla
