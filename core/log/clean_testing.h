// A log made by hand for tests of compaction: segment files on a simulated disk, the transactions and producers that a
// real log would know beside them, and a reader that sees what a consumer of committed records sees.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/io/disk.h"
#include "core/log/aborted_index.h"
#include "core/log/clean_pass.h"
#include "core/log/marks.h"
#include "core/log/producer_state.h"
#include "core/record/batch_builder.h"

namespace ottla::log_testing {

struct CleanRecord {
  Offset offset;
  std::optional<std::string> key;
  std::optional<std::string> value;

  friend bool operator==(const CleanRecord&, const CleanRecord&) = default;
};

// What a consumer that reads everything ends up with.
std::map<std::string, std::string> newest(const std::vector<CleanRecord>& records);
std::vector<int64_t> offsets(const std::vector<CleanRecord>& records);

struct WrittenBatch {
  std::vector<std::pair<std::optional<std::string>, std::optional<std::string>>> records;
  Timestamp timestamp = Timestamp::from_ms(1000);
  CompressionType compression = CompressionType::none;
  ProducerId producer = kNoProducer;
  bool transactional = false;
};

class HandMadeLog {
 public:
  static constexpr std::string_view kFolder = "t-0";

  explicit HandMadeLog(Disk& disk);

  void write(const WrittenBatch& batch);
  void put(std::string_view key, std::string_view value) {
    write({.records = {{std::string(key), std::string(value)}}});
  }
  void remove(std::string_view key) { write({.records = {{std::string(key), std::nullopt}}}); }
  // The marker that ends the producer's transaction.
  void end_transaction(ProducerId producer, bool commit);
  // Closes the segment, synced, and begins the next.
  void roll();

  [[nodiscard]] Offset end() const { return end_; }
  [[nodiscard]] size_t closed_count() const { return sources_.size(); }
  [[nodiscard]] const std::vector<CleanSource>& sources() const { return sources_; }
  [[nodiscard]] const ProducerState& producers() const { return producers_; }
  [[nodiscard]] std::vector<AbortedTransaction> aborted() const;
  [[nodiscard]] Offset cleaned_end() const { return cleaned_end_; }
  void set_cleaned_end(Offset end) { cleaned_end_ = end; }

  // For a pass over all closed segments.
  CleanInput input(Timestamp now, const LogSettings& settings);
  // A whole pass, each group taken over as Log does it. False when it failed.
  bool clean(Timestamp now, const LogSettings& settings = {}, size_t map_size_max = limits::kCleanerMapSizeMax);
  // What Log::replace_segments and the jobs after it do.
  IoResult<> replace(CleanedGroup group);
  [[nodiscard]] const FilterCounts& last_counts() const { return last_counts_; }

  // All that the closed segments hold, found by reading their files as recovery does: by name, each as far as the next
  // one's base. Fails the running test on bytes that are no batch.
  struct Content {
    std::vector<CleanRecord> records;      // of committed data
    std::vector<CleanRecord> uncommitted;  // the aborted rest
    std::vector<std::string> batches;      // every batch's bytes
    ProducerState producers;
    Offset end;
    size_t file_count = 0;
  };
  static Content read(Disk& disk);

  Marks marks;

 private:
  void append(BytesView batch);

  Disk& disk_;
  BatchBuilder builder_;
  BytesBuffer bytes_;  // of the segment that is being written
  SegmentContent content_{Offset(0)};
  Offset end_{0};
  std::vector<CleanSource> sources_;
  std::map<Offset, std::vector<AbortedTransaction>> aborted_;  // by segment
  ProducerState producers_;
  std::map<ProducerId, int32_t> sequences_;
  Offset cleaned_end_{0};
  FilterCounts last_counts_;
};

}  // namespace ottla::log_testing
