// A coordinator of transactions on a log in memory, producers that ask it, and partitions that take its markers.
//
//   TransactionBench bench;                                       // transactions v2; topics of four partitions
//   const TransactionOf producer = bench.begin("t", {kA0, kB1});   // init, add
//   EXPECT_EQ(bench.end("t", producer, true)->error(), ErrorCode::none);
//   EXPECT_EQ(bench.status("t"), "CompleteCommit");
#pragma once

#include <gtest/gtest.h>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/controller/memory_log_testing.h"
#include "core/metadata/image_testing.h"
#include "core/sim/sim_log.h"
#include "core/state_machine/runtime.h"
#include "core/transaction/transaction_coordinator.h"

namespace ottla::transaction_testing {

inline const TopicPartition kA0{metadata_testing::topic_name(0), PartitionIndex(0)};
inline const TopicPartition kA3{metadata_testing::topic_name(0), PartitionIndex(3)};
inline const TopicPartition kB1{metadata_testing::topic_name(1), PartitionIndex(1)};

// What became of one request.
class Question {
 public:
  [[nodiscard]] bool answered() const { return answers_ > 0; }
  // Of one that is answered, once.
  [[nodiscard]] ErrorCode error() const;
  [[nodiscard]] TransactionOf producer() const;

 private:
  friend class TestReply;
  int answers_ = 0;
  TransactionAnswer answer_;
};
using QuestionPtr = std::shared_ptr<Question>;

// Partitions that take markers, at once or when they are told to. What they have taken is kept, and what cannot be is
// looked for: two ends of one transaction.
class TestMarkers final : public MarkerChannel {
 public:
  void write_markers(const TransactionMarkers& markers, MarkerReplyPtr reply) override;
  void take_waiting();
  void drop_waiting();  // without an answer

  bool hold = false;                             // what comes waits
  std::map<TopicPartition, ErrorCode> refusals;  // told in the place of writing, until taken out
  [[nodiscard]] size_t waiting_count() const { return waiting_.size(); }
  // The last marker there of this producer and epoch: none, abort (false), commit.
  [[nodiscard]] std::optional<bool> end_of(const TransactionOf& producer, const TopicPartition& partition) const;
  [[nodiscard]] const std::vector<TransactionMarkers>& asked() const { return asked_; }

 private:
  struct Waiting {
    TransactionMarkers markers;
    MarkerReplyPtr reply;
  };
  using Key = std::pair<std::pair<int64_t, int16_t>, TopicPartition>;
  void take(const TransactionMarkers& markers, MarkerReply& reply);

  std::deque<Waiting> waiting_;
  std::map<Key, bool> written_;
  std::vector<TransactionMarkers> asked_;
};

class TransactionBench final : private TenantMaker, private ProducerIdSource {
 public:
  // `level`: of the feature transaction.version.
  explicit TransactionBench(int16_t level = kTransactionsV2);

  TransactionCoordinator& coordinator();
  void commit();             // flushes and commits; waiting answers go out
  void settle();             // commits, and does what is due now
  void pass(Duration time);  // in small steps, and settles
  void fail_over();          // soft state is gone
  // The state that is read from the log up to each batch, and from what compaction leaves of that, is what the live one
  // had there.
  void expect_every_prefix_equals_live();

  QuestionPtr ask_init(const std::string& id, const std::optional<TransactionOf>& known = std::nullopt,
                       Duration timeout = Duration::from_s(60));
  QuestionPtr ask_add(const std::string& id, const TransactionOf& producer, std::vector<TopicPartition> partitions);
  QuestionPtr ask_end(const std::string& id, const TransactionOf& producer, bool commits);
  // The same, settled.
  QuestionPtr init(const std::string& id, const std::optional<TransactionOf>& known = std::nullopt,
                   Duration timeout = Duration::from_s(60));
  QuestionPtr add(const std::string& id, const TransactionOf& producer, std::vector<TopicPartition> partitions);
  QuestionPtr end(const std::string& id, const TransactionOf& producer, bool commits);
  // A producer in a transaction.
  TransactionOf begin(const std::string& id, const std::vector<TopicPartition>& partitions,
                      Duration timeout = Duration::from_s(60));
  // As people are told: the state's name, or the error's.
  std::string status(const std::string& id);
  std::vector<TopicPartition> described_partitions(const std::string& id);
  TransactionPtr find(const std::string& id);
  // Writes a record past the coordinator, which is loaded anew.
  void plant(const std::string& id, const Transaction& transaction);
  void set_level(int16_t level);

  controller_testing::MemoryLog log;
  sim::SimLog sink;
  TestMarkers markers;
  TransactionContext context;
  Instant now;
  Timestamp wall = Timestamp::from_ms(1'700'000'000'000);
  int16_t client_version;
  int ids_left = 1'000'000;  // of producers
  std::unique_ptr<TenantRuntime> runtime;

 private:
  std::unique_ptr<Tenant> make(Timeline& timeline, Journal& journal) override;
  std::optional<ProducerId> take() override;
  void lead();

  LeaderEpoch epoch_{0};
  int64_t next_producer_ = 1000;
  std::vector<std::pair<Offset, std::string>> dumps_;  // of the live state, where the log ended
};

}  // namespace ottla::transaction_testing
