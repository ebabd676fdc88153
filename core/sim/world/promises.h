// What clients were promised and what they saw, held against each other: the checker of a world's records.
//
// Every record written has a number of its own in its value, so one that is read says which it is, whether it is whole,
// and where it belongs. From then on:
//
//   * a reader sees only records that somebody wrote to that partition, unaltered: value, key and timestamp;
//   * what was seen or acknowledged at an offset stays there, alone: no other record at that offset, not the same record
//     at another;
//   * each writer's records stand in the order of writing;
//   * when all is quiet, everything acknowledged is there, and the offsets have no gap.
//
// A power cut takes from `replicated` partitions what was not synced: a suffix of what was promised, never a part of the
// middle. Of `persisted` partitions it takes nothing.
//
// A log starts where somebody asked it to and nowhere above; where it expires, anywhere. What lies below its start is not
// served; what lies above is there. A deletion that was acknowledged is undone by the end of the process only when it was
// younger than kDeletionKept. Of a compacted partition the newest record of each key is there, and every record that is
// gone has a newer one of its key.
//
// The first promise that was broken is kept, in words; later ones may be its consequences.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/client/fetcher.h"
#include "core/client/producer.h"
#include "core/model/ids.h"
#include "core/record/batch_builder.h"

namespace ottla::sim {

using RecordNumber = uint64_t;

class Promises {
 public:
  explicit Promises(uint64_t seed) : seed_(seed) {}

  struct Nature {
    bool persisted = true;
    bool compacted = false;  // all its records have keys
    bool expires = false;    // retention may take what it likes from the front
  };
  void add_topic(const std::string& topic, const Nature& nature) { natures_[topic] = nature; }

  // The next record of a writer; its parts stay valid until the next call.
  RecordNumber write(uint32_t writer, const TopicPartition& partition, RecordToAppend& record);
  void delivered(const Delivery& delivery);
  // What a reader got.
  void saw(const Fetched& fetched);
  // The process came to its end without warning; the power, which is worse.
  void process_was_killed(Instant now);
  [[nodiscard]] uint64_t kill_count() const { return kills_; }  // both
  void power_was_cut(Instant now);
  // Somebody asks for everything below it to be deleted; and was told that the log starts there.
  static constexpr Duration kDeletionKept = Duration::from_s(5);
  void asked_to_delete(const TopicPartition& partition, Offset end);
  void log_starts_at(const TopicPartition& partition, Offset start, Instant now);
  // After the last record that is known to be there: deleting up to it cannot be refused.
  [[nodiscard]] Offset known_end(const TopicPartition& partition) const;
  void topic_is_gone(const std::string& topic);

  // The whole partition as it is at the end, read from `start` to `end`.
  using Content = std::map<Offset, RecordNumber>;
  void check_at_the_end(const TopicPartition& partition, Offset start, Offset end, const Content& content);
  // Reads a batch into `content`, checking each record as saw() does.
  void read(const Fetched& fetched, Content& content);

  void broke(std::string what);
  [[nodiscard]] const std::string& broken() const { return broken_; }
  [[nodiscard]] uint64_t acknowledged_count() const { return acknowledged_; }
  [[nodiscard]] uint64_t written_count() const { return records_.size(); }
  [[nodiscard]] uint64_t seen_count() const { return seen_; }
  [[nodiscard]] std::vector<TopicPartition> partitions() const;  // of topics that are not gone

 private:
  enum class Fate : uint8_t { open, acknowledged, uncertain, doubtful };  // doubtful: acknowledged, before a power cut
  struct Record {
    const TopicPartition* partition;
    uint32_t writer;
    Fate fate = Fate::open;
    Offset offset{-1};
  };
  struct Partition {
    TopicPartition name;
    Nature nature;
    bool gone = false;
    bool killed = false;  // a process ended without warning since the topic was made
    bool cut = false;     // a power cut did
    Content settled;      // seen or acknowledged
    struct Before {
      RecordNumber number;
      bool acknowledged;  // so it was not sent again: where it is now it was then
    };
    std::vector<std::map<Offset, Before>> doubtful;   // what was settled when the power went, each time
    Offset asked_start{0};                            // the most that was asked to be deleted
    std::vector<std::pair<Instant, Offset>> started;  // log starts that were told, and when
  };

  Partition& partition(const TopicPartition& name);
  std::string payload(RecordNumber number) const;
  void settle(Partition& at, Offset offset, RecordNumber number, const char* how);
  [[nodiscard]] std::string key_of(const Partition& at, RecordNumber number) const;
  void check_start(const Partition& at, Offset start);
  void check_settled(const Partition& at, Offset start, Offset end, const Content& content);
  void check_cuts(const Partition& at, Offset start, const Content& content);
  void check_order(const Partition& at, Offset start, Offset end, const Content& content);
  std::optional<RecordNumber> recognize(const Partition& at, const RecordView& record);

  uint64_t seed_;
  std::map<std::string, Nature> natures_;
  std::map<TopicPartition, Partition> partitions_;
  std::vector<Record> records_;
  std::string key_;
  std::string value_;
  std::string broken_;
  DecompressionScratch scratch_;
  uint64_t kills_ = 0;
  uint64_t acknowledged_ = 0;
  uint64_t seen_ = 0;
};

}  // namespace ottla::sim
