// For the fault matrix: logs whose every moment is written down, the files of a data directory as values, and the
// question that every case ends in: what does a start make of these files?
//
//   WrittenLife life(settings);
//   life.append({"a", "b"});                      // writes down what is true of the log from here on
//   DiskImage image = life.image();
//   image.files[path].resize(17);                 // damage
//   const Found found = life.start_on(image);     // asserts that nothing wrong is served
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/log/log_testing.h"

namespace ottla::log_testing {

// A data directory's files by path.
struct DiskImage {
  std::map<std::string, std::string> files;

  static DiskImage of(Disk& disk);
  void put_on(Disk& disk) const;  // an empty one; durable
  [[nodiscard]] std::vector<std::string> paths(std::string_view prefix, std::string_view suffix) const;
};

// Where the batches in a segment's bytes start, and where the last one ends.
std::vector<size_t> batch_bounds(std::string_view segment);

// All that a log says of itself and of what it holds.
struct LogFacts {
  Offset log_start;
  Offset log_end;
  Offset stable_end;
  std::map<int64_t, std::string> values;
  std::vector<AbortedTransaction> aborted;
  std::vector<EpochStart> epochs;
  std::string producers;                       // as a snapshot
  std::vector<std::optional<Offset>> by_time;  // the first record from each of a few times on

  // Asked of a log that is ready, through cold reads; nothing when it turned out damaged.
  static std::optional<LogFacts> of(LogWorld& world, Log& log, const std::vector<Timestamp>& times);

  friend bool operator==(const LogFacts&, const LogFacts&) = default;
};
std::string describe(const LogFacts& facts);

// What a start made of the partition.
struct Found {
  enum Fate : uint8_t { served, quarantined } fate;
  Offset log_end;       // of a log that is served
  std::string trouble;  // of one that is not
};

// A life of the partition t-0, and beside it of "sound-0", whose files nobody touches.
class WrittenLife {
 public:
  static constexpr std::string_view kFolder = "t-0/";

  explicit WrittenLife(const LogSettings& settings, uint64_t seed = 7);

  LogWorld world;
  Log& log() { return *world.directory().find({"t", PartitionIndex(0)}); }

  // --- The life. Times rise from batch to batch.
  void append(const std::vector<std::string>& values, const Producing& producing = {});
  // The next batch of an idempotent or transactional producer.
  void produce(int64_t id, const std::vector<std::string>& values, bool transactional = false);
  void end_transaction(int64_t id, bool commit);
  void truncate(Offset end);
  // Everything so far is synced, sealed, and known to the checkpoints to be.
  void checkpoint();
  // As checkpoint(), and then the process ends as it should.
  void stop();
  // As checkpoint(). Only what is in the log now counts from here on: after compaction and retention.
  void forget_the_past();

  // --- What is to be found
  [[nodiscard]] DiskImage image() { return DiskImage::of(world.disk); }
  // Below, everything was acknowledged.
  [[nodiscard]] Offset promised_end() const { return promised_end_; }
  [[nodiscard]] Offset log_end() const { return moments_.back().facts.log_end; }
  // The end of the last batch before which every byte is as it was written; nothing where what came before the first
  // moment is not.
  [[nodiscard]] std::optional<Offset> intact_end(const DiskImage& image) const;

  // Starts on the files and fails the running test unless: the sound partition serves all it had; t-0 is quarantined
  // and says why, or is served and is in everything as it was when its end was there, and goes on: takes what its
  // producers send next, and has it after a crash.
  Found start_on(const DiskImage& image);

 private:
  // What the log was when its end was here, and the batch that brought it there.
  struct Moment {
    std::string path;
    size_t start = 0;
    std::string bytes;
    std::vector<Timestamp> times;
    LogFacts facts;
  };
  void note(size_t start);
  [[nodiscard]] std::vector<Timestamp> some_times() const;
  void expect_sound(LogWorld& again) const;
  static void expect_it_goes_on(LogWorld& again, std::map<int64_t, std::string> expected);

  LogSettings settings_;
  std::map<int64_t, int32_t> sequences_;
  LogFacts sound_;
  std::vector<Timestamp> times_;  // of batches of records
  std::vector<Moment> moments_;
  DiskImage past_;
  Offset promised_end_{0};
};

}  // namespace ottla::log_testing
