#include "core/metadata/delta.h"

#include <gtest/gtest.h>

#include "core/metadata/image_testing.h"
#include "core/metadata/snapshot.h"
#include "core/wire/records/metadata_log.h"

namespace ottla {
namespace {

using namespace metadata_testing;

std::string error_of(const ImagePtr& image, const RecordList& records) {
  MetadataDelta delta(image);
  for (size_t index = 0; index < records.size(); ++index) {
    const auto done = delta.apply(delta.end(), LeaderEpoch(1), records[index]);
    if (!done.ok()) return done.error().text;
  }
  const auto made = delta.finish();
  return made.ok() ? "" : made.error().text;
}

RecordList removal(const TopicId& id) {
  RecordList records;
  wire::RemoveTopicRecord record;
  record.topic_id = id;
  records.add(record);
  return records;
}

RecordList creation(std::string_view name, const TopicId& id) {
  RecordList records;
  wire::TopicRecord record;
  record.name = name;
  record.topic_id = id;
  records.add(record);
  return records;
}

RecordList config(std::string_view resource, std::string_view name, std::string_view value) {
  RecordList records;
  wire::ConfigRecord record;
  record.resource_type = 2;
  record.resource_name = resource;
  record.name = name;
  record.value = value;
  records.add(record);
  return records;
}

TEST(MetadataDelta, tells_what_changed_and_nothing_else) {
  const ImagePtr image = cluster_of(3, 2);
  const TopicImage& first = *image->find_topic("topic-00000");
  const TopicImage& second = *image->find_topic("topic-00001");
  RecordList records;
  wire::PartitionChangeRecord change;
  change.topic_id = second.id;
  change.partition_id = 1;
  change.leader = 1;
  records.add(change);
  records.add(change);
  records.append(removal(first.id));
  records.append(creation("topic-00000", TopicId{{1}}));
  records.append(config("topic-00002", "retention.ms", "1"));
  records.append(creation("gone", TopicId{{2}}));
  records.append(removal(TopicId{{2}}));

  MetadataDelta delta(image);
  for (size_t index = 0; index < records.size(); ++index) {
    ASSERT_TRUE(delta.apply(delta.end(), LeaderEpoch(3), records[index]).ok());
  }
  ASSERT_TRUE(delta.finish().ok());
  ASSERT_EQ(delta.topics().size(), 3U);
  EXPECT_EQ(delta.topics()[0].before->id, second.id);
  EXPECT_EQ(delta.topics()[0].partitions, std::vector{PartitionIndex(1)});
  EXPECT_EQ(delta.topics()[0].after->partitions[1].leader_epoch, LeaderEpoch(2));
  EXPECT_EQ(delta.topics()[0].after->partitions[1].partition_epoch, 2);
  EXPECT_EQ(delta.topics()[1].before->id, first.id);
  EXPECT_EQ(delta.topics()[1].after, nullptr);
  EXPECT_EQ(delta.topics()[2].before, nullptr);
  EXPECT_EQ(delta.topics()[2].after->id, TopicId{{1}});
  ASSERT_EQ(delta.configs().size(), 1U);
  EXPECT_EQ(delta.configs()[0].name, "topic-00002");
  EXPECT_TRUE(delta.brokers().empty());
  EXPECT_FALSE(delta.features_changed());
  EXPECT_FALSE(delta.producer_ids_changed());
  EXPECT_EQ(delta.after()->epoch(), LeaderEpoch(3));
  EXPECT_EQ(delta.after()->end(), image->end() + static_cast<int64_t>(records.size()));
}

TEST(MetadataDelta, a_new_topic_does_not_inherit_the_settings_of_one_that_had_its_name) {
  ImagePtr image = cluster_of(1, 1);
  image = applied(image, config("topic-00000", "retention.ms", "1"));
  ASSERT_NE(image->configs(ConfigResource::Type::topic, "topic-00000"), nullptr);
  RecordList records = removal(image->find_topic("topic-00000")->id);
  records.append(creation("topic-00000", TopicId{{5}}));
  image = applied(image, records);
  EXPECT_EQ(image->configs(ConfigResource::Type::topic, "topic-00000"), nullptr);
}

TEST(MetadataDelta, refuses_records_that_cannot_be_right) {
  const ImagePtr image = cluster_of(1, 1);
  const TopicId id = image->find_topic("topic-00000")->id;
  EXPECT_NE(error_of(image, removal(TopicId{{9}})).find("no topic"), std::string::npos);
  EXPECT_NE(error_of(image, creation("other", id)).find("second time"), std::string::npos);
  EXPECT_NE(error_of(image, creation("topic-00000", TopicId{{9}})).find("two topics named"), std::string::npos);
  EXPECT_NE(error_of(image, creation("zero", TopicId::zero())).find("without an id"), std::string::npos);

  RecordList gap;
  add_partition(id, PartitionIndex(2), image->find_topic("topic-00000")->partitions[0], gap);
  EXPECT_NE(error_of(image, gap).find("lacks partition 1"), std::string::npos);
  RecordList huge;
  add_partition(id, PartitionIndex(INT32_MAX), image->find_topic("topic-00000")->partitions[0], huge);
  EXPECT_NE(error_of(image, huge).find("no such partition"), std::string::npos);

  RecordList change;
  wire::PartitionChangeRecord record;
  record.topic_id = id;
  record.partition_id = 1;
  change.add(record);
  EXPECT_NE(error_of(image, change).find("has no partition 1"), std::string::npos);

  RecordList broker;
  wire::UnfenceBrokerRecord unfence;
  unfence.id = 1;
  broker.add(unfence);
  EXPECT_NE(error_of(image, broker).find("no broker 1"), std::string::npos);

  RecordList unknown;
  const uint8_t bytes[] = {1, 100, 0, 0};
  unknown.add_encoded(BytesView(bytes, sizeof bytes));
  EXPECT_NE(error_of(image, unknown).find("unreadable record"), std::string::npos);
}

TEST(MetadataDelta, every_cut_of_a_record_is_refused_and_none_is_fatal) {
  ImagePtr image = MetadataImage::empty();
  Prng prng(3);
  for (int change = 0; change < 100; ++change) {
    RecordList records;
    random_change(*image, prng, records);
    for (size_t index = 0; index < records.size(); ++index) {
      for (size_t size = 0; size < records[index].size(); ++size) {
        MetadataDelta delta(image);
        EXPECT_FALSE(delta.apply(image->end(), LeaderEpoch(1), records[index].first(size)).ok());
      }
    }
    image = applied(image, records);
  }
}

TEST(MetadataDelta, records_of_a_transaction_count_from_its_end_on) {
  ImagePtr image = cluster_of(1, 1);
  RecordList begin;
  begin.add(wire::BeginTransactionRecord());
  begin.append(creation("new", TopicId{{3}}));
  image = applied(image, begin);
  EXPECT_TRUE(image->in_transaction());
  EXPECT_EQ(image->find_topic("new"), nullptr);

  RecordList aborted;
  aborted.add(wire::AbortTransactionRecord());
  const ImagePtr without = applied(image, aborted);
  EXPECT_FALSE(without->in_transaction());
  EXPECT_EQ(without->find_topic("new"), nullptr);

  RecordList more = config("new", "retention.ms", "1");
  RecordList end;
  end.add(wire::EndTransactionRecord());
  more.append(end);
  const ImagePtr with = applied(image, more);
  EXPECT_FALSE(with->in_transaction());
  ASSERT_NE(with->find_topic("new"), nullptr);
  EXPECT_NE(with->configs(ConfigResource::Type::topic, "new"), nullptr);
}

TEST(MetadataDelta, reads_batches_from_the_middle_and_skips_what_it_knows) {
  RecordList records = creation("a", TopicId{{1}});
  records.append(creation("b", TopicId{{2}}));
  records.append(creation("c", TopicId{{3}}));
  BatchBuilder builder;
  DecompressionScratch scratch;
  const Bytes batch = records.batch(builder, {.base_offset = Offset(0), .leader_epoch = LeaderEpoch(4)});
  ImagePtr image = applied(MetadataImage::empty(), creation("a", TopicId{{1}}));

  MetadataDelta delta(image);
  const auto done = delta.apply_batches(batch, scratch);
  ASSERT_TRUE(done.ok()) << done.error().text;
  image = *delta.finish();
  EXPECT_EQ(image->topic_count(), 3U);
  EXPECT_EQ(image->end(), Offset(3));
  EXPECT_EQ(image->epoch(), LeaderEpoch(4));
  EXPECT_EQ(delta.topics().size(), 2U);

  MetadataDelta nothing(image);
  ASSERT_TRUE(nothing.apply_batches(batch, scratch).ok());
  EXPECT_EQ((*nothing.finish())->dump(), image->dump());
  EXPECT_TRUE(nothing.topics().empty());
  EXPECT_FALSE(MetadataDelta(image).apply_batches(batch.view().first(batch.size() - 1), scratch).ok());
}

}  // namespace
}  // namespace ottla
