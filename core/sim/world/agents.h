// Those who live in a world: writers, readers, one who makes and removes topics, one who deletes records. Each sits on a client of its own, acts at
// random moments, and tells Promises what it was promised.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/sim/world/promises.h"
#include "core/sim/world/world.h"

namespace ottla::sim {

// Does something again and again, with random pauses, until it is stopped.
class Habit {
 public:
  Habit(World& world, Prng prng, Duration least, Duration most, std::function<void()> act);
  ~Habit() { stop(); }
  Habit(const Habit&) = delete;
  Habit& operator=(const Habit&) = delete;
  void stop() { clock_.cancel(next_); }

 private:
  void plan();

  SimClock& clock_;
  Prng prng_;
  Duration least_;
  Duration most_;
  std::function<void()> act_;
  EventId next_{};
};

class WriterAgent {
 public:
  // Writes to one of the partitions each time.
  WriterAgent(World& world, Promises& promises, uint32_t number, std::vector<TopicPartition> partitions,
              const ProducerOptions& options);

  // Groups of records that were acknowledged whole.
  [[nodiscard]] uint64_t operation_count() const { return operations_; }
  [[nodiscard]] bool idle() const { return producer_->idle(); }
  void rest() { habit_.stop(); }
  SimClient& client() { return client_; }

 private:
  struct Group {
    RecordNumber last;
    size_t left;
    bool failed = false;
  };
  void act();
  void look();

  Promises& promises_;
  uint32_t number_;
  std::vector<TopicPartition> partitions_;
  Prng prng_;
  ProducerOptions options_;
  SimClient& client_;
  Producer* producer_;
  std::vector<Delivery> deliveries_;
  std::map<RecordNumber, Group> groups_;  // by their first record
  uint64_t operations_ = 0;
  Habit habit_;
};

class ReaderAgent {
 public:
  ReaderAgent(World& world, Promises& promises, std::vector<TopicPartition> partitions, const FetcherOptions& options);
  void rest() { habit_.stop(); }
  SimClient& client() { return client_; }
  [[nodiscard]] bool reads(const TopicPartition& partition) const { return fetcher_.position(partition).has_value(); }
  [[nodiscard]] std::string where(const TopicPartition& partition) const {
    const auto position = fetcher_.position(partition);
    return position ? std::to_string(position->value()) : "no place";
  }
  [[nodiscard]] bool has_read(const TopicPartition& partition, Offset end) const {
    return fetcher_.position(partition) >= end;
  }

 private:
  void act();  // goes back to where it has been, now and then
  void look();

  Promises& promises_;
  std::vector<TopicPartition> partitions_;
  Prng prng_;
  SimClient& client_;
  Fetcher& fetcher_;
  Habit habit_;
};

// Makes a topic, uses it at once, looks whether it is as it should be, removes it, and begins anew.
class TopicAgent {
 public:
  TopicAgent(World& world, Promises& promises, uint32_t number);

  [[nodiscard]] uint64_t operation_count() const { return operations_; }
  [[nodiscard]] bool idle() const { return state_ == State::resting; }
  void rest() { resting_ = true; }
  SimClient& client() { return client_; }
  // Topics that must be there, and those of which nobody knows.
  [[nodiscard]] const std::set<std::string>& there() const { return there_; }
  [[nodiscard]] const std::set<std::string>& gone() const { return gone_; }
  [[nodiscard]] uint64_t created_count() const { return created_; }

 private:
  enum class State : uint8_t { resting, creating, using_it, deleting };
  void act();
  void create();
  void use();
  void remove();
  void look();

  Promises& promises_;
  uint32_t number_;
  Prng prng_;
  SimClient& client_;
  State state_ = State::resting;
  bool resting_ = false;
  std::string topic_;
  int32_t partition_count_ = 1;
  Producer* producer_ = nullptr;
  std::vector<Delivery> deliveries_;
  std::set<std::string> there_;
  std::set<std::string> gone_;
  uint64_t operations_ = 0;
  uint64_t created_ = 0;
  uint64_t topics_ = 0;
  Habit habit_;
};

// Deletes records from the front of partitions, one request at a time.
class EraserAgent {
 public:
  // `sound_disk`: what it was told outlives the process, a while later.
  EraserAgent(World& world, Promises& promises, std::vector<TopicPartition> partitions, bool sound_disk);

  [[nodiscard]] uint64_t deletion_count() const { return deletions_; }
  [[nodiscard]] bool idle() const { return !asking_; }
  void rest() { habit_.stop(); }

 private:
  void act();
  void answered(const TopicPartition& partition, Offset asked, const OffsetOutcome& outcome);

  World& world_;
  Promises& promises_;
  std::vector<TopicPartition> partitions_;
  bool sound_disk_;
  Prng prng_;
  SimClient& client_;
  bool asking_ = false;
  uint64_t asked_in_ = 0;  // which process
  uint64_t deletions_ = 0;
  Habit habit_;
};

// A partition as it is, from its start to its high watermark.
struct WholePartition {
  std::string trouble;  // why it could not be read; empty: it was
  Offset start;
  Offset end;
  Promises::Content content;
};
WholePartition read_all(World& world, SimClient& client, Promises& promises, const TopicPartition& partition,
                        Duration at_most);

}  // namespace ottla::sim
