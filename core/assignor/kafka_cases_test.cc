// Kafka's own answers, case by case: testdata/README.md says how they were made and which can be compared how.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/assignor/group_testing.h"
#include "core/base/hex.h"

namespace ottla::assignor {
namespace {

using Json = nlohmann::json;

std::vector<Partition> partitions_of(const Json& json) {
  std::vector<Partition> partitions;
  for (const Json& topic : json) {
    for (size_t i = 1; i < topic.size(); ++i) {
      partitions.push_back({TopicIndex(topic[0].get<uint32_t>()), PartitionIndex(topic[i].get<int32_t>())});
    }
  }
  return partitions;
}

GroupModel group_of(const Json& json) {
  GroupModel model;
  for (const Json& topic : json["topics"]) {
    TopicModel& made = model.topics.emplace_back();
    made.partition_count = topic["partitions"];
    if (!topic.contains("racks")) continue;
    for (const Json& racks : topic["racks"]) {
      auto& list = made.racks.emplace_back();
      for (const Json& rack : racks) list.emplace_back(rack.get<int32_t>());
    }
  }
  for (const Json& member : json["members"]) {
    MemberModel& made = model.members.emplace_back();
    made.id = member["id"];
    if (member.contains("instance")) made.instance_id = member["instance"].get<std::string>();
    made.rack = RackIndex(member.value("rack", -1));
    for (const Json& topic : member["topics"]) made.topics.emplace_back(topic.get<uint32_t>());
    if (member.contains("owned")) made.owned = partitions_of(member["owned"]);
    made.generation = member.value("generation", kNoGeneration);
  }
  return model;
}

std::vector<Json> cases_in(const std::string& name) {
  std::ifstream file(OTTLA_SOURCE_DIR "/core/assignor/testdata/" + name + ".jsonl");
  std::vector<Json> cases;
  for (std::string line; std::getline(file, line);) cases.push_back(Json::parse(line));
  return cases;
}

// What is left to compare when Kafka's answer hangs on the order of a hash map: how much is given, how much of it the
// members had before, and how even it is. Which partitions wait for a cooperative round hangs on that order too, so there
// evenness says nothing.
struct Score {
  int64_t given = 0;
  int64_t kept = 0;
  int64_t unevenness = 0;
  friend bool operator==(const Score&, const Score&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Score& s) {
    return out << "given " << s.given << ", kept " << s.kept << ", unevenness " << s.unevenness;
  }
};

Score score_of(const GroupModel& model, const Assignment& assignment, bool complete) {
  Score score;
  for (size_t a = 0; a < assignment.size(); ++a) {
    score.given += static_cast<int64_t>(assignment[a].size());
    for (const Partition& partition : assignment[a])
      score.kept += std::ranges::count(model.members[a].owned, partition);
    for (size_t b = 0; complete && b < a; ++b) {
      score.unevenness +=
          std::abs(static_cast<int64_t>(assignment[a].size()) - static_cast<int64_t>(assignment[b].size()));
    }
  }
  return score;
}

void expect_kafkas_answers(const std::string& name, AssignorFunction assignor, size_t exact_min, size_t scored_min) {
  const bool complete = name != "cooperative_sticky";
  size_t exact = 0;
  size_t scored = 0;
  for (const Json& json : cases_in(name)) {
    SCOPED_TRACE(json["name"].get<std::string>());
    const GroupModel model = group_of(json);
    const Assignment ours = run(assignor, model);
    EXPECT_EQ(fault_of(model, ours, complete), "");
    if (!json.contains("answer")) continue;

    Assignment kafkas;
    for (const Json& member : json["answer"]) kafkas.push_back(partitions_of(member));
    if (json["compare"] == "exact") {
      ++exact;
      EXPECT_TRUE(ours == kafkas);
    } else if (json["compare"] == "score") {
      ++scored;
      EXPECT_EQ(score_of(model, ours, complete), score_of(model, kafkas, complete));
    }
  }
  EXPECT_GE(exact, exact_min);
  EXPECT_GE(scored, scored_min);
}

TEST(KafkaCases, range_gives_the_same) { expect_kafkas_answers("range", range, 100, 0); }
TEST(KafkaCases, round_robin_gives_the_same) { expect_kafkas_answers("round_robin", round_robin, 50, 0); }
TEST(KafkaCases, sticky_gives_the_same) { expect_kafkas_answers("sticky", sticky, 200, 10); }
TEST(KafkaCases, cooperative_sticky_gives_the_same) {
  expect_kafkas_answers("cooperative_sticky", cooperative_sticky, 200, 10);
}
TEST(KafkaCases, coordinator_range_gives_the_same) {
  expect_kafkas_answers("coordinator_range", coordinator_range, 40, 0);
}
TEST(KafkaCases, coordinator_uniform_gives_the_same) {
  expect_kafkas_answers("coordinator_uniform", coordinator_uniform, 200, 0);
}

// Topics stand in the cases in the order of Java's Uuid.compareTo.
TEST(KafkaCases, topic_ids_are_ordered_as_kafka_orders_them) {
  size_t compared = 0;
  for (const Json& json : cases_in("coordinator_uniform")) {
    std::vector<TopicId> ids;
    for (const Json& topic : json["topics"]) {
      const std::optional<Bytes> bytes = hex_decode(topic["id"].get<std::string>());
      ASSERT_TRUE(bytes.has_value() && bytes->size() == 16);
      std::copy_n(bytes->data(), 16, ids.emplace_back().bytes.begin());
    }
    EXPECT_TRUE(std::ranges::is_sorted(ids, topic_id_less));
    compared += ids.size() - 1;
  }
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace ottla::assignor
