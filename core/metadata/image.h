// What the cluster is, at one offset of the metadata log: topics, brokers, settings, features. Immutable and shared: who
// holds an ImagePtr may read it for as long as he likes, on any thread, and the next image shares with it whatever did
// not change.
//
// An image is made of the one before by a MetadataDelta (delta.h) and of nothing else, so two nodes that read the same
// records have equal images (dump() says the same).
//
// Pointers and spans from an image live as long as the image does.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/uuid.h"
#include "core/metadata/shared_map.h"
#include "core/model/ids.h"

namespace ottla {

using Incarnation = Uuid;  // of a broker: a new one at every start

// What stands for a directory where no id can, with Kafka's numbers.
inline constexpr Uuid kMigratingDirectory{};
inline constexpr Uuid kUnassignedDirectory{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr Uuid kLostDirectory{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

// Who has a partition. Most partitions of a cluster say the same as some others, so the object is shared between them.
struct ReplicaSets {
  enum List : uint8_t { replicas, in_sync, adding, removing, eligible, last_known_eligible };
  static constexpr size_t kListCount = 6;

  std::vector<BrokerId> brokers;                 // one list behind the other
  std::array<uint16_t, kListCount> list_ends{};  // of each, in `brokers`
  std::vector<Uuid> directories;                 // of the replicas, in their order; may be empty

  [[nodiscard]] std::span<const BrokerId> list(List which) const {
    const size_t start = which == 0 ? 0 : list_ends[which - size_t{1}];
    return std::span(brokers).subspan(start, list_ends[which] - start);
  }
  friend bool operator==(const ReplicaSets&, const ReplicaSets&) = default;
};

// One partition. Replicas are broker numbers in the order of preference.
class PartitionImage {
 public:
  [[nodiscard]] std::span<const BrokerId> replicas() const { return sets->list(ReplicaSets::replicas); }
  [[nodiscard]] std::span<const BrokerId> in_sync() const { return sets->list(ReplicaSets::in_sync); }
  // Of the replicas, in their order; may be empty.
  [[nodiscard]] std::span<const Uuid> directories() const { return sets->directories; }
  // Rare, and empty as a rule: a running reassignment, eligible leader replicas and the last known ones.
  [[nodiscard]] std::span<const BrokerId> adding() const { return sets->list(ReplicaSets::adding); }
  [[nodiscard]] std::span<const BrokerId> removing() const { return sets->list(ReplicaSets::removing); }
  [[nodiscard]] std::span<const BrokerId> eligible() const { return sets->list(ReplicaSets::eligible); }
  [[nodiscard]] std::span<const BrokerId> last_known_eligible() const {
    return sets->list(ReplicaSets::last_known_eligible);
  }
  [[nodiscard]] bool has_replica(BrokerId broker) const;
  // Where the broker keeps it; nothing when the broker has none or it was not told.
  [[nodiscard]] std::optional<Uuid> directory_of(BrokerId broker) const;

  std::shared_ptr<const ReplicaSets> sets;  // never null in an image
  BrokerId leader = kNoBroker;
  LeaderEpoch leader_epoch{0};
  int32_t partition_epoch = 0;
  bool recovering = false;  // elected uncleanly: truncation is not settled yet
};

struct TopicImage {
  std::string name;
  TopicId id;
  // By partition index, without gaps.
  std::vector<PartitionImage> partitions;
  [[nodiscard]] const PartitionImage* find(PartitionIndex index) const;
};
using TopicPtr = std::shared_ptr<const TopicImage>;

struct ListenerImage {
  std::string name;
  std::string host;
  uint16_t port = 0;
  int16_t security_protocol = 0;  // 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL
  friend bool operator==(const ListenerImage&, const ListenerImage&) = default;
};

// The levels of a feature that a broker can do.
struct FeatureRange {
  std::string name;
  int16_t first = 0;
  int16_t last = 0;
  friend bool operator==(const FeatureRange&, const FeatureRange&) = default;
};

struct BrokerImage {
  BrokerId id = kNoBroker;
  Incarnation incarnation;
  int64_t epoch = -1;  // offset of its registration
  std::optional<std::string> rack;
  std::vector<ListenerImage> listeners;
  std::vector<FeatureRange> features;
  std::vector<Uuid> directories;  // sorted
  std::vector<Uuid> cordoned;     // of them, those that get no new replicas; sorted
  bool fenced = true;
  bool shutting_down = false;
  [[nodiscard]] const ListenerImage* listener(std::string_view name) const;
  friend bool operator==(const BrokerImage&, const BrokerImage&) = default;
};
using BrokerMap = std::map<BrokerId, std::shared_ptr<const BrokerImage>>;

// What a setting belongs to, as in Kafka's CONFIG records: type 2 a topic, 4 a broker ("" for all of them), 16 client metrics, 32 a
// group.
struct ConfigResource {
  enum class Type : int8_t { topic = 2, broker = 4, client_metrics = 16, group = 32 };
  Type type;
  std::string name;
  friend auto operator<=>(const ConfigResource&, const ConfigResource&) = default;
};
using ConfigMap = std::map<std::string, std::string, std::less<>>;
using FeatureMap = std::map<std::string, int16_t, std::less<>>;

inline constexpr std::string_view kMetadataVersion =
    "metadata.version";  // the feature that rules the records' versions

class MetadataImage;
using ImagePtr = std::shared_ptr<const MetadataImage>;

class MetadataImage {
 public:
  // Before the first record.
  static ImagePtr empty();

  // Everything below `end` is in it; `epoch` is of the last record.
  [[nodiscard]] Offset end() const { return end_; }
  [[nodiscard]] LeaderEpoch epoch() const { return epoch_; }

  [[nodiscard]] const TopicImage* find_topic(std::string_view name) const;
  [[nodiscard]] const TopicImage* find_topic(const TopicId& id) const;
  [[nodiscard]] TopicPtr topic(std::string_view name) const;  // to keep
  [[nodiscard]] size_t topic_count() const { return by_name_.size(); }
  [[nodiscard]] size_t partition_count() const { return partition_count_; }
  // In the order of names, from the first at or after `from`. `visit` takes a const TopicImage& and says whether to go
  // on.
  template <class Visit>
  void for_each_topic(Visit&& visit, std::string_view from = {}) const {
    by_name_.for_each([&](const TopicPtr& topic) { return visit(*topic); }, &from);
  }

  [[nodiscard]] const BrokerImage* find_broker(BrokerId id) const;
  [[nodiscard]] const BrokerMap& brokers() const { return *brokers_; }

  // What was set for the resource; null: nothing.
  [[nodiscard]] const ConfigMap* configs(ConfigResource::Type type, std::string_view name) const;
  [[nodiscard]] const ConfigMap* configs(const ConfigResource& resource) const {
    return configs(resource.type, resource.name);
  }
  // Those that something was set for, by name.
  [[nodiscard]] std::vector<ConfigResource> config_resources(ConfigResource::Type type) const;

  // In the order of types and names. `visit` takes a const ConfigResource& and a const ConfigMap&.
  template <class Visit>
  void for_each_configs(Visit&& visit) const {
    configs_.for_each([&](const ResourceConfigsPtr& configs) {
      visit(configs->resource, configs->values);
      return true;
    });
  }

  // Finalized levels by feature; metadata.version is one of them.
  [[nodiscard]] const FeatureMap& features() const { return *features_; }
  [[nodiscard]] int16_t feature(std::string_view name) const;  // 0: not finalized

  [[nodiscard]] ProducerId next_producer_id() const { return next_producer_id_; }

  // A transaction of the log was begun and not ended: its records are known and count for nothing yet. No snapshot may
  // be taken here.
  [[nodiscard]] bool in_transaction() const { return transaction_ != nullptr; }

  // Records that are carried for later, see below, as they came. `visit` takes a BytesView.
  template <class Visit>
  void for_each_carried(Visit&& visit) const {
    carried_.for_each([&](const CarriedPtr& carried) {
      visit(carried->record.view());
      return true;
    });
  }

  [[nodiscard]] std::string dump() const;  // canonical text, for tests and people

 private:
  friend class MetadataDelta;

  struct ByName {
    using Key = std::string_view;
    static Key key(const TopicPtr& topic) { return topic->name; }
  };
  // Points to the topics that by_name_ of the same image keeps.
  struct ById {
    using Key = TopicId;
    static Key key(const TopicImage* topic) { return topic->id; }
  };
  struct ResourceConfigs {
    ConfigResource resource;
    ConfigMap values;
  };
  using ResourceConfigsPtr = std::shared_ptr<const ResourceConfigs>;
  struct ByResource {
    using Key = std::pair<ConfigResource::Type, std::string_view>;
    static Key key(const ResourceConfigsPtr& configs) { return {configs->resource.type, configs->resource.name}; }
  };
  // Records that we understand no further than when one replaces or removes another: access control entries, SCRAM
  // credentials, delegation tokens, client quotas, controllers' registrations. A snapshot repeats them as they came.
  struct Carried {
    std::string key;  // of its kind, then what it is about
    Bytes record;
  };
  using CarriedPtr = std::shared_ptr<const Carried>;
  struct ByCarriedKey {
    using Key = std::string_view;
    static Key key(const CarriedPtr& carried) { return carried->key; }
  };
  using SetsList = std::vector<std::shared_ptr<const ReplicaSets>>;

  Offset end_{0};
  LeaderEpoch epoch_{0};
  SharedMap<TopicPtr, ByName> by_name_;
  SharedMap<const TopicImage*, ById> by_id_;
  size_t partition_count_ = 0;
  std::shared_ptr<const BrokerMap> brokers_ = std::make_shared<const BrokerMap>();
  std::shared_ptr<const FeatureMap> features_ = std::make_shared<const FeatureMap>();
  SharedMap<ResourceConfigsPtr, ByResource> configs_;
  ProducerId next_producer_id_{0};
  SharedMap<CarriedPtr, ByCarriedKey> carried_;
  std::shared_ptr<const std::vector<Bytes>> transaction_;  // what a running one has brought so far; null: none runs
  std::shared_ptr<const SetsList> recent_sets_;            // candidates for sharing; no part of what the image says
};

}  // namespace ottla
