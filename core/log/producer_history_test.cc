// Producer state over long histories: as Kafka's own classes answered (testdata/README.md), and as a reference says that
// keeps every batch for ever and looks everything up in it.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <sstream>

#include "core/base/prng.h"
#include "core/log/log_files_testing.h"
#include "core/log/producer_testing.h"

namespace ottla {
namespace {

using producer_testing::Partition;

constexpr int64_t kExpirationMs = 60'000;

BatchOrigin origin_of(const std::string& name) {
  if (name == "CLIENT") return BatchOrigin::client;
  return name == "COORDINATOR" ? BatchOrigin::coordinator : BatchOrigin::replication;
}

std::string snapshot_of(const ProducerState& state) {
  return log_testing::written_by([&](BytesBuffer& out) { state.encode_snapshot(out); });
}

// One operation of a history, answered by us in Kafka's words.
class Replay {
 public:
  std::string data(std::istringstream& words) {
    std::string origin;
    int64_t id = 0, offset = 0, timestamp = 0;
    int epoch = 0, sequence = 0, count = 0;
    bool transactional = false;
    words >> origin >> id >> epoch >> sequence >> count >> offset >> timestamp >> transactional;
    p_.state.set_map_end(Offset(offset));
    p_.now = timestamp;
    const ProducerBatch batch = p_.data(id, static_cast<int16_t>(epoch), sequence, count, transactional);
    const auto verdict = p_.state.check(batch, origin_of(origin));
    if (!verdict.ok()) return kafka_name(verdict.error());
    if (verdict->duplicate) {
      return "DUPLICATE " + std::to_string(verdict->duplicate->first_offset.value()) + " " +
             std::to_string(verdict->duplicate->last_offset.value());
    }
    p_.state.apply(batch);
    return "NONE";
  }

  std::string marker(std::istringstream& words) {
    std::string origin;
    int64_t id = 0, offset = 0, timestamp = 0;
    int epoch = 0, coordinator_epoch = 0, transaction_version = 0;
    bool commit = false;
    words >> origin >> id >> epoch >> coordinator_epoch >> commit >> offset >> timestamp >> transaction_version;
    p_.state.set_map_end(Offset(offset));
    p_.now = timestamp;
    const ProducerBatch batch =
        p_.marker(id, static_cast<int16_t>(epoch), commit,
                  {coordinator_epoch, static_cast<int16_t>(transaction_version), origin_of(origin)});
    const auto verdict = p_.state.check(batch, origin_of(origin));
    if (!verdict.ok()) return kafka_name(verdict.error());
    const auto ended = p_.state.apply(batch);
    if (!ended) return "NONE";
    return (ended->aborted ? "ABORTED " : "COMMITTED ") + std::to_string(ended->first_offset.value()) + " " +
           std::to_string(p_.state.last_stable_after(*ended).value());
  }

  // "producers undecided unstable"
  [[nodiscard]] std::string state() const {
    const auto number = [](std::optional<Offset> offset) {
      return std::to_string(offset.value_or(Offset(-1)).value());
    };
    return std::to_string(p_.state.count()) + " " + number(p_.state.first_unstable(Offset(INT64_MAX))) + " " +
           number(p_.state.first_unstable(high_watermark_));
  }

  std::string run(const std::string& operation, std::istringstream& words) {
    if (operation == "data") return data(words);
    if (operation == "marker") return marker(words);
    int64_t number = 0;
    words >> number;
    if (operation == "committed") {
      high_watermark_ = Offset(number);
      p_.state.forget_decided(high_watermark_);
    } else if (operation == "expire") {
      p_.state.expire(Timestamp::from_ms(number), Duration::from_ms(kExpirationMs));
    } else {
      p_.state.set_map_end(Offset(number));
      const std::string snapshot = snapshot_of(p_.state);
      if (operation == "reload") {
        p_.state = ProducerState::decode_snapshot(Offset(number), BytesView::of(snapshot)).value();
        high_watermark_ = Offset(number);
      }
      return hex_encode(BytesView::of(snapshot));
    }
    return "";
  }

 private:
  static std::string kafka_name(LogError error) {
    switch (error_code(error)) {
      case ErrorCode::out_of_order_sequence_number: return "OUT_OF_ORDER_SEQUENCE_NUMBER";
      case ErrorCode::invalid_producer_epoch: return "INVALID_PRODUCER_EPOCH";
      case ErrorCode::invalid_txn_state: return "INVALID_TXN_STATE";
      case ErrorCode::transaction_coordinator_fenced: return "TRANSACTION_COORDINATOR_FENCED";
      default: return "unexpected " + std::string(text(error.code()));
    }
  }

  Partition p_;
  Offset high_watermark_{0};
};

TEST(ProducerHistory, is_answered_as_kafka_answers_it) {
  std::map<std::string, int> answers;
  Replay replay;
  int line = 0;
  for (const auto& fields : log_testing::golden_lines("producers.tsv")) {
    ++line;
    std::istringstream words(fields[0]);
    std::string operation;
    words >> operation;
    if (operation == "start") {
      replay = Replay();
      continue;
    }
    const std::string answer = replay.run(operation, words);
    ASSERT_EQ(answer, fields[1]) << "line " << line << ": " << fields[0];
    ASSERT_EQ(replay.state(), fields[2]) << "line " << line << ": " << fields[0];
    ++answers[operation == "data" || operation == "marker" ? answer.substr(0, answer.find(' ')) : operation];
  }
  for (const char* seen :
       {"NONE", "DUPLICATE", "OUT_OF_ORDER_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH", "INVALID_TXN_STATE",
        "TRANSACTION_COORDINATOR_FENCED", "COMMITTED", "ABORTED", "committed", "expire", "snapshot", "reload"}) {
    EXPECT_GE(answers[seen], 10) << seen;
  }
}

// The reference: all batches that were ever stored, in order. What the state should answer is searched for in them.
class Reference {
 public:
  std::string send(const ProducerBatch& batch) {
    const ProducerBatch* last = nullptr;  // of this producer, data or marker
    std::vector<const ProducerBatch*> window;
    bool open = false;
    for (const ProducerBatch& stored : stored_) {
      if (stored.producer_id != batch.producer_id) continue;
      if (last != nullptr && stored.epoch != last->epoch) window.clear();
      last = &stored;
      open = stored.marker ? false : open || stored.transactional;
      if (!stored.marker) window.push_back(&stored);
    }
    if (window.size() > 5) window.erase(window.begin(), window.end() - 5);
    if (!batch.marker) {
      for (const ProducerBatch* sent : window) {
        if (sent->epoch == batch.epoch && sent->first_sequence == batch.first_sequence &&
            sent->last_sequence == batch.last_sequence) {
          return "again " + Partition::range(sent->first_offset, sent->last_offset);
        }
      }
    }
    if (last != nullptr && batch.epoch < last->epoch) {
      return batch.marker ? "marker of an old producer epoch" : "producer epoch too old";
    }
    if (!batch.marker && last != nullptr) {
      const bool goes_on = last->epoch == batch.epoch && !window.empty();
      const int64_t expected = goes_on ? (int64_t{window.back()->last_sequence.value()} + 1) % (int64_t{1} << 31) : 0;
      if (batch.first_sequence.value() != expected) return "sequence out of order";
      if (open && !batch.transactional) return "batch does not fit the producer's transaction";
    }
    stored_.push_back(batch);
    return Partition::range(batch.first_offset, batch.last_offset);
  }

  [[nodiscard]] std::optional<Offset> first_unstable(Offset high_watermark) const {
    std::optional<Offset> first;
    std::map<ProducerId, Offset> open;
    const auto lower = [&](Offset offset) { first = first ? std::min(*first, offset) : offset; };
    for (const ProducerBatch& stored : stored_) {
      if (!stored.marker) {
        if (stored.transactional) open.try_emplace(stored.producer_id, stored.first_offset);
      } else if (const auto at = open.find(stored.producer_id); at != open.end()) {
        if (stored.last_offset >= high_watermark) lower(at->second);
        open.erase(at);
      }
    }
    for (const auto& [id, offset] : open) lower(offset);
    return first;
  }

 private:
  std::vector<ProducerBatch> stored_;
};

// The state forgets, is written, read back with its windows and cut; the reference does none of it and is as right.
TEST(ProducerHistory, is_answered_as_the_whole_log_would) {
  int64_t duplicates = 0, refused = 0, restarts = 0;
  EXPECT_TRUE(rc::check([&] {
    Prng prng(*rc::gen::arbitrary<uint64_t>());
    Partition p;
    Reference reference;
    Offset high_watermark(0);
    std::array<int32_t, 3> next{};
    std::array<int16_t, 3> epoch{};
    std::array<bool, 3> open{};
    for (int32_t& sequence : next) sequence = prng.chance(1, 2) ? 0 : INT32_MAX - static_cast<int32_t>(prng.below(20));
    for (int step = 0; step < 120; ++step) {
      const size_t who = prng.below(3);
      const auto id = static_cast<int64_t>(who);
      ++p.now;
      if (prng.chance(1, 8)) {
        const auto marker_epoch = static_cast<int16_t>(epoch[who] + prng.between(-1, 1));
        if (marker_epoch < 0) continue;
        const ProducerBatch marker = p.marker(id, marker_epoch, prng.chance(1, 2));
        const std::string answer = p.send(marker, BatchOrigin::coordinator);
        RC_ASSERT(answer == reference.send(marker));
        if (answer[0] == 'm') continue;
        if (marker_epoch > epoch[who]) next[who] = 0;
        epoch[who] = marker_epoch;
        open[who] = false;
      } else if (prng.chance(1, 12)) {
        high_watermark = Offset(prng.between(high_watermark.value(), p.end().value()));
        p.state.forget_decided(high_watermark);
      } else if (prng.chance(1, 12)) {
        const std::string windows = log_testing::written_by([&](BytesBuffer& out) { p.state.encode_windows(out); });
        ProducerState again = ProducerState::decode_snapshot(p.end(), BytesView::of(snapshot_of(p.state))).value();
        RC_ASSERT(again.restore_windows(BytesView::of(windows)).value());
        RC_ASSERT(again.producers() == p.state.producers());
        p.state = std::move(again);
        high_watermark = p.end();  // what was decided is taken to be replicated
        ++restarts;
      } else {
        const auto back = static_cast<int32_t>(prng.chance(1, 3) ? prng.below(14) : 0);
        auto sequence = static_cast<int32_t>((int64_t{next[who]} - back) & INT32_MAX);
        auto batch_epoch = epoch[who];
        if (prng.chance(1, 10)) batch_epoch = static_cast<int16_t>(batch_epoch + prng.between(-1, 1));
        if (batch_epoch < 0) continue;
        if (batch_epoch > epoch[who]) sequence = static_cast<int32_t>(prng.below(2));
        const auto count = static_cast<int32_t>(1 + prng.below(2));
        const bool transactional = open[who] ? !prng.chance(1, 10) : prng.chance(1, 4);
        const ProducerBatch batch = p.data(id, batch_epoch, sequence, count, transactional);
        const std::string answer = p.send(batch, BatchOrigin::client);
        RC_ASSERT(answer == reference.send(batch));
        if (answer.starts_with("again")) ++duplicates;
        if (answer[0] < '0' || answer[0] > '9') {
          ++refused;
        } else {
          next[who] = static_cast<int32_t>((int64_t{sequence} + count) & INT32_MAX);
          epoch[who] = batch_epoch;
          open[who] = open[who] || transactional;
        }
      }
      RC_ASSERT(p.state.first_unstable(high_watermark) == reference.first_unstable(high_watermark));
    }
  }));
  EXPECT_GT(duplicates, 100);
  EXPECT_GT(refused, 100);
  EXPECT_GT(restarts, 100);
}

}  // namespace
}  // namespace ottla
