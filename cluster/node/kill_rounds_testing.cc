#include "cluster/node/kill_rounds_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "core/os/posix_clock.h"

namespace ottla {
namespace {

constexpr Duration kPatience = Duration::from_s(20);
constexpr const char* kTopic = "t";

Client::Options client_options(uint16_t port) {
  const Duration soon = Duration::from_ms(2);
  return {.network = {.bootstrap = {{"127.0.0.1", port}}, .backoff_least = soon, .backoff_most = soon * 4},
          .metadata = {.pause = soon}};
}

TopicPartition partition_of(int32_t index) { return {kTopic, PartitionIndex(index)}; }

}  // namespace

struct KillRounds::Writer {
  Writer(int number_, uint16_t port) : number(number_), client(client_options(port)), host(client) {}

  void begin() {
    producer = &client.add_producer({.batch_size = 2048,
                                     .outbox_size_max = size_t{64} * 1024,
                                     .pause = Duration::from_ms(2),
                                     .delivery_timeout = Duration::from_s(60)});
  }
  // As much as the outbox takes.
  void append(Prng& prng) {
    while (true) {
      const auto to = static_cast<int32_t>(prng.below(kPartitions));
      const auto at = static_cast<size_t>(to);
      std::string value = std::to_string(number) + " " + std::to_string(appended[at]) + " ";
      value.resize(value.size() + prng.below(200), 'x');
      const RecordToAppend record{.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)};
      if (producer->append(partition_of(to), record, at) != ErrorCode::none) return;
      ++appended[at];
    }
  }
  // In a partition deliveries come in the order of the records.
  void take_deliveries(bool may_fail) {
    producer->take_deliveries(deliveries);
    for (const Delivery& delivery : deliveries) {
      EXPECT_TRUE(may_fail || delivery.error == ErrorCode::none) << error_name(delivery.error);
      if (delivery.error != ErrorCode::none) continue;
      const auto at = static_cast<size_t>(delivery.token);
      ++acknowledged[at];
      if (delivery.offset.value() >= 0) acknowledged_end[at] = delivery.offset.value() + 1;
    }
  }

  int number;
  Client client;
  ClientHost host;
  Producer* producer = nullptr;
  int64_t appended[kPartitions] = {};
  int64_t acknowledged[kPartitions] = {};
  int64_t acknowledged_end[kPartitions] = {};
  std::vector<Delivery> deliveries;
};

KillRounds::KillRounds(Options options)
    : options_(std::move(options)),
      node_(options_.directory, options_.settings, options_.open_disk),
      prng_(options_.seed),
      seen_(kPartitions) {}

KillRounds::~KillRounds() = default;

bool KillRounds::start() {
  EXPECT_TRUE(node_.start());
  for (int number = 0; number < kWriters; ++number) {
    writers_.push_back(std::make_unique<Writer>(number, node_.port()));
    writers_.back()->begin();
  }
  std::optional<TopicOutcome> outcome;
  Writer& first = *writers_.front();
  first.client.admin().create_topic({.name = kTopic, .partition_count = kPartitions}, kPatience,
                                    [&](const TopicOutcome& done) { outcome = done; });
  EXPECT_TRUE(first.host.run_until([&] { return outcome.has_value(); }, kPatience));
  EXPECT_TRUE(outcome && outcome->error == ErrorCode::none);
  return !testing::Test::HasFailure();
}

bool KillRounds::round() {
  produce(Duration::from_ms(prng_.between(5, 40)));
  // What is on its way now is cut off somewhere.
  for (const auto& writer : writers_) {
    writer->append(prng_);
    writer->host.run_until([] { return true; }, Duration());
  }
  std::this_thread::sleep_for(std::chrono::microseconds(prng_.below(2000)));
  node_.kill();
  EXPECT_TRUE(node_.start());
  if (testing::Test::HasFailure() || !look(seen_)) return false;
  if (options_.promise == Promise::acknowledged) {
    expect_acknowledged();
  } else {
    for (const auto& writer : writers_) {
      writer->producer->abandon(ErrorCode::transport);
      writer->take_deliveries(true);
      writer->begin();
    }
    count_lost();
  }
  return !testing::Test::HasFailure();
}

// From the first answer on, so that whoever starts slowly is not killed before anything happened.
void KillRounds::produce(Duration span) {
  const auto acknowledged = [&] {
    int64_t sum = 0;
    for (const auto& writer : writers_) {
      for (const int64_t count : writer->acknowledged) sum += count;
    }
    return sum;
  };
  const bool may_fail = options_.promise == Promise::whole;
  const int64_t before = acknowledged();
  const Instant patience_ends = monotonic_now() + kPatience;
  Instant until = Instant::never();
  while (monotonic_now() < until) {
    for (const auto& writer : writers_) {
      writer->append(prng_);
      writer->host.run_until([] { return false; }, Duration::from_ms(1));
      writer->take_deliveries(may_fail);
    }
    if (until == Instant::never() && acknowledged() > before) until = monotonic_now() + span;
    ASSERT_LT(monotonic_now(), patience_ends) << "nothing is acknowledged";
  }
  counts_.acknowledged += static_cast<uint64_t>(acknowledged() - before);
}

// Reads every partition from where it was seen to its end.
bool KillRounds::look(std::vector<Seen>& seen) {
  Client client(client_options(node_.port()));
  ClientHost host(client);
  Fetcher& fetcher = client.add_fetcher({.reset = std::nullopt});
  std::vector<std::optional<OffsetOutcome>> ends(kPartitions);
  for (int32_t index = 0; index < kPartitions; ++index) {
    client.admin().list_offset(partition_of(index), kOffsetLatest, kPatience,
                               [&, index](const OffsetOutcome& end) { ends[static_cast<size_t>(index)] = end; });
    fetcher.assign(partition_of(index), Offset(seen[static_cast<size_t>(index)].end));
  }
  DecompressionScratch scratch;
  Fetched fetched;
  const auto all_seen = [&] {
    while (fetcher.take(fetched)) {
      EXPECT_EQ(fetched.error, ErrorCode::none) << fetched.partition.text() << ' ' << error_name(fetched.error);
      const int32_t index = fetched.partition.partition.value();
      const auto whole = for_each_record(fetched, scratch, [&](const BatchView&, const RecordView& record) {
        note(index, seen[static_cast<size_t>(index)], record.offset().value(), record.value()->text());
      });
      EXPECT_TRUE(whole.ok()) << fetched.partition.text() << " is torn";
    }
    for (size_t at = 0; at < ends.size(); ++at) {
      if (!ends[at].has_value() || (ends[at]->error == ErrorCode::none && seen[at].end < ends[at]->offset.value())) {
        return testing::Test::HasFailure();
      }
    }
    return true;
  };
  EXPECT_TRUE(host.run_until(all_seen, kPatience)) << "not everything came";
  for (const auto& end : ends) EXPECT_TRUE(end.has_value() && end->error == ErrorCode::none);
  return !testing::Test::HasFailure();
}

void KillRounds::note(int32_t partition, Seen& seen, int64_t offset, std::string_view value) {
  EXPECT_EQ(offset, seen.end) << "in partition " << partition;
  seen.end = offset + 1;
  int writer = -1;
  int64_t number = -1;
  const auto first = std::from_chars(value.data(), value.data() + value.size(), writer);
  (void)std::from_chars(first.ptr + 1, value.data() + value.size(), number);
  int64_t& next = seen.next_number[writer];
  const bool every = options_.promise == Promise::acknowledged;
  EXPECT_TRUE(every ? number == next : number >= next)
      << "partition " << partition << " has number " << number << " of writer " << writer << " at offset " << offset
      << ", where " << next << " was due";
  next = number + 1;
}

void KillRounds::expect_acknowledged() {
  bool ahead = false;
  for (const auto& writer : writers_) {
    for (size_t at = 0; at < seen_.size(); ++at) {
      const int64_t there = seen_[at].next_number[writer->number];
      EXPECT_GE(there, writer->acknowledged[at]) << "partition " << at << " lost records of writer " << writer->number;
      EXPECT_GE(seen_[at].end, writer->acknowledged_end[at]) << "partition " << at;
      ahead |= there > writer->acknowledged[at];
    }
  }
  counts_.cut_off += ahead ? 1 : 0;
}

// Other records get the offsets of those that are lost.
void KillRounds::count_lost() {
  for (size_t at = 0; at < seen_.size(); ++at) {
    int64_t acknowledged_end = seen_[at].end;
    for (const auto& writer : writers_) {
      acknowledged_end = std::max(acknowledged_end, std::exchange(writer->acknowledged_end[at], 0));
    }
    counts_.lost += static_cast<uint64_t>(acknowledged_end - seen_[at].end);
  }
}

void KillRounds::finish() {
  const bool every = options_.promise == Promise::acknowledged;
  for (const auto& writer : writers_) {
    writer->producer->flush();
    const auto all_answered = [&] {
      writer->take_deliveries(!every);
      return writer->producer->idle();
    };
    EXPECT_TRUE(writer->host.run_until(all_answered, kPatience));
  }
  std::vector<Seen> all(kPartitions);
  if (!look(all)) return;
  if (every) {
    for (const auto& writer : writers_) {
      for (size_t at = 0; at < all.size(); ++at) {
        EXPECT_EQ(all[at].next_number[writer->number], writer->appended[at]) << "partition " << at;
      }
    }
  }
  EXPECT_EQ(node_.stop(), 0);
}

}  // namespace ottla
