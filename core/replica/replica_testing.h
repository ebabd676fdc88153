// A broker's partitions on simulated disks, under an image that a test changes as the metadata log would: for tests of
// this room and of what is built on it. The image outlives crashes, as the metadata log does.
//
//   ReplicaWorld world(seed);
//   world.create_topic("t", 1);
//   world.append("t", 0, {"a", "b"});
//   world.settle();                    // synced, and all jobs are done
//   world.crash();                     // the power goes, and comes back
//   world.values("t", 0)               // {0: a, 1: b}
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/log/log_testing.h"
#include "core/metadata/records.h"
#include "core/replica/data_directories.h"
#include "core/replica/replicas.h"

namespace ottla::replica_testing {

using Values = std::map<int64_t, std::string>;
using Configs = std::map<std::string, std::string>;

class ReplicaWorld {
 public:
  struct Options {
    size_t disk_count = 1;
    bool ephemeral = false;
    sim::SimDiskOptions disk = {};
    Configs node = {};
  };
  explicit ReplicaWorld(uint64_t seed) : ReplicaWorld(seed, Options()) {}
  ReplicaWorld(uint64_t seed, const Options& options);
  ~ReplicaWorld();

  std::vector<std::unique_ptr<sim::SimDisk>> disks;
  sim::SimDisk& disk() { return *disks[0]; }
  Marks marks;
  sim::SimLog lines;
  log_testing::TestJobs jobs;
  Prng prng;
  SettingValues node{SettingScope::node, SettingProfile::node};
  ImagePtr image = MetadataImage::empty();
  Instant now;
  Timestamp wall = Timestamp::from_ms(1'700'000'000'000);
  std::vector<LogNumber> noticed;  // all notices of this life

  // --- Life
  bool start();
  void kill();
  void crash();
  void restart();  // a clean stop first
  [[nodiscard]] bool running() const { return replicas_ != nullptr; }
  Replicas& replicas() { return *replicas_; }
  LogDirectory& directory(size_t index = 0) { return *open_.directories[index].logs; }
  [[nodiscard]] const OpenDirectories& open() const { return open_; }
  void end_life();
  [[nodiscard]] const std::string& refused() const { return refused_; }  // why a start failed

  // --- Turns
  void take_notices();
  bool step();  // a turn, and a step of a job of the seed's choice; false: nothing is left
  void settle();
  void pass(Duration time);  // in one tick

  // --- The image
  void change(const RecordList& records);
  TopicId create_topic(const std::string& name, int32_t partitions, const Configs& configs = {},
                       std::optional<Uuid> directory = std::nullopt);
  void add_partitions(const std::string& name, int32_t first, int32_t end,
                      std::optional<Uuid> directory = std::nullopt);
  void delete_topic(const std::string& name);
  void set(const std::string& topic, const std::string& name, const std::string& value);
  void next_epoch(const std::string& name, int32_t partition);

  // --- Partitions
  [[nodiscard]] Replica* find(const std::string& topic, int32_t partition = 0);
  Replica& ready(const std::string& topic, int32_t partition = 0);  // loaded
  LogResult<AppendedBatch> append(const std::string& topic, int32_t partition, const std::vector<std::string>& values,
                                  const log_testing::Producing& producing = {});
  // Everything up to `end` (the high watermark), through cold reads.
  Values values(Replica& replica, std::optional<Offset> end = std::nullopt);
  Values values(const std::string& topic, int32_t partition = 0) { return values(ready(topic, partition)); }
  std::optional<LogError> read_error;  // of the last values()

 private:
  void complete(std::pair<JobId, JobResult> done);

  Options options_;
  sim::SeededEntropy entropy_;
  BatchBuilder builder_;
  OpenDirectories open_;
  std::unique_ptr<Replicas> replicas_;
  std::string refused_;
};

// A batch as a producer sends it. "key=value" has a key; a value of "-" is a tombstone.
Bytes batch_of(const std::vector<std::string>& values, const log_testing::Producing& producing, Timestamp now);

}  // namespace ottla::replica_testing
