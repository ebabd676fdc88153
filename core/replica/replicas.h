// Every partition on this broker: the data directories, the logs in them, and the replicas in use. Follows the metadata
// image: partitions that appear get a log, partitions that go are deleted, leaders begin their epoch.
//
// Turn: apply() when the image moved; tick() with the time; sync() after the turn's appends; take_notices() for what
// moved. Jobs' results come to completed().
//
// A partition that nobody uses costs its part of the image and its dormant log, and nothing here.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/io/disk.h"
#include "core/log/log_directory.h"
#include "core/metadata/delta.h"
#include "core/metadata/image.h"
#include "core/model/settings_values.h"
#include "core/replica/replica.h"
#include "core/replica/upkeep.h"

namespace ottla {

// Something of this replica moved in this turn: an end, its state, a job of its log. Who waits for it looks again.
struct ReplicaNotice {
  LogNumber number;
};

class Replicas final : private Upkeep::Finder {
 public:
  // A data directory that is started (LogDirectory::start, with a range of log numbers of its own), and its
  // directory.id. It outlives the replicas.
  struct Directory {
    LogDirectory* logs = nullptr;
    Uuid id;
  };
  struct Options {
    BrokerId self = kNoBroker;
    const SettingValues* node = nullptr;  // outlives this; what changed in it holds from the next apply() on
    SettingProfile profile = SettingProfile::node;
    bool ephemeral = false;  // the directories go with the process
  };

  Replicas(const Options& options, std::vector<Directory> directories, Jobs& jobs, Entropy& entropy, LogSink& sink,
           Instant now);
  ~Replicas() override;
  Replicas(const Replicas&) = delete;
  Replicas& operator=(const Replicas&) = delete;

  // The image that replaces the one before, and what changed (finished). The first image after a start is to be all that
  // the metadata log has, as a delta of everything: logs of partitions that it does not have are set aside (folders
  // "...-stray"), and so are those of another topic id.
  void apply(const ImagePtr& image, const MetadataDelta& delta);

  // The replica of a partition that is on this broker; null: it is not, or its log could not be made just now. Making
  // one begins to load its log.
  Replica* find(const TopicImage& topic, PartitionIndex partition);
  Replica* find(LogNumber number);  // one in use
  // Who keeps a replica in use asks for it by its topic: one that was not asked for in ottla.log.idle.ms goes, its log falls
  // asleep, and the next find() makes another one with the same number. Not where somebody is built on it (replicated()).

  // Without use: the log as it lies, dormant or not (DescribeLogDirs, metrics). Null: none here.
  [[nodiscard]] const Log* find_log(const TopicImage& topic, PartitionIndex partition) const;
  // In which directory a log is: an index into directories().
  [[nodiscard]] size_t directory_of(LogNumber number) const;
  [[nodiscard]] std::span<const Directory> directories() const { return directories_; }
  [[nodiscard]] size_t in_use_count() const { return replicas_.size(); }

  void tick(Instant now, Timestamp wall);
  [[nodiscard]] Instant next_deadline() const;
  // Begins a sync round in every directory that has something to sync, because it was promised, and runs none.
  void sync();
  // False, and the result untouched: no job of ours.
  bool completed(JobId id, JobResult&& result);
  // Each replica once, in the order of the first movement; and other logs of the directories (the metadata log's), whose
  // numbers find() does not know. Neither does it know a replica that has gone. Tells observers of replicated logs.
  // Valid until the next call.
  std::span<const ReplicaNotice> take_notices();

  // Everything is synced, sealed and checkpointed by jobs; appends fail from here on.
  void stop();
  [[nodiscard]] bool stopped() const;

 private:
  struct Key {
    TopicId topic;
    PartitionIndex partition;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      return std::hash<Uuid>{}(key.topic) + static_cast<size_t>(key.partition.value()) * 0x9e3779b97f4a7c15U;
    }
  };
  // Where a partition's log is.
  struct Place {
    size_t directory = 0;
    Log* log = nullptr;
  };

  // replicas_apply.cc
  void adopt_logs();
  void adopt(size_t directory, Log& log);
  void set_aside(size_t directory, Log& log, std::string_view why);
  [[nodiscard]] bool is_another_topics(size_t directory, Log& log, const TopicId& topic);
  void apply_partition(const TopicImage& topic, PartitionIndex index);
  void remove(const TopicImage& topic, PartitionIndex index);
  void apply_settings(const MetadataDelta& delta);
  void take_topic_settings(const TopicImage& topic);
  Place make_log(const TopicImage& topic, PartitionIndex index);
  TopicSettingsPtr settings_of(const TopicImage& topic);

  void make_more();

  // replicas_rest.cc
  void put_to_sleep(Timestamp wall);
  [[nodiscard]] bool is_idle(const Log& log, Timestamp wall);

  Replica* obtain(const TopicImage& topic, PartitionIndex partition);
  [[nodiscard]] Place place_of(const TopicPartition& partition) const;
  Replica* replica_of(Log& log) override;
  void forget(LogNumber number);
  void collect(std::optional<JobId> job);
  void go_on_stopping();

  static constexpr size_t kMadeInTurnMax = 256;

  Options options_;
  LogSink& sink_;
  std::vector<Directory> directories_;
  ImagePtr image_;
  TopicSettingsPtr default_settings_;  // of topics that set nothing
  std::map<TopicId, TopicSettingsPtr> settings_;

  ReplicaContext context_;
  std::map<LogNumber, std::unique_ptr<Replica>> replicas_;
  HashMap<Key, Replica*, KeyHash> by_partition_;
  std::vector<ReplicaNotice> notices_;
  std::deque<std::pair<TopicId, PartitionIndex>> to_make_;  // new partitions whose logs are not made yet
  size_t made_in_turn_ = 0;
  std::vector<LogNumber> to_load_;  // those whose load failed and may succeed later
  Instant load_again_ = Instant::never();
  Upkeep upkeep_;
  // Where the walk that looks for idle logs is; and when it goes on, or the next begins.
  size_t rest_directory_ = 0;
  TopicPartition rest_after_{};
  Instant next_rest_;
  Instant now_;
  bool stopping_ = false;
};

}  // namespace ottla
