// How the partitions on this broker follow the metadata image.
#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"
#include "core/replica/replicas.h"

namespace ottla {

void Replicas::apply(const ImagePtr& image, const MetadataDelta& delta) {
  const bool first = default_settings_ == nullptr;
  image_ = image;
  for (const TopicChange& change : delta.topics()) {
    if (change.after != nullptr) continue;
    for (size_t index = 0; index < change.before->partitions.size(); ++index) {
      remove(*change.before, PartitionIndex(static_cast<int32_t>(index)));
    }
    settings_.erase(change.before->id);
  }
  apply_settings(delta);
  if (first) adopt_logs();
  for (const TopicChange& change : delta.topics()) {
    if (change.after == nullptr) continue;
    for (const PartitionIndex index : change.partitions) apply_partition(*change.after, index);
  }
}

// What lies in the directories when the first image comes, held against it.
void Replicas::adopt_logs() {
  for (size_t directory = 0; directory < directories_.size(); ++directory) {
    for (const TopicPartition& partition : directories_[directory].logs->partitions()) {
      if (partition.topic == kMetadataTopic) continue;
      adopt(directory, *directories_[directory].logs->find(partition));
    }
  }
}

void Replicas::adopt(size_t directory, Log& log) {
  const TopicPartition partition = log.partition();
  const TopicImage* topic = image_->find_topic(partition.topic);
  const PartitionImage* image = topic == nullptr ? nullptr : topic->find(partition.partition);
  if (image == nullptr) return set_aside(directory, log, "no such partition");
  if (!image->has_replica(options_.self)) return set_aside(directory, log, "not on this broker");
  if (is_another_topics(directory, log, topic->id)) return set_aside(directory, log, "another topic of that name");
  if (place_of(partition).log != &log) return set_aside(directory, log, "in two data directories");
  log.expect_topic(topic->id);
  log.set_settings(settings_of(*topic)->log);
}

// The directory's checkpoint knows whose a log is, but for what came after it: a topic that was deleted and made anew may
// be known there by its old id. Then the partition's own file says so; without one the checkpoint is right, and a log that
// neither knows is believed to be what its name says.
bool Replicas::is_another_topics(size_t directory, Log& log, const TopicId& topic) {
  if (log.topic_id() == topic) return false;
  const bool known = !log.topic_id().is_zero();
  const std::string path = log.folder() + "/" + std::string(kPartitionMetadataFile);
  const auto bytes = read_whole_file(directories_[directory].logs->disk, path, limits::kPartitionMetadataSizeMax);
  if (!bytes.ok()) return known;
  const auto id = decode_partition_metadata(*bytes);
  return id.ok() ? *id != topic : known;
}

// As Kafka does with what it calls stray: a topic that was deleted while we were down, and what a wrong or a lost metadata
// log makes look the same. Nothing tells one from the other, so nothing is deleted.
void Replicas::set_aside(size_t directory, Log& log, std::string_view why) {
  const TopicPartition partition = log.partition();
  const auto aside = directories_[directory].logs->set_aside(partition);
  if (aside.ok()) {
    sink_.warn("replica", "stray partition set aside",
               {{"partition", partition.text()}, {"why", why}, {"folder", *aside}});
  } else {
    sink_.error("replica", "stray partition left",
                {{"partition", partition.text()}, {"why", why}, {"error", text(aside.error().code())}});
  }
}

void Replicas::apply_partition(const TopicImage& topic, PartitionIndex index) {
  const PartitionImage& image = *topic.find(index);
  if (!image.has_replica(options_.self)) return remove(topic, index);
  if (Replica** known = by_partition_.find({topic.id, index})) {
    (*known)->take_image(image, *settings_of(topic));
    return;
  }
  if (place_of({topic.name, index}).log != nullptr) return;
  if (made_in_turn_ == kMadeInTurnMax) {
    to_make_.emplace_back(topic.id, index);
    return;
  }
  ++made_in_turn_;
  (void)make_log(topic, index);
}

// Of thousands of new partitions each turn makes some, and goes on when those are synced: the loop has others to serve, and a
// file of each is open meanwhile. Who asks for one that is still to come has it made (obtain()).
void Replicas::make_more() {
  made_in_turn_ = 0;
  const bool busy = std::any_of(directories_.begin(), directories_.end(),
                                [](const Directory& directory) { return directory.logs->syncing(); });
  while (!busy && !to_make_.empty() && made_in_turn_ < kMadeInTurnMax) {
    const auto [id, index] = to_make_.front();
    to_make_.pop_front();
    const TopicImage* topic = image_->find_topic(id);
    if (topic != nullptr && topic->find(index) != nullptr) apply_partition(*topic, index);
  }
}

// Its replica is gone with this call; who waits for it is told by number.
void Replicas::remove(const TopicImage& topic, PartitionIndex index) {
  const TopicPartition partition{topic.name, index};
  const Place place = place_of(partition);
  if (place.log == nullptr || place.log->topic_id() != topic.id) return;
  forget(place.log->number());
  if (const auto removed = directories_[place.directory].logs->remove(partition); !removed.ok()) {
    sink_.error("replica", "partition not deleted",
                {{"partition", partition.text()}, {"error", text(removed.error().code())}});
  }
}

// Where the image says, or else in the directory that has the fewest.
Replicas::Place Replicas::make_log(const TopicImage& topic, PartitionIndex index) {
  size_t chosen = 0;
  for (size_t at = 1; at < directories_.size(); ++at) {
    if (directories_[at].logs->partition_count() < directories_[chosen].logs->partition_count()) chosen = at;
  }
  if (const auto wanted = topic.find(index)->directory_of(options_.self)) {
    for (size_t at = 0; at < directories_.size(); ++at) {
      if (directories_[at].id == *wanted) chosen = at;
    }
  }
  const TopicPartition partition{topic.name, index};
  if (directories_[chosen].logs->stopping()) return {};
  const auto made = directories_[chosen].logs->create(partition, topic.id, settings_of(topic)->log);
  if (!made.ok()) {
    sink_.warn("replica", "partition not made",
               {{"partition", partition.text()}, {"error", text(made.error().code())}});
    return {};
  }
  return {.directory = chosen, .log = *made};
}

TopicSettingsPtr Replicas::settings_of(const TopicImage& topic) {
  const ConfigMap* configs = image_->configs(ConfigResource::Type::topic, topic.name);
  if (configs == nullptr || configs->empty()) return default_settings_;
  TopicSettingsPtr& settings = settings_[topic.id];
  if (settings == nullptr) {
    settings = topic_settings(topic_values(configs, *options_.node, options_.profile, sink_), *options_.node,
                              options_.ephemeral);
  }
  return settings;
}

void Replicas::apply_settings(const MetadataDelta& delta) {
  const bool first = default_settings_ == nullptr;
  const bool of_node = std::any_of(delta.configs().begin(), delta.configs().end(),
                                   [](const ConfigResource& one) { return one.type == ConfigResource::Type::broker; });
  if (first || of_node) {
    default_settings_ = topic_settings(topic_values(nullptr, *options_.node, options_.profile, sink_), *options_.node,
                                       options_.ephemeral);
    settings_.clear();
  }
  if (first) return;
  if (of_node) {
    image_->for_each_topic([&](const TopicImage& topic) {
      take_topic_settings(topic);
      return true;
    });
    return;
  }
  for (const ConfigResource& resource : delta.configs()) {
    if (resource.type != ConfigResource::Type::topic) continue;
    const TopicImage* topic = image_->find_topic(resource.name);
    if (topic == nullptr) continue;
    settings_.erase(topic->id);
    take_topic_settings(*topic);
  }
}

void Replicas::take_topic_settings(const TopicImage& topic) {
  const TopicSettingsPtr settings = settings_of(topic);
  for (size_t index = 0; index < topic.partitions.size(); ++index) {
    const PartitionIndex partition(static_cast<int32_t>(index));
    if (Replica** known = by_partition_.find({topic.id, partition})) {
      (*known)->take_settings(*settings);
    } else if (Log* log = place_of({topic.name, partition}).log) {
      log->set_settings(settings->log);
    }
  }
}

}  // namespace ottla
