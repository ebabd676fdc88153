// A client that reads partitions it is given: a cursor a partition, one fetch at a time at each broker, what came in an
// inbox until it is taken. No groups: who reads what is the caller's business.
//
//   fetcher.assign(partition, Offset(0));
//   ...
//   while (fetcher.take(fetched)) ...          // batches as the broker sent them, from the cursor on, in order
//
// The cursor moves when bytes come in, not when they are taken. Fetch sessions are used where the broker gives them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "core/client/admin.h"
#include "core/client/metadata.h"
#include "core/record/record_iterator.h"

namespace ottla {

struct FetcherOptions {
  Duration wait_max = Duration::from_ms(500);
  int32_t bytes_min = 1;
  int32_t bytes_max = 50 * 1024 * 1024;
  int32_t partition_bytes_max = 1024 * 1024;
  bool committed_only = false;  // isolation level
  bool sessions = true;
  size_t inbox_size_max = size_t{64} * 1024 * 1024;
  Duration pause = Duration::from_ms(50);  // after a failure
  // Where a cursor goes that lies outside the log; nothing: it stays and the caller hears offset_out_of_range.
  std::optional<Timestamp> reset = kOffsetEarliest;
};

// What came of one partition. With an error there are no records.
struct Fetched {
  TopicPartition partition;
  ErrorCode error = ErrorCode::none;  // offset_out_of_range; refusals
  Offset position{0};                 // what was asked for: records below it are to be skipped
  Offset high_watermark{-1};
  Offset log_start{-1};
  Bytes records;
};

// Calls visit(const BatchView&, const RecordView&) for the records from the position on, control records aside. What is wrong
// with the bytes comes back: a flaw, and nothing after it was visited.
template <class Visit>
Result<void, BatchRefusal> for_each_record(const Fetched& fetched, DecompressionScratch& scratch, Visit&& visit);

class Fetcher {
 public:
  Fetcher(ClientNetwork& network, ClientMetadata& metadata, ClientAdmin& admin, FetcherOptions options)
      : network_(network), metadata_(metadata), admin_(admin), options_(options) {}
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  // From an offset, or from where `reset` says.
  void assign(const TopicPartition& partition, std::optional<Offset> from);
  void remove(const TopicPartition& partition);
  [[nodiscard]] std::optional<Offset> position(const TopicPartition& partition) const;

  void tick();
  [[nodiscard]] Instant next_deadline() const;
  bool take(Fetched& fetched);
  // Answers with an error, of a partition or of the whole.
  [[nodiscard]] uint64_t failure_count() const { return failures_; }

 private:
  struct Cursor {
    std::optional<Offset> position;  // nothing while it is being looked for
    bool searching = false;
    bool refused = false;  // the caller was told, and assigns anew or removes
    uint64_t generation = 0;
    Instant not_before;
  };
  // What the broker's session knows, so that only changes are said.
  struct Told {
    Offset position;
    LeaderEpoch epoch = kNoLeaderEpoch;
    TopicId topic_id;
    friend bool operator==(const Told&, const Told&) = default;
  };
  struct Session {
    bool in_flight = false;
    int32_t id = 0;
    int32_t epoch = 0;  // 0: a new one; -1: none wanted
    std::map<TopicPartition, Told> told;
    Instant not_before;
  };
  struct Asked {
    Offset position;
    uint64_t generation = 0;
  };
  using AskedMap = std::map<TopicPartition, Asked>;

  void search(const TopicPartition& partition, Cursor& cursor);
  void fetch(BrokerId broker, Session& session);
  void answered(BrokerId broker, const ClientAnswer& answer, const AskedMap& asked);
  void take_partition(const TopicPartition& partition, Fetched&& fetched, const AskedMap& asked);

  ClientNetwork& network_;
  ClientMetadata& metadata_;
  ClientAdmin& admin_;
  FetcherOptions options_;
  std::map<TopicPartition, Cursor> cursors_;
  std::map<BrokerId, Session> sessions_;
  std::deque<Fetched> inbox_;
  size_t inbox_size_ = 0;
  uint64_t next_generation_ = 1;
  uint64_t failures_ = 0;
};

template <class Visit>
Result<void, BatchRefusal> for_each_record(const Fetched& fetched, DecompressionScratch& scratch, Visit&& visit) {
  BytesView rest = fetched.records.view();
  while (!rest.empty()) {
    OTTLA_TRY(const BatchView batch, BatchView::first_of(rest));
    rest = rest.from(batch.size());
    if (!batch.crc_matches()) return Failure(BatchRefusal(BatchFlaw::crc_mismatch));
    if (batch.attributes().control() || batch.last_offset() < fetched.position) continue;
    RecordIterator records(batch, scratch);
    RecordView record;
    for (;;) {
      OTTLA_TRY(const bool more, records.next(record));
      if (!more) break;
      if (record.offset() >= fetched.position) visit(batch, record);
    }
  }
  return {};
}

}  // namespace ottla
