// Fetch sessions (KIP-227): what a client fetches is remembered, so that its next request names only what changes and the
// answer only what is new.
//
// A session watches the logs of its partitions for as long as it lives. A log that moves makes its partition dirty, and
// a fetch looks at dirty ones alone: a thousand idle partitions cost nothing. A partition stays dirty while it has
// something to say, and goes behind the others when it has given records, so that each has its turn.
//
// Sessions are bounded in number and partitions together. A new one may take the place of one that was not used for two
// minutes, or of a smaller one that has lived for as long; otherwise the client fetches without (session id 0).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/hash_map.h"
#include "core/base/time.h"
#include "core/broker/parking.h"
#include "core/io/file.h"
#include "core/model/ids.h"
#include "core/wire/arena.h"

namespace ottla {

// What a client wants of one partition, and what it was told of it last.
struct FetchItem {
  std::string_view name;  // as it names the topic: this or the id
  TopicId topic_id;
  int32_t index = 0;
  int32_t size_max = 0;
  Offset offset;
  LeaderEpoch claimed = kNoLeaderEpoch;
  LeaderEpoch last_fetched = kNoLeaderEpoch;
  LogNumber log{0};  // where it was found last; 0: nowhere
  bool cold_started = false;
  bool dirty = false;   // of a session: its place is in `dirty` there
  bool used = true;     // of a session: its place is taken
  bool more = false;    // it had records that found no room
  bool gave = false;    // in the answer being made: records
  bool failed = false;  // and: an error
  int64_t told_high_watermark = -1;
  int64_t told_log_start = -1;
};

class FetchSession {
 public:
  struct Key {
    TopicId topic_id;
    std::string_view name;
    int32_t index;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const noexcept {
      return std::hash<Uuid>{}(key.topic_id) ^ std::hash<std::string_view>{}(key.name) ^
             static_cast<size_t>(static_cast<uint32_t>(key.index)) * 0x9e3779b97f4a7c15U;
    }
  };

  int32_t id = 0;
  int32_t epoch = 1;   // that the next request must have
  bool by_id = false;  // topics are named by id
  Instant created;
  Instant used;
  ParkedId parked{0};
  std::vector<FetchItem> items;
  std::vector<uint32_t>
      dirty;  // places of dirty items, in the order in which they are looked at; some unused meanwhile

  [[nodiscard]] size_t size() const { return places.size(); }
  FetchItem* find(const Key& key);

 private:
  friend class FetchSessions;
  HashMap<Key, uint32_t, KeyHash> places;
  std::vector<uint32_t> free;
  std::map<std::string, uint32_t, std::less<>> names;  // that items point to, and how many do
};

class FetchSessions {
 public:
  static constexpr Duration kEvictableAfter = Duration::from_s(120);

  FetchSessions(size_t sessions_max, Parking& parking, Entropy& entropy)
      : sessions_max_(sessions_max), parking_(parking), entropy_(entropy) {}

  // Null: there is no room.
  FetchSession* create(std::span<const FetchItem> items, bool by_id, Instant now);
  FetchSession* find(int32_t id);
  void remove(int32_t id);

  // Adds the item, or changes what is wanted of it; it is dirty then. False: too many partitions.
  bool want(FetchSession& session, const FetchItem& item);
  void forget(FetchSession& session, const FetchSession::Key& key);
  // The item is in this log now; it becomes dirty when that moves.
  void watch(FetchSession& session, FetchItem& item, LogNumber log);

  void noticed(LogNumber log);
  // Topics came or went: what was found nowhere may be somewhere.
  void image_changed();

  [[nodiscard]] size_t count() const { return sessions_.size(); }
  [[nodiscard]] size_t partition_count() const { return partition_count_; }

  // For one attempt at an answer at a time; kept for their memory.
  std::vector<FileSlice> slices;
  wire::Arena aborted;  // transactions of the partitions that gave records

 private:
  struct Watcher {
    int32_t session;
    uint32_t item;
  };

  bool make_room(size_t size, Instant now);
  static void mark_dirty(FetchSession& session, uint32_t place);
  void unwatch(const FetchSession& session, uint32_t place);
  [[nodiscard]] int32_t new_id();

  size_t sessions_max_;
  Parking& parking_;
  Entropy& entropy_;
  std::map<int32_t, std::unique_ptr<FetchSession>> sessions_;
  HashMap<LogNumber, std::vector<Watcher>> watchers_;
  size_t partition_count_ = 0;
  std::vector<ParkedId> waking_;
};

}  // namespace ottla
