// What records do to an image. A delta takes records one after another and makes the next image, which shares with the
// first whatever did not change; then it tells what did.
//
//   MetadataDelta delta(image);
//   OTTLA_TRY_DONE(delta.apply_batches(batches, scratch));   // or record by record
//   OTTLA_TRY(image, delta.finish());
//   for (const TopicChange& change : delta.topics()) ...
//
// A record that cannot be right (of a topic that is not there, of an unknown type) is an error: this node does not know
// any more what the cluster is, and must not go on. After an error the delta is of no use.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hash_map.h"
#include "core/base/result.h"
#include "core/metadata/image.h"
#include "core/record/decompression_scratch.h"
#include "core/wire/arena.h"
#include "core/wire/internal_records.h"
#include "core/wire/records/metadata_log.h"
#include "core/wire/records/metadata_nodes.h"
#include "core/wire/records/metadata_settings.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla {

struct MetadataError {
  std::string text;  // for a person: which record, what is wrong with it
};
template <class T = void>
using MetadataResult = Result<T, MetadataError>;

// A topic id that came, went, or whose partitions changed. A topic that was deleted and created anew under its name is
// two of these, since the id differs.
struct TopicChange {
  TopicPtr before;                         // null: created
  TopicPtr after;                          // null: deleted
  std::vector<PartitionIndex> partitions;  // new or changed ones, ascending; of a deleted topic none

  [[nodiscard]] const TopicImage& topic() const { return after != nullptr ? *after : *before; }
};

class MetadataDelta {
 public:
  explicit MetadataDelta(ImagePtr before);
  ~MetadataDelta();
  MetadataDelta(const MetadataDelta&) = delete;
  MetadataDelta& operator=(const MetadataDelta&) = delete;

  // The value of a record of the metadata log, at its offset. Offsets rise; those below end() are known and are skipped.
  MetadataResult<> apply(Offset offset, LeaderEpoch epoch, BytesView record);
  // Whole batches of the log, in order. Control batches move the end and nothing else.
  MetadataResult<> apply_batches(BytesView batches, DecompressionScratch& scratch);
  // Batches of a snapshot, whose offsets count for nothing: reached() says afterwards what it stands for.
  MetadataResult<> apply_snapshot(BytesView batches, DecompressionScratch& scratch);
  // The log has nothing more below `end`: a snapshot was read, or offsets passed without records.
  void reached(Offset end, LeaderEpoch epoch);

  [[nodiscard]] Offset end() const { return after_ != nullptr ? after_->end_ : next_->end_; }

  // Makes the image; once, and nothing is applied afterwards.
  MetadataResult<ImagePtr> finish();

  // What leads from one image to another, finished, without the records that did: what a snapshot brings, say. Costs next
  // to nothing for what the two share.
  static std::unique_ptr<MetadataDelta> between(const ImagePtr& before, const ImagePtr& after);

  // What changed, from finish() on.
  [[nodiscard]] const ImagePtr& before() const { return before_; }
  [[nodiscard]] const ImagePtr& after() const { return after_; }
  [[nodiscard]] std::span<const TopicChange> topics() const { return topic_changes_; }  // as the log first named them
  [[nodiscard]] std::span<const BrokerId> brokers() const { return changed_brokers_; }  // ascending
  [[nodiscard]] std::span<const ConfigResource> configs() const { return changed_configs_; }  // ascending
  [[nodiscard]] bool features_changed() const { return features_changed_; }
  [[nodiscard]] bool producer_ids_changed() const { return producer_ids_changed_; }

 private:
  struct ChangingTopic {
    TopicPtr before;
    std::shared_ptr<TopicImage> now;  // null: deleted
    std::vector<PartitionIndex> partitions;
  };
  using ConfigsEditor = std::map<ConfigResource, std::shared_ptr<MetadataImage::ResourceConfigs>>;

  template <class Take>
  static MetadataResult<> for_each_record(BytesView batches, DecompressionScratch& scratch, Offset from, Take&& take);
  MetadataResult<> apply_open(const wire::OpenRecord& record, BytesView bytes);
  MetadataResult<> in_transaction(const wire::OpenRecord& record, BytesView bytes);
  static MetadataResult<> on(const wire::NoOpRecord&) { return {}; }
  static MetadataResult<> on(const wire::ZkMigrationStateRecord&) { return {}; }
  MetadataResult<> on(const wire::BeginTransactionRecord&);
  MetadataResult<> on(const wire::TopicRecord& record);
  MetadataResult<> on(const wire::RemoveTopicRecord& record);
  MetadataResult<> on(const wire::PartitionRecord& record);
  MetadataResult<> on(const wire::PartitionChangeRecord& record);
  MetadataResult<> on(const wire::ClearElrRecord& record);
  MetadataResult<> on(const wire::RegisterBrokerRecord& record);
  MetadataResult<> on(const wire::UnregisterBrokerRecord& record);
  MetadataResult<> on(const wire::FenceBrokerRecord& record);
  MetadataResult<> on(const wire::UnfenceBrokerRecord& record);
  MetadataResult<> on(const wire::BrokerRegistrationChangeRecord& record);
  MetadataResult<> on(const wire::ConfigRecord& record);
  MetadataResult<> on(const wire::FeatureLevelRecord& record);
  MetadataResult<> on(const wire::ProducerIdsRecord& record);

  ChangingTopic* changing(const TopicId& id);  // null: there is no such topic
  std::shared_ptr<const ReplicaSets> share(ReplicaSets sets);
  MetadataResult<BrokerImage*> broker_to_change(int32_t id, int64_t epoch);
  ConfigMap& configs_to_change(const ConfigResource& resource);
  MetadataResult<> carry(const wire::OpenRecord& record, BytesView bytes);

  MetadataResult<> finish_topics();
  void find_changes();
  void finish_configs();
  void finish_brokers();

  ImagePtr before_;
  ImagePtr after_;
  std::shared_ptr<MetadataImage> next_;  // what after_ becomes
  wire::Arena arena_;                    // of the record being applied

  std::vector<ChangingTopic> topics_;  // as first named
  HashMap<TopicId, size_t> topic_places_;
  std::map<BrokerId, std::shared_ptr<BrokerImage>> own_brokers_;  // changed ones; null: removed
  std::shared_ptr<FeatureMap> features_;                          // null: unchanged
  ConfigsEditor configs_;
  std::map<std::string, MetadataImage::CarriedPtr> carried_;  // null: removed
  std::shared_ptr<std::vector<Bytes>> transaction_;
  std::shared_ptr<MetadataImage::SetsList> recent_sets_;  // the next image's, while they may still change
  bool features_changed_ = false;
  bool producer_ids_changed_ = false;

  std::vector<TopicChange> topic_changes_;
  std::vector<BrokerId> changed_brokers_;
  std::vector<ConfigResource> changed_configs_;
};

}  // namespace ottla
