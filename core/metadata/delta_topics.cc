// Topics and partitions.
#include <algorithm>

#include "core/metadata/delta.h"
#include "core/metadata/delta_text.h"
#include "core/model/limits.h"

namespace ottla {

using metadata_detail::refuse;

namespace {

// How many sets the next partition is compared with before it gets one of its own. A cluster of a few brokers has not
// many more, so nearly all of its partitions share.
constexpr size_t kRecentSetsMax = 64;

void append_list(ReplicaSets& sets, ReplicaSets::List which, wire::Array<int32_t> brokers) {
  for (const int32_t id : brokers) sets.brokers.emplace_back(id);
  sets.list_ends[which] = static_cast<uint16_t>(sets.brokers.size());
}
void append_list(ReplicaSets& sets, ReplicaSets::List which, const wire::Nullable<wire::Array<int32_t>>& changed,
                 std::span<const BrokerId> unchanged) {
  if (changed) return append_list(sets, which, *changed);
  sets.brokers.insert(sets.brokers.end(), unchanged.begin(), unchanged.end());
  sets.list_ends[which] = static_cast<uint16_t>(sets.brokers.size());
}

bool fits(const ReplicaSets& sets) { return sets.brokers.size() <= limits::kReplicasMax; }

}  // namespace

MetadataDelta::ChangingTopic* MetadataDelta::changing(const TopicId& id) {
  if (const size_t* place = topic_places_.find(id)) {
    return topics_[*place].now == nullptr ? nullptr : &topics_[*place];
  }
  const TopicImage* const* found = before_->by_id_.find(id);
  if (found == nullptr) return nullptr;
  TopicPtr before = before_->topic((*found)->name);
  auto now = std::make_shared<TopicImage>(*before);
  topic_places_[id] = topics_.size();
  topics_.push_back({std::move(before), std::move(now), {}});
  return &topics_.back();
}

std::shared_ptr<const ReplicaSets> MetadataDelta::share(ReplicaSets sets) {
  if (next_->recent_sets_ != nullptr) {
    for (const auto& recent : *next_->recent_sets_) {
      if (*recent == sets) return recent;
    }
  }
  if (recent_sets_ == nullptr) {
    recent_sets_ = next_->recent_sets_ == nullptr ? std::make_shared<MetadataImage::SetsList>()
                                                  : std::make_shared<MetadataImage::SetsList>(*next_->recent_sets_);
    next_->recent_sets_ = recent_sets_;
  }
  sets.brokers.shrink_to_fit();
  auto made = std::make_shared<const ReplicaSets>(std::move(sets));
  if (recent_sets_->size() < kRecentSetsMax) {
    recent_sets_->push_back(made);
  } else {
    (*recent_sets_)[static_cast<size_t>(next_->end_.value()) % kRecentSetsMax] = made;
  }
  return made;
}

MetadataResult<> MetadataDelta::on(const wire::TopicRecord& record) {
  const TopicId& id = record.topic_id;
  if (id.is_zero()) return refuse("a topic without an id");
  if (const ChangingTopic* there = changing(id); there != nullptr || topic_places_.contains(id)) {
    return refuse("topic id " + id.text() + " for the second time");
  }
  auto topic = std::make_shared<TopicImage>();
  topic->name = record.name.view();
  topic->id = id;
  topic_places_[id] = topics_.size();
  topics_.push_back({nullptr, std::move(topic), {}});
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::RemoveTopicRecord& record) {
  ChangingTopic* topic = changing(record.topic_id);
  if (topic == nullptr) return refuse("no topic " + record.topic_id.text());
  // Its settings go with it; a topic of the same name starts anew.
  configs_to_change({ConfigResource::Type::topic, topic->now->name}).clear();
  topic->now = nullptr;
  topic->partitions.clear();
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::PartitionRecord& record) {
  ChangingTopic* topic = changing(record.topic_id);
  if (topic == nullptr) return refuse("no topic " + record.topic_id.text());
  // Partitions that were created together may come in any order, and no others can leave a gap.
  const size_t next = topic->now->partitions.size() + limits::kPartitionsPerRequestMax;
  if (record.partition_id < 0 || record.partition_id >= limits::kPartitionsPerTopicMax ||
      static_cast<size_t>(record.partition_id) > next) {
    return refuse("no such partition as " + std::to_string(record.partition_id));
  }
  if (!record.directories.empty() && record.directories.size() != record.replicas.size()) {
    return refuse("not a directory for each replica");
  }
  ReplicaSets sets;
  append_list(sets, ReplicaSets::replicas, record.replicas);
  append_list(sets, ReplicaSets::in_sync, record.isr);
  append_list(sets, ReplicaSets::adding, record.adding_replicas);
  append_list(sets, ReplicaSets::removing, record.removing_replicas);
  append_list(sets, ReplicaSets::eligible, record.eligible_leader_replicas.or_empty());
  append_list(sets, ReplicaSets::last_known_eligible, record.last_known_elr.or_empty());
  sets.directories.assign(record.directories.begin(), record.directories.end());
  if (!fits(sets)) return refuse("too many replicas");

  const auto index = static_cast<size_t>(record.partition_id);
  std::vector<PartitionImage>& partitions = topic->now->partitions;
  if (index >= partitions.size()) partitions.resize(index + 1);  // gaps must be filled until finish()
  PartitionImage& partition = partitions[index];
  partition.sets = share(std::move(sets));
  partition.leader = BrokerId(record.leader);
  partition.leader_epoch = LeaderEpoch(record.leader_epoch);
  partition.partition_epoch = record.partition_epoch;
  partition.recovering = record.leader_recovery_state != 0;
  topic->partitions.emplace_back(record.partition_id);
  return {};
}

MetadataResult<> MetadataDelta::on(const wire::PartitionChangeRecord& record) {
  ChangingTopic* topic = changing(record.topic_id);
  if (topic == nullptr) return refuse("no topic " + record.topic_id.text());
  const auto index = static_cast<size_t>(record.partition_id);
  if (record.partition_id < 0 || index >= topic->now->partitions.size() ||
      topic->now->partitions[index].sets == nullptr) {
    return refuse("topic " + topic->now->name + " has no partition " + std::to_string(record.partition_id));
  }
  PartitionImage& partition = topic->now->partitions[index];
  ReplicaSets sets;
  append_list(sets, ReplicaSets::replicas, record.replicas, partition.replicas());
  append_list(sets, ReplicaSets::in_sync, record.isr, partition.in_sync());
  append_list(sets, ReplicaSets::adding, record.adding_replicas, partition.adding());
  append_list(sets, ReplicaSets::removing, record.removing_replicas, partition.removing());
  append_list(sets, ReplicaSets::eligible, record.eligible_leader_replicas, partition.eligible());
  append_list(sets, ReplicaSets::last_known_eligible, record.last_known_elr, partition.last_known_eligible());
  if (record.directories) {
    sets.directories.assign(record.directories->begin(), record.directories->end());
  } else {
    sets.directories.assign(partition.directories().begin(), partition.directories().end());
  }
  if (!fits(sets)) return refuse("too many replicas");
  if (!sets.directories.empty() && sets.directories.size() != sets.list(ReplicaSets::replicas).size()) {
    return refuse("not a directory for each replica");
  }
  partition.sets = share(std::move(sets));
  constexpr int32_t leader_unchanged = -2;
  if (record.leader != leader_unchanged) {
    partition.leader = BrokerId(record.leader);
    ++partition.leader_epoch;
  }
  if (record.leader_recovery_state >= 0) partition.recovering = record.leader_recovery_state != 0;
  ++partition.partition_epoch;
  topic->partitions.emplace_back(record.partition_id);
  return {};
}

// Eligible leader replicas are forgotten, of one topic or of all.
MetadataResult<> MetadataDelta::on(const wire::ClearElrRecord& record) {
  std::vector<TopicId> named;
  const auto wanted = [&](const TopicImage& topic) {
    return record.topic_name.empty() || topic.name == record.topic_name.view();
  };
  before_->by_name_.for_each([&](const TopicPtr& topic) {
    if (wanted(*topic)) named.push_back(topic->id);
    return true;
  });
  for (const ChangingTopic& topic : topics_) {
    if (topic.before == nullptr && topic.now != nullptr && wanted(*topic.now)) named.push_back(topic.now->id);
  }
  bool found = false;
  for (const TopicId& id : named) {
    const ChangingTopic* there = changing(id);
    if (there == nullptr) continue;  // deleted meanwhile
    found = true;
    for (size_t index = 0; index < there->now->partitions.size(); ++index) {
      const PartitionImage& partition = there->now->partitions[index];
      if (partition.sets == nullptr) continue;
      if (partition.eligible().empty() && partition.last_known_eligible().empty()) continue;
      wire::PartitionChangeRecord change;
      change.topic_id = id;
      change.partition_id = static_cast<int32_t>(index);
      change.eligible_leader_replicas = wire::empty;
      change.last_known_elr = wire::empty;
      OTTLA_TRY_DONE(on(change));
    }
  }
  if (!found && !record.topic_name.empty()) return refuse("no topic " + std::string(record.topic_name.view()));
  return {};
}

MetadataResult<> MetadataDelta::finish_topics() {
  if (topics_.empty()) return {};
  decltype(MetadataImage::by_name_)::Editor by_name(before_->by_name_);
  decltype(MetadataImage::by_id_)::Editor by_id(before_->by_id_);
  // First what goes: a new topic may take an old one's name.
  for (const ChangingTopic& topic : topics_) {
    if (topic.now != nullptr || topic.before == nullptr) continue;
    by_id.erase(topic.before->id);
    by_name.erase(topic.before->name);
    next_->partition_count_ -= topic.before->partitions.size();
  }
  for (ChangingTopic& topic : topics_) {
    if (topic.now == nullptr) {
      if (topic.before != nullptr) topic_changes_.push_back({std::move(topic.before), nullptr, {}});
      continue;
    }
    std::vector<PartitionImage>& partitions = topic.now->partitions;
    for (size_t index = 0; index < partitions.size(); ++index) {
      if (partitions[index].sets == nullptr) {
        return refuse("topic " + topic.now->name + " lacks partition " + std::to_string(index));
      }
    }
    if (topic.before == nullptr && by_name.find(topic.now->name) != nullptr) {
      return refuse("two topics named " + topic.now->name);
    }
    partitions.shrink_to_fit();
    next_->partition_count_ += partitions.size();
    if (topic.before != nullptr) next_->partition_count_ -= topic.before->partitions.size();
    std::sort(topic.partitions.begin(), topic.partitions.end());
    topic.partitions.erase(std::unique(topic.partitions.begin(), topic.partitions.end()), topic.partitions.end());
    const TopicPtr after = std::move(topic.now);
    by_name.put(after);
    by_id.put(after.get());
    topic_changes_.push_back({std::move(topic.before), after, std::move(topic.partitions)});
  }
  next_->by_name_ = std::move(by_name).finish();
  next_->by_id_ = std::move(by_id).finish();
  return {};
}

}  // namespace ottla
