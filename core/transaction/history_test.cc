// Random lives of transactions: producers of both kinds, zombies among them, that ask in any order and more than once;
// time that passes; partitions that refuse and are slow; appends that fail, coordinators that change. What must hold:
//
//   the state is what the log says, after every batch and after compaction
//   what was said to be committed is committed everywhere it was written, and never aborted
//   no epoch is given to two producers
//   in the end nothing is open
#include "core/base/prng.h"
#include "core/transaction/transaction_testing.h"

namespace ottla {
namespace {

using namespace transaction_testing;

struct Client {
  std::string id;
  TransactionOf producer;
  int16_t speaks = 0;
  std::vector<TopicPartition> inside;  // answered
};

class History {
 public:
  History(uint64_t seed, int16_t level) : bench(level), prng_(seed), level_(level) {}

  void step() {
    const std::string id = prng_.chance(2, 3) ? "t" : "u";
    switch (prng_.below(24)) {
      case 0: return come(id, std::nullopt);
      case 1: return clients_.empty() ? come(id, std::nullopt) : come_again(Client(client()));
      case 2:
      case 3:
      case 4: return clients_.empty() ? come(id, std::nullopt) : add(client());
      case 5:
      case 6:
      case 7:
        if (!clients_.empty()) end(client(), prng_.chance(2, 3));
        return;
      case 8:
        return bench.pass(Duration::from_ms(static_cast<int64_t>(prng_.below(prng_.chance(1, 3) ? 12'000 : 2'000))));
      case 9:
        if (prng_.chance(1, 3)) bench.fail_over();
        return;
      case 10:
        bench.markers.hold = !bench.markers.hold;
        return prng_.chance(1, 2) ? bench.markers.take_waiting() : bench.markers.drop_waiting();
      case 11:
        bench.markers.refusals.clear();
        if (prng_.chance(1, 3)) bench.markers.refusals[partition()] = ErrorCode::not_leader_or_follower;
        return;
      case 12:
        if (bench.runtime->flush()) bench.log.commit();
        if (!clients_.empty()) (void)bench.ask_end(client().id, client().producer, true);
        bench.log.fail_next_append(LogError::no_space);  // of that, or of what comes next
        bench.runtime->flush();
        return;
      case 13:
      case 14:
      case 15:
      case 16:
        if (!clients_.empty()) add(client());
        return;
      case 17:
      case 18:
      case 19:
        if (!clients_.empty()) end(client(), true);
        return;
      default: return bench.settle();
    }
  }

  void finish() {
    bench.markers.hold = false;
    bench.markers.refusals.clear();
    bench.markers.take_waiting();
    bench.pass(Duration::from_s(30));
    for (const char* id : {"t", "u"}) {
      const TransactionPtr last = bench.find(id);
      if (last != nullptr) {
        EXPECT_FALSE(last->open()) << id;
      }
    }
    for (const auto& [producer, partition] : promised_) {
      EXPECT_EQ(bench.markers.end_of(producer, partition), true) << partition.text();
    }
    bench.expect_every_prefix_equals_live();
  }
  [[nodiscard]] size_t promise_count() const { return promised_.size(); }

  TransactionBench bench;

 private:
  // The newest of the id more often than those that it fenced.
  Client& client() { return prng_.chance(3, 4) ? clients_.back() : clients_[prng_.below(clients_.size())]; }
  TopicPartition partition() {
    const auto index = static_cast<int32_t>(prng_.below(4));
    return {metadata_testing::topic_name(prng_.below(2)), PartitionIndex(index)};
  }

  void come(const std::string& id, const std::optional<Client>& as) {
    std::optional<TransactionOf> known;
    if (as) known = as->producer;
    const auto answer = bench.init(id, known, Duration::from_s(10));
    if (answer->error() != ErrorCode::none) return;
    const TransactionOf given = answer->producer();
    if (!as) {
      const auto number = std::pair(given.producer.value(), given.epoch.value());
      EXPECT_TRUE(given_.insert(number).second) << "given twice";
    }
    const int16_t speaks = as ? as->speaks : prng_.chance(1, 2) ? level_ : int16_t{0};
    clients_.push_back({id, given, speaks, {}});
    if (clients_.size() > 6) clients_.erase(clients_.begin());
  }

  void come_again(const Client& as) { come(as.id, as); }

  void add(Client& who) {
    bench.client_version = who.speaks;
    const TopicPartition what = partition();
    if (bench.add(who.id, who.producer, {what})->error() == ErrorCode::none) who.inside.push_back(what);
  }

  void end(Client& who, bool commits) {
    bench.client_version = who.speaks;
    const auto answer = bench.end(who.id, who.producer, commits);
    if (prng_.chance(1, 4)) return;  // the answer is lost
    if (answer->error() != ErrorCode::none) return;
    const TransactionOf next = answer->producer();
    const bool v2 = who.speaks >= kTransactionsV2;
    const TransactionOf marked{who.producer.producer, who.producer.epoch + (v2 ? 1 : 0)};
    if (commits && v2) {
      for (const TopicPartition& partition : who.inside) promised_.emplace_back(marked, partition);
    }
    who.inside.clear();
    if (v2) who.producer = next;
  }

  Prng prng_;
  int16_t level_;
  std::vector<Client> clients_;
  std::set<std::pair<int64_t, int16_t>> given_;
  std::vector<std::pair<TransactionOf, TopicPartition>> promised_;
};

TEST(TransactionHistories, hold_what_was_promised) {
  size_t promises = 0;
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE(seed);
    History history(seed, seed % 5 == 0 ? int16_t{1} : kTransactionsV2);
    for (int step = 0; step < 150; ++step) {
      history.step();
      if (testing::Test::HasFailure()) return;
    }
    history.finish();
    promises += history.promise_count();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(promises, 500U);
}

}  // namespace
}  // namespace ottla
