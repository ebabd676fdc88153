// Topics made and removed, offsets looked up. Each request is tried until it is answered, refused, or its time is up;
// what was sent and then lost is not sent again, because it may have happened: that is answered `transport`.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/client/metadata.h"

namespace ottla {

struct NewTopic {
  std::string name;
  int32_t partition_count = 1;
  int16_t replication_factor = -1;
  std::map<std::string, std::string> settings{};
};

struct TopicOutcome {
  ErrorCode error = ErrorCode::none;
  std::string message;
  TopicId id;
  int32_t partition_count = -1;
  uint32_t attempts = 1;  // that were answered: one before the last may have done it after all
};

struct OffsetOutcome {
  ErrorCode error = ErrorCode::none;
  Offset offset{-1};  // -1: there is none
  Timestamp timestamp;
  LeaderEpoch epoch = kNoLeaderEpoch;
};

inline constexpr Timestamp kOffsetLatest = Timestamp::from_ms(-1);
inline constexpr Timestamp kOffsetEarliest = Timestamp::from_ms(-2);
inline constexpr Timestamp kOffsetOfMaxTimestamp = Timestamp::from_ms(-3);

class ClientAdmin {
 public:
  using TopicDone = std::function<void(const TopicOutcome&)>;
  using OffsetDone = std::function<void(const OffsetOutcome&)>;

  ClientAdmin(ClientNetwork& network, ClientMetadata& metadata) : network_(network), metadata_(metadata) {}
  ClientAdmin(const ClientAdmin&) = delete;
  ClientAdmin& operator=(const ClientAdmin&) = delete;

  void create_topic(NewTopic topic, Duration timeout, TopicDone done);
  void delete_topic(std::string name, Duration timeout, TopicDone done);
  // Up to `offset`, exclusive (-1: to the high watermark); the outcome's offset is the new log start.
  void delete_records(TopicPartition partition, Offset offset, Duration timeout, OffsetDone done);
  void list_offset(TopicPartition partition, Timestamp at, Duration timeout, OffsetDone done);
  // Where the leader's log leaves the epoch, or the one before that it has.
  void end_of_epoch(TopicPartition partition, LeaderEpoch epoch, Duration timeout, OffsetDone done);

  void tick();
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] bool idle() const { return tasks_.empty(); }

 private:
  // Something to do at some broker.
  struct Task;
  using TaskAt = std::list<Task>::iterator;
  struct Task {
    std::optional<TopicPartition> partition;  // at its leader; otherwise anywhere
    Instant deadline;
    bool repeatable;                             // asking twice does no harm
    std::function<bool(BrokerId, TaskAt)> send;  // false: the broker cannot do it
    std::function<void(ErrorCode)> fail;
    Instant not_before{};
    bool sent = false;
    uint32_t attempts = 0;
  };

  // A request that `build(request, arena, version)` fills, and an answer that `read(response)` makes an outcome of.
  template <class Request, class Response, class Outcome, class Build, class Read>
  void ask(std::optional<TopicPartition> partition, Duration timeout, Build build, Read read,
           std::function<void(const Outcome&)> done);
  bool retry(TaskAt task, ErrorCode error);
  [[nodiscard]] int32_t epoch_of(const TopicPartition& partition) const;

  ClientNetwork& network_;
  ClientMetadata& metadata_;
  std::list<Task> tasks_;
};

}  // namespace ottla
