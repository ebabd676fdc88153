// A coordinator of groups on a log in memory, and members that ask it.
//
//   GroupBench bench;                                    // topics kTopicA and kTopicB of four partitions
//   auto joined = bench.join({.group = "g"});            // waits
//   bench.pass(Duration::from_s(3));
//   joined->generation()
//
// Requests and answers go through their bytes.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/controller/memory_log_testing.h"
#include "core/group/group_coordinator.h"
#include "core/metadata/image_testing.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_log.h"
#include "core/state_machine/runtime.h"

namespace ottla::group_testing {

// The topics that there are.
inline const std::string kTopicA = metadata_testing::topic_name(0);
inline const std::string kTopicB = metadata_testing::topic_name(1);

// What became of one request. Kept by the asker and by its reply.
struct Question {
  wire::Version version = 0;
  int answers = 0;
  std::optional<ErrorCode> refused;  // by the runtime, in the place of what was prepared
  Bytes body;
  wire::Arena of_request;
  wire::Arena of_answer;

  [[nodiscard]] bool answered() const { return answers > 0; }
  template <wire::WireMessage M>
  M read() {
    EXPECT_EQ(answers, 1);
    M response;
    OTTLA_ASSERT(wire::decode(body.view(), version, of_answer, response).ok());
    return response;
  }
};
using QuestionPtr = std::shared_ptr<Question>;

struct JoinAs {
  std::string group = "g";
  std::string member = "";
  std::optional<std::string> instance = {};
  std::vector<std::pair<std::string, std::string>> protocols = {{"range", "r"}};
  std::string type = "consumer";
  wire::Version version = 9;
  int32_t session_ms = 10'000;
  int32_t rebalance_ms = 60'000;
};

// A heartbeat of the consumer protocol. Nothing: not said.
struct ConsumerBeat {
  std::string group = "g";
  std::string member = "";
  int32_t epoch = 0;
  std::optional<std::string> instance = {};
  std::optional<std::vector<std::string>> topics = {};
  std::optional<Partitions> owned = {};
  std::optional<std::string> assignor = {};
  std::optional<std::string> pattern = {};
};

// A member in a generation.
struct Member {
  std::string group = "g";
  std::string id;
  int32_t generation = -1;
  std::optional<std::string> instance = {};
};

class GroupBench final : private TenantMaker {
 public:
  explicit GroupBench(uint64_t seed = 1);

  GroupCoordinator& groups();
  // The cluster's topics are those of the image now.
  void set_image(ImagePtr image);
  // Flushes and commits; waiting answers go out.
  void commit();
  // Time passes in small steps, and everything that was written is committed.
  void pass(Duration time);
  // Another broker takes over and this one again: soft state is gone.
  void fail_over();
  // Everything is committed. The state that a coordinator has that reads the log up to each batch is compared with what
  // the live one had there.
  void expect_every_prefix_equals_live();

  QuestionPtr join(const JoinAs& as);
  // With a member id of its own: asks for one first.
  QuestionPtr join_new(JoinAs as);
  QuestionPtr sync(const Member& member, const std::vector<std::pair<std::string, std::string>>& assignments = {});
  ErrorCode heartbeat(const Member& member);
  QuestionPtr consumer_heartbeat(const ConsumerBeat& beat);
  QuestionPtr leave(const std::string& group,
                    const std::vector<std::pair<std::string, std::optional<std::string>>>& members);
  QuestionPtr commit_offset(const Member& member, const std::string& topic, int32_t partition, int64_t offset,
                            wire::Version version = 9, const std::string& metadata = "");
  QuestionPtr commit_in_transaction(int64_t producer, const Member& member, const std::string& topic, int32_t partition,
                                    int64_t offset);
  // Nothing: there is none; kUnstable: an open transaction may change it.
  static constexpr int64_t kUnstable = -2;
  std::optional<int64_t> fetch_offset(const std::string& group, const std::string& topic, int32_t partition,
                                      bool require_stable = false);
  QuestionPtr delete_offset(const std::string& group, const std::string& topic, int32_t partition);
  ErrorCode delete_group(const std::string& group);
  static ReplyPtr plain_reply(const QuestionPtr& question);  // that nothing is prepared in
  std::string state_of(const std::string& group);

  // A group of so many members, stable: the first one leads.
  std::vector<Member> stable_group(size_t count, const JoinAs& as = {});

  controller_testing::MemoryLog log;
  sim::SimLog sink;
  sim::SeededEntropy entropy;
  GroupContext context;
  Instant now;
  Timestamp wall = Timestamp::from_ms(1'700'000'000'000);
  std::unique_ptr<TenantRuntime> runtime;

 private:
  std::unique_ptr<Tenant> make(Timeline& timeline, Journal& journal) override;
  void lead();
  void note_dump();

  LeaderEpoch epoch_{0};
  std::vector<std::pair<Offset, std::string>> dumps_;  // of the live state, where the log ended
};

// "consumer" subscriptions and what a member joined to.
std::string subscription_to(const std::vector<std::string>& topics);
std::string subscription_to(const std::vector<std::string>& topics, const Partitions& owned,
                            const MetadataImage& image);
ErrorCode error_of(const QuestionPtr& question);  // JoinGroup or SyncGroup: their error
Member member_of(const JoinAs& as, const QuestionPtr& joined);

}  // namespace ottla::group_testing
