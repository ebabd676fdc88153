// One file of a log and what is known of it: batches from a base offset on, one after the other, as the client sent them.
//
// No bytes of the file are ever reused in place: a reader that was given a slice reads it whenever it likes, and the
// kernel's sendfile reads even after it returned. So a segment only grows, and a truncation either cuts bytes that
// nobody was given or leaves the file as it is and ends the segment before its file ends (size() below the file's size).
// What makes the latter safe is recovery's rule: a segment ends where the next one's base begins.
//
// What this process wrote, or checked since, is verified and served at once. The rest was written by an earlier process
// and may have rotted: a ColdRead job looks first.
//
// Indexes: of the active segment always in memory; of a closed one when they were read, until they are dropped. The
// files are written when a segment closes and at a clean stop. They may be missing or wrong: the batches are the truth.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "core/log/byte_ranges.h"
#include "core/log/checkpoints.h"
#include "core/log/file_pool.h"
#include "core/log/segment_content.h"
#include "core/model/ids.h"

namespace ottla {

// A segment as a job found or made it, on its way to the loop.
struct LoadedSegment {
  SegmentContent content;
  bool verified = false;  // every byte was checked by this process
  bool sealed = false;    // the files beside it are written, and the side file says so
};

class Segment {
 public:
  // A new segment, whose empty file was just created.
  explicit Segment(Offset base) : content_(base) {}
  explicit Segment(LoadedSegment loaded) : content_(std::move(loaded.content)), sealed_(loaded.sealed) {
    if (loaded.verified) verified_.add(0, content_.size());
  }

  [[nodiscard]] const SegmentContent& content() const { return content_; }
  [[nodiscard]] SegmentContent& content() { return content_; }
  [[nodiscard]] Offset base() const { return content_.base(); }
  [[nodiscard]] Offset end() const { return content_.end(); }
  [[nodiscard]] int64_t size() const { return content_.size(); }
  [[nodiscard]] bool empty() const { return content_.empty(); }

  // A batch was written at size().
  void append(const PlacedBatch& batch, int64_t index_interval) {
    const int64_t start = content_.size();
    content_.append(batch, index_interval);
    verified_.add(start, content_.size());
    sealed_ = false;
  }

  [[nodiscard]] const ByteRanges& verified() const { return verified_; }
  void verify(int64_t start, int64_t end) { verified_.add(start, end); }
  // Where the highest slice that was given out ends.
  [[nodiscard]] int64_t served_end() const { return served_end_; }
  void served(int64_t end) {
    if (end > served_end_) served_end_ = end;
  }

  [[nodiscard]] bool sealed() const { return sealed_; }
  void set_sealed(bool sealed) { sealed_ = sealed; }
  // Whether the file has bytes that no sync which succeeded has covered: `dirty` since the last round began, `syncing`
  // in the round that runs.
  bool dirty = false;
  bool syncing = false;
  // The file may have room up to here (Log::reserve_ahead); 0: nobody asked for any.
  int64_t reserved_end = 0;

  [[nodiscard]] std::string file_name() const { return offset_file_name(base(), kLogSuffix); }

  PooledFile file;

 private:
  SegmentContent content_;
  ByteRanges verified_;
  int64_t served_end_ = 0;
  bool sealed_ = false;
};

}  // namespace ottla
