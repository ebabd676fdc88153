#include "core/group/members_testing.h"

#include <algorithm>
#include <map>

#include "core/group/embedded_protocol.h"

namespace ottla::group_testing {

ErrorCode Consumer::join() {
  epoch_ = 0;
  owned_.clear();
  return beat(true);
}

ErrorCode Consumer::beat(bool whole, bool gives_up) {
  const auto answer =
      bench_.consumer_heartbeat({.member = id_,
                                 .epoch = epoch_,
                                 .instance = instance_,
                                 .topics = whole ? std::optional(topics_) : std::nullopt,
                                 .owned = owned_,
                                 .pattern = whole ? std::optional(pattern_.value_or("")) : std::nullopt});
  const auto told = answer->read<wire::ConsumerGroupHeartbeatResponse>();
  const ErrorCode error = error_from_wire(told.error_code);
  message_ = told.error_message.or_empty().view();
  if (error != ErrorCode::none) return error;
  epoch_ = told.member_epoch;
  interval_ms_ = told.heartbeat_interval_ms;
  if (told.assignment) {
    Partitions given;
    for (const auto& topic : told.assignment->topic_partitions) {
      for (const int32_t index : topic.partitions) given.push_back({topic.topic_id, PartitionIndex(index)});
    }
    std::sort(given.begin(), given.end());
    if (gives_up) {
      owned_ = given;
    } else {
      wanted_ = given;
    }
  }
  return error;
}

ErrorCode Consumer::leave(int32_t epoch) {
  epoch_ = epoch;
  owned_.clear();
  const auto answer =
      bench_.consumer_heartbeat({.member = id_, .epoch = epoch, .instance = instance_, .topics = {}, .owned = {}});
  return error_from_wire(answer->read<wire::ConsumerGroupHeartbeatResponse>().error_code);
}

// --- The classic protocol

JoinAs ClassicConsumer::as() const {
  const std::string name = cooperative_ ? "cooperative-sticky" : "range";
  return {.member = id_,
          .instance = instance_,
          .protocols = {{name, subscription_to(topics_, owned_, *bench_.context.image)}},
          .session_ms = 45'000};
}

void ClassicConsumer::join() {
  if (!cooperative_) owned_.clear();
  syncing_.reset();
  joining_ = bench_.join(as());
  if (joining_->answered()) joined();
}

void ClassicConsumer::step() {
  if (joining_ != nullptr) {
    if (joining_->answered()) joined();
  } else if (syncing_ != nullptr) {
    if (syncing_->answered()) synced();
  } else {
    switch (bench_.heartbeat(as_member())) {
      case ErrorCode::none: break;
      case ErrorCode::rebalance_in_progress: join(); break;
      default: lost();
    }
  }
}

void ClassicConsumer::joined() {
  const QuestionPtr joining = std::exchange(joining_, nullptr);
  if (joining->refused) return join();  // another coordinator
  const auto told = joining->read<wire::JoinGroupResponse>();
  switch (error_from_wire(told.error_code)) {
    case ErrorCode::none: break;
    case ErrorCode::member_id_required: id_ = told.member_id.view(); return join();
    case ErrorCode::rebalance_in_progress: return join();
    default: return lost();
  }
  id_ = told.member_id.view();
  generation_ = told.generation_id;
  const bool leads = told.leader.view() == id_;
  syncing_ = bench_.sync(as_member(), leads ? assign(told) : std::vector<std::pair<std::string, std::string>>());
  if (syncing_->answered()) synced();
}

void ClassicConsumer::synced() {
  const QuestionPtr syncing = std::exchange(syncing_, nullptr);
  if (syncing->refused) return join();
  const auto told = syncing->read<wire::SyncGroupResponse>();
  const ErrorCode error = error_from_wire(told.error_code);
  if (error == ErrorCode::rebalance_in_progress) return join();
  if (error != ErrorCode::none) return lost();
  const auto given = read_assignment(told.assignment.view().text(), *bench_.context.image);
  ASSERT_TRUE(given.has_value());
  const bool gave_up = !std::includes(given->begin(), given->end(), owned_.begin(), owned_.end());
  owned_ = *given;
  if (cooperative_ && gave_up) join();  // so that others get it
}

// It is nobody any more, and begins anew.
void ClassicConsumer::lost() {
  id_.clear();
  generation_ = -1;
  owned_.clear();
  join();
}

void ClassicConsumer::leave() {
  bench_.leave("g", {{id_, instance_}});
  owned_.clear();
  id_.clear();
  generation_ = -1;
  joining_.reset();
  syncing_.reset();
}

std::vector<std::pair<std::string, std::string>> ClassicConsumer::assign(const wire::JoinGroupResponse& joined) const {
  std::map<std::string, Partitions> shares;
  std::set<AssignedPartition> taken;
  std::set<std::string> topics;
  for (const auto& member : joined.members) {
    const auto said = read_subscription(member.metadata.view().text(), *bench_.context.image);
    Partitions& share = shares[std::string(member.member_id.view())];
    if (!said) continue;
    topics.insert(said->topics.begin(), said->topics.end());
    share = said->owned;
    taken.insert(share.begin(), share.end());
  }
  for (const std::string& name : topics) {
    const TopicImage* topic = bench_.context.image->find_topic(name);
    for (size_t i = 0; i < topic->partitions.size(); ++i) {
      const AssignedPartition partition{topic->id, PartitionIndex(static_cast<int32_t>(i))};
      if (taken.contains(partition)) continue;
      const auto least = std::min_element(
          shares.begin(), shares.end(), [](const auto& a, const auto& b) { return a.second.size() < b.second.size(); });
      least->second.push_back(partition);
    }
  }
  std::vector<std::pair<std::string, std::string>> assignments;
  for (auto& [id, share] : shares) {
    std::sort(share.begin(), share.end());
    assignments.emplace_back(id, write_assignment(share, 1, *bench_.context.image));
  }
  return assignments;
}

}  // namespace ottla::group_testing
