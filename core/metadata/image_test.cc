#include "core/metadata/image.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <map>

#include "core/base/alloc_count_testing.h"
#include "core/base/sanitizer_testing.h"
#include "core/metadata/delta.h"
#include "core/metadata/image_testing.h"
#include "core/metadata/snapshot.h"
#include "core/wire/records/metadata_log.h"

namespace ottla {
namespace {

using namespace metadata_testing;

// --- the shared map ---

struct NumberKey {
  using Key = int;
  static Key key(const std::shared_ptr<const int>& entry) { return *entry; }
};
using NumberMap = SharedMap<std::shared_ptr<const int>, NumberKey>;

std::vector<int> keys_of(const NumberMap& map, const int* from = nullptr) {
  std::vector<int> keys;
  map.for_each(
      [&](const auto& entry) {
        keys.push_back(*entry);
        return true;
      },
      from);
  return keys;
}

TEST(SharedMap, says_what_a_plain_map_says_and_older_ones_stay_as_they_were) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    std::map<int, std::shared_ptr<const int>> model;
    NumberMap map;
    std::vector<std::pair<NumberMap, std::vector<int>>> kept;
    const int range = seed % 2 == 0 ? 300 : 3000;
    for (int round = 0; round < 60; ++round) {
      NumberMap::Editor editor(map);
      const bool growing = round < 40;
      for (int change = 0; change < 60; ++change) {
        const auto number = static_cast<int>(prng.below(static_cast<uint64_t>(range)));
        if (prng.chance(growing ? 3 : 1, 4)) {
          auto entry = std::make_shared<const int>(number);
          model[number] = entry;
          editor.put(entry);
        } else {
          EXPECT_EQ(editor.erase(number), model.erase(number) == 1);
        }
      }
      map = std::move(editor).finish();
      ASSERT_EQ(map.size(), model.size());
      std::vector<int> expected;
      for (const auto& [key, value] : model) expected.push_back(key);
      ASSERT_EQ(keys_of(map), expected);
      for (int probe = 0; probe < range; ++probe) {
        const auto* found = map.find(probe);
        const auto at = model.find(probe);
        ASSERT_EQ(found != nullptr, at != model.end());
        if (found != nullptr) {
          ASSERT_EQ(found->get(), at->second.get());
        }
      }
      const auto from = static_cast<int>(prng.below(static_cast<uint64_t>(range)));
      ASSERT_EQ(keys_of(map, &from),
                std::vector<int>(std::lower_bound(expected.begin(), expected.end(), from), expected.end()));
      if (round % 10 == 0) kept.emplace_back(map, expected);
    }
    for (const auto& [old, expected] : kept) EXPECT_EQ(keys_of(old), expected);
  }
}

// --- properties ---

ImagePtr random_image(uint64_t seed, int changes) {
  Prng prng(seed);
  ImagePtr image = MetadataImage::empty();
  for (int change = 0; change < changes; ++change) {
    RecordList records;
    random_change(*image, prng, records);
    image = applied(image, records);
  }
  return image;
}

TEST(MetadataImage, a_snapshot_of_it_makes_an_equal_one) {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const ImagePtr image = random_image(seed, 200);
    const RecordList records = snapshot(*image);
    MetadataDelta delta(MetadataImage::empty());
    for (size_t index = 0; index < records.size(); ++index) {
      const auto done = delta.apply(Offset(static_cast<int64_t>(index)), LeaderEpoch(1), records[index]);
      ASSERT_TRUE(done.ok()) << done.error().text;
    }
    delta.reached(image->end(), image->epoch());
    const auto again = delta.finish();
    ASSERT_TRUE(again.ok()) << again.error().text;
    std::string expected = image->dump();
    std::string got = (*again)->dump();
    // A snapshot may be longer than the log it stands for; where it ends is the log's to say.
    expected.erase(0, expected.find('\n'));
    got.erase(0, got.find('\n'));
    EXPECT_EQ(got, expected);
    EXPECT_EQ((*again)->partition_count(), image->partition_count());
  }
}

TEST(MetadataImage, it_does_not_matter_how_records_are_cut_into_deltas) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Prng prng(seed);
    RecordList all;
    ImagePtr one_by_one = MetadataImage::empty();
    for (int change = 0; change < 200; ++change) {
      RecordList records;
      random_change(*one_by_one, prng, records);
      one_by_one = applied(one_by_one, records);
      all.append(records);
    }
    EXPECT_EQ(applied(MetadataImage::empty(), all)->dump(), one_by_one->dump());
  }
}

TEST(MetadataImage, an_older_one_stays_what_it_was) {
  Prng prng(5);
  ImagePtr image = MetadataImage::empty();
  std::vector<std::pair<ImagePtr, std::string>> kept;
  for (int change = 0; change < 400; ++change) {
    RecordList records;
    random_change(*image, prng, records);
    image = applied(image, records);
    if (change % 20 == 0) kept.emplace_back(image, image->dump());
  }
  for (const auto& [old, text] : kept) EXPECT_EQ(old->dump(), text);
}

TEST(MetadataImage, finds_topics_by_name_and_by_id_and_lists_them_in_order) {
  const ImagePtr image = cluster_of(1000, 2);
  EXPECT_EQ(image->topic_count(), 1000U);
  EXPECT_EQ(image->partition_count(), 2000U);
  std::string last;
  size_t seen = 0;
  image->for_each_topic([&](const TopicImage& topic) {
    EXPECT_LT(last, topic.name);
    last = topic.name;
    EXPECT_EQ(image->find_topic(topic.id), &topic);
    EXPECT_EQ(image->find_topic(topic.name), &topic);
    EXPECT_EQ(image->topic(topic.name).get(), &topic);
    ++seen;
    return true;
  });
  EXPECT_EQ(seen, 1000U);
  std::vector<std::string> page;
  image->for_each_topic(
      [&](const TopicImage& topic) {
        page.push_back(topic.name);
        return page.size() < 3;
      },
      "topic-00500");
  EXPECT_EQ(page, (std::vector<std::string>{"topic-00500", "topic-00501", "topic-00502"}));
  EXPECT_EQ(image->find_topic("topic-1"), nullptr);
  EXPECT_EQ(image->find_topic(TopicId{{9}}), nullptr);
  EXPECT_EQ(image->find_topic("topic-00001")->find(PartitionIndex(2)), nullptr);
  EXPECT_EQ(image->find_topic("topic-00001")->find(PartitionIndex(-1)), nullptr);
  EXPECT_EQ(image->find_topic("topic-00001")->find(PartitionIndex(1))->replicas().front(), BrokerId(1));
}

// --- sharing ---

RecordList leader_change(const MetadataImage& image, std::string_view name) {
  wire::PartitionChangeRecord change;
  change.topic_id = image.find_topic(name)->id;
  change.partition_id = 0;
  change.leader = 1;
  RecordList records;
  records.add(change);
  return records;
}

TEST(MetadataImage, a_change_of_one_topic_among_ten_thousand_copies_next_to_nothing) {
  const ImagePtr image = cluster_of(10'000, 1);
  const RecordList records = leader_change(*image, "topic-05000");
  const AllocCount count;
  const ImagePtr next = applied(image, records);
  EXPECT_LT(count.so_far(), 50U);
  size_t shared = 0;
  image->for_each_topic([&](const TopicImage& topic) {
    shared += next->find_topic(topic.name) == &topic && next->find_topic(topic.id) == &topic ? 1 : 0;
    return true;
  });
  EXPECT_EQ(shared, 9999U);
  EXPECT_EQ(next->find_topic("topic-05000")->partitions[0].leader_epoch, LeaderEpoch(1));
  EXPECT_EQ(image->find_topic("topic-05000")->partitions[0].leader_epoch, LeaderEpoch(0));
}

TEST(MetadataImage, an_idle_partition_costs_little) {
#if defined(__GLIBC__) && !OTTLA_SANITIZED
  const auto bytes_each = [](size_t topics, size_t partitions) {
    const size_t before = mallinfo2().uordblks;
    const ImagePtr image = cluster_of(topics, partitions);
    malloc_trim(0);
    return (mallinfo2().uordblks - before) / image->partition_count();
  };
  EXPECT_LE(bytes_each(10'000, 1), 250U);
  EXPECT_LE(bytes_each(100, 100), 64U);
#else
  GTEST_SKIP() << "the allocator does not tell";
#endif
}

}  // namespace
}  // namespace ottla
