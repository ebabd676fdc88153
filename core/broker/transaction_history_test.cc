// Producers of both kinds of transactions, at random, over restarts and power cuts, with requests of earlier transactions that
// come late: what is read is what was committed, all of it, once and in order, and nothing else.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/base/prng.h"
#include "core/broker/transactions_testing.h"

namespace ottla {
namespace {

const std::string kTopics[] = {"a", "b"};
constexpr int kSteps = 150;

enum class Fate : uint8_t { open, committed, aborted };

struct Writer {
  std::string id;
  bool v2 = false;
  TransactionOf producer = {};
  int transaction = -1;  // its number; -1: none is open
  std::set<std::string> added = {};
  std::map<std::string, int32_t> sequences = {};
  std::optional<int64_t> staged = {};
  std::optional<int64_t> offset = {};                 // that its group has committed
  std::vector<TransactionHost::Produced> ended = {};  // requests of transactions that have ended

  [[nodiscard]] wire::Version produce_version() const { return v2 ? 12 : 11; }
};

class History {
 public:
  explicit History(uint64_t seed) : prng_(seed) {
    host_.finalize_v2();
    for (int i = 0; i < 4; ++i) {
      Writer& writer = writers_.emplace_back();
      writer.id = "id" + std::to_string(i);
      writer.v2 = i % 2 == 1;
      init(writer);
    }
  }

  void run() {
    for (int step = 0; step < kSteps && !testing::Test::HasFailure(); ++step) {
      Writer& writer = writers_[prng_.below(writers_.size())];
      switch (prng_.below(16)) {
        case 0: restart(); break;
        case 1: init(writer); break;
        case 2:
        case 3: late(writer); break;
        case 4:
        case 5:
        case 6: stage(writer); break;
        case 7:
        case 8:
        case 9: end(writer, prng_.chance(2, 3)); break;
        default: produce(writer); break;
      }
      look(false);
    }
    for (Writer& writer : writers_) end(writer, true);
    host_.pass(Duration::from_s(2));
    look(true);
  }

 private:
  // A call again as long as it is told to come again.
  template <class Call>
  ErrorCode patiently(Call&& call) {
    for (int i = 0; i < 100; ++i) {
      const ErrorCode error = call();
      if (!is_retriable(error)) return error;
      host_.pass(Duration::from_ms(20));
    }
    ADD_FAILURE() << "it never ends";
    return ErrorCode::request_timed_out;
  }

  void init(Writer& writer) {
    EXPECT_EQ(patiently([&] { return host_.init(writer.id, writer.producer); }), ErrorCode::none);
    if (writer.transaction >= 0) ended(writer, Fate::aborted);
    writer.sequences.clear();
    writer.ended.clear();  // the epoch is another, and a retry of the same answers what it did
  }
  void begin(Writer& writer) {
    if (writer.transaction >= 0) return;
    writer.transaction = static_cast<int>(fates_.size());
    fates_.push_back(Fate::open);
  }
  void produce(Writer& writer) {
    begin(writer);
    const std::string& topic = kTopics[prng_.below(2)];
    if (!writer.v2 && writer.added.insert(topic).second) {
      EXPECT_EQ(patiently([&] { return host_.add(writer.id, writer.producer, topic); }), ErrorCode::none);
    }
    const std::string value = std::to_string(++values_);
    const TransactionHost::Produced what{topic, writer.producer, writer.sequences[topic]++,
                                         value, writer.id,       writer.produce_version()};
    EXPECT_EQ(patiently([&] { return host_.produce(what); }), ErrorCode::none) << writer.id;
    written_[topic].emplace_back(value, writer.transaction);
    writer.added.insert(topic);
    if (prng_.chance(1, 2)) writer.ended.push_back(what);
  }
  void stage(Writer& writer) {
    begin(writer);
    if (!writer.v2) {
      EXPECT_EQ(patiently([&] { return host_.add_offsets(writer.id, writer.producer, writer.id); }), ErrorCode::none);
    }
    writer.staged = ++values_;
    EXPECT_EQ(patiently([&] {
                return host_.commit_offset(writer.id, writer.producer, *writer.staged, writer.v2 ? 5 : 3, writer.id);
              }),
              ErrorCode::none);
    EXPECT_EQ(host_.offset_of(writer.id), TransactionHost::kUnstable);
  }
  void end(Writer& writer, bool commit) {
    // Of v2 a transaction in which nothing was written is none for the coordinator either.
    if (writer.transaction < 0) return;
    const TransactionOf before = writer.producer;
    EXPECT_EQ(patiently([&] { return host_.end(writer.id, writer.producer, commit, writer.v2 ? 5 : 4); }),
              ErrorCode::none);
    if (writer.v2) {
      EXPECT_NE(writer.producer, before);
      writer.sequences.clear();
    }
    ended(writer, commit ? Fate::committed : Fate::aborted);
  }
  void ended(Writer& writer, Fate fate) {
    fates_[static_cast<size_t>(writer.transaction)] = fate;
    if (fate == Fate::committed && writer.staged) writer.offset = writer.staged;
    writer.staged.reset();
    writer.transaction = -1;
    writer.added.clear();
  }

  // A batch of a transaction that has ended comes once more, with a sequence that would fit: into no transaction, or a later.
  void late(Writer& writer) {
    if (writer.ended.empty()) return;
    TransactionHost::Produced what = writer.ended[prng_.below(writer.ended.size())];
    if (what.producer == writer.producer && (writer.transaction >= 0 || writer.v2)) return;  // it is of this one
    if (what.producer == writer.producer) what.sequence = writer.sequences[what.topic];
    what.value = "late";
    EXPECT_NE(host_.produce(what), ErrorCode::none) << writer.id;
  }

  void restart() {
    if (prng_.chance(1, 2)) {
      host_.stop();
    } else {
      host_.cut_power();
    }
    host_.start_again();
  }

  // What a reader of committed records may see: in order, and nothing behind what is not decided.
  void look(bool at_rest) {
    for (const std::string& topic : kTopics) {
      std::vector<std::string> may;
      for (const auto& [value, transaction] : written_[topic]) {
        const Fate fate = fates_[static_cast<size_t>(transaction)];
        if (fate == Fate::open) break;
        if (fate == Fate::committed) may.push_back(value);
      }
      const std::vector<std::string> read = host_.read(topic, true);
      EXPECT_LE(read.size(), may.size());
      if (at_rest) {
        EXPECT_EQ(read, may) << topic;
      } else {
        EXPECT_TRUE(std::equal(read.begin(), read.end(), may.begin(),
                               may.begin() + static_cast<ptrdiff_t>(std::min(read.size(), may.size()))));
      }
    }
    for (const Writer& writer : writers_) {
      const std::optional<int64_t> told = host_.offset_of(writer.id);
      if (told == TransactionHost::kUnstable) {
        EXPECT_FALSE(at_rest);
      } else if (at_rest || !writer.staged) {
        EXPECT_EQ(told, writer.offset) << writer.id;
      }
    }
  }

  Prng prng_;
  TransactionHost host_;
  std::vector<Writer> writers_;
  std::vector<Fate> fates_;                                                  // of transactions
  std::map<std::string, std::vector<std::pair<std::string, int>>> written_;  // by topic: value and transaction
  int64_t values_ = 0;
};

TEST(TransactionHistory, of_any_kind_shows_what_was_committed_and_nothing_else) {
  for (uint64_t seed = 1; seed <= 40 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    History(seed).run();
  }
}

}  // namespace
}  // namespace ottla
