// One partition's replica on this broker, in use: who leads it, its in-sync set, its high watermark. Made when the
// partition is first used; what an idle one needs is in its image and its dormant log.
//
// A replica leads or follows in an epoch that the image names. As a leader it appends, moves the high watermark to the
// least durable end in the in-sync set, and lets readers see up to there. With nobody else in the in-sync set that is
// its own durable end.
//
//   loading      the log is being recovered or cut: requests wait (their notice comes)
//   leading      appends and reads
//   following    of the cluster issue; clients are told not_leader_or_follower
//   failed       the log is quarantined or offline: kafka_storage_error, and trouble() says why
//
// Replicas owns it and may end it in apply() and tick(): keep its number() and ask for it again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/log/log.h"
#include "core/log/replicated_log.h"
#include "core/metadata/image.h"
#include "core/model/errors.h"
#include "core/replica/topic_settings.h"

namespace ottla {

class ReplicaLog;

enum class ReplicaState : uint8_t { loading, leading, following, failed };
std::string_view text(ReplicaState state);

enum class Isolation : uint8_t { uncommitted, committed, log_end };  // log_end: for followers and old consumers

// What replicas of one broker share.
struct ReplicaContext {
  BrokerId self = kNoBroker;
  std::vector<LogNumber> moved;       // replicas of which something moved, once each, in order
  std::vector<LogNumber> log_starts;  // those whose log start rose and should be written down soon; any number of times
};

class Replica {
 public:
  Replica(ReplicaContext& context, Log& log, const TopicId& topic_id);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  [[nodiscard]] const TopicPartition& partition() const { return log_.partition(); }
  [[nodiscard]] const TopicId& topic_id() const { return topic_id_; }
  [[nodiscard]] LogNumber number() const { return log_.number(); }
  [[nodiscard]] ReplicaState state() const;
  [[nodiscard]] const std::string& trouble() const { return trouble_.empty() ? log_.trouble() : trouble_; }
  [[nodiscard]] LeaderEpoch leader_epoch() const { return leader_epoch_; }
  [[nodiscard]] BrokerId leader() const { return leader_; }
  [[nodiscard]] bool leads() const { return leader_ == context_.self; }

  // What a client's request must pass: none; not_leader_or_follower; fenced_leader_epoch or unknown_leader_epoch where
  // it names an epoch (-1: it does not); kafka_storage_error. While loading: none, and ready() is false.
  [[nodiscard]] ErrorCode check_leader(LeaderEpoch claimed) const;
  // Its log can be used: leading, or following.
  [[nodiscard]] bool ready() const { return epoch_begun_ && log_.state() == LogState::ready; }

  // As a leader that is ready; not_ready otherwise. The batch is checked (record/batch_check.h) before; its epoch is set
  // here. acks=all looks at enough_in_sync() first, and is answered when high_watermark() is above the batch's last
  // offset; acks=1 when durable_end() is. no_space and io are of this call alone: the next may succeed.
  LogResult<AppendedBatch> append(LeaderAppend append);
  // min.insync.replicas, or as many as the partition has replicas where that is less.
  [[nodiscard]] bool enough_in_sync() const;

  [[nodiscard]] Offset log_start() const { return log_.log_start(); }
  [[nodiscard]] Offset log_end() const { return log_.log_end(); }
  [[nodiscard]] Offset durable_end() const { return log_.durable_end(); }
  [[nodiscard]] Offset high_watermark() const { return high_watermark_; }  // never goes back
  [[nodiscard]] Offset stable_end() const { return log_.stable_end(high_watermark_); }
  // Where a reader of this isolation stops.
  [[nodiscard]] Offset readable_end(Isolation isolation) const;

  // For reads, searches by time, epochs, producers, segments. Appends and truncations go through the replica.
  [[nodiscard]] Log& log() { return log_; }
  [[nodiscard]] const Log& log() const { return log_; }

  // DeleteRecords: the log start rises to `offset`, at most the high watermark (-1: to that); nothing happens below it.
  // It is written down within a second or so: a crash before that brings the records back.
  LogResult<> delete_records(Offset offset);

  // For who is built on it (internal topics). Lives as long as the replica; its observer hears from
  // Replicas::take_notices().
  ReplicatedLog& replicated();

 private:
  friend class ReplicaLog;
  friend class Replicas;
  friend class Upkeep;

  // A member of the in-sync set other than this broker, and how much it has said to have.
  struct Follower {
    BrokerId id;
    Offset durable_end;
  };

  // --- Of Replicas
  void take_image(const PartitionImage& image, const TopicSettings& settings);
  void take_settings(const TopicSettings& settings);
  // Something of its log moved; `job` ended, if any.
  void log_noticed(std::optional<JobId> job);
  // How many segments left the log.
  LogResult<size_t> retain(Timestamp wall, Instant now, Marks& marks);

  void begin_epoch();
  void advance();
  void mark_moved();

  ReplicaContext& context_;
  Log& log_;
  const TopicId topic_id_;
  std::string trouble_;  // its own; the log may have another

  BrokerId leader_ = kNoBroker;
  LeaderEpoch leader_epoch_ = kNoLeaderEpoch;
  int32_t partition_epoch_ = -1;
  int32_t min_in_sync_ = 1;
  size_t replica_count_ = 1;
  bool in_sync_ = false;             // this broker is
  std::vector<Follower> followers_;  // the others in the in-sync set, by id
  Offset high_watermark_;
  bool epoch_begun_ = false;     // the log knows that leader_epoch_ began, where we lead
  bool moved_ = false;           // stands in context_.moved
  std::optional<Instant> used_;  // when somebody last asked for it; not so when it was made for upkeep

  std::unique_ptr<ReplicaLog> replicated_;
};

}  // namespace ottla
