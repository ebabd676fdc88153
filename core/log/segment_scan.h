// Walks a segment's file from its front, batch by batch, believing nothing: what recovery, the scrub and the rebuilding of
// an index have in common. It stops at the end, at a bound, or at the first bytes that are no whole and sound batch; what
// to make of that is the caller's business, who knows what was promised of this file.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/io/file.h"
#include "core/log/segment_content.h"
#include "core/model/ids.h"
#include "core/record/batch_view.h"

namespace ottla {

class SegmentScan {
 public:
  enum class Stop : uint8_t {
    end,      // the file's size, after a whole batch
    bound,    // the next batch reaches offset_max, or nothing is wanted any more
    zeros,    // only zeros from here on: a size reached the disk and its bytes did not
    cut_off,  // the file ends inside a batch
    damaged,  // a batch whose checksum or header is wrong
    back,     // a whole batch whose offset or leader epoch goes back
  };

  struct Bounds {
    Offset offset_max = Offset(std::numeric_limits<int64_t>::max());  // no batch that reaches it
    int64_t size_max = std::numeric_limits<int64_t>::max();           // not beyond it in the file
    LeaderEpoch epoch_min = kNoLeaderEpoch;                           // of the batch before
    int64_t index_interval = 4096;
  };

  // Sees each batch before it is counted in.
  class Visitor {
   public:
    virtual ~Visitor() = default;
    virtual void visit(const BatchView& batch, SegmentContent& content) = 0;
    // A batch that the caller knows to be wrong ends the scan as damaged.
    virtual bool accept(const BatchView&) { return true; }
  };

  SegmentScan(std::shared_ptr<const File> file, Offset base, const Bounds& bounds, Visitor* visitor);

  // The next MiB or so. False when it has stopped.
  IoResult<bool> step();

  [[nodiscard]] Stop stop() const { return stop_; }
  // Where it stopped: all before is whole and sound.
  [[nodiscard]] const SegmentContent& content() const { return content_; }
  [[nodiscard]] SegmentContent take_content() { return std::move(content_); }
  [[nodiscard]] LeaderEpoch last_epoch() const { return epoch_; }
  [[nodiscard]] int64_t file_size() const { return file_size_; }

 private:
  static constexpr size_t kWindow = 1024 * 1024;

  IoResult<> fill(size_t wanted);
  std::optional<Stop> take_batch();
  [[nodiscard]] bool only_zeros(BytesView bytes) const;

  std::shared_ptr<const File> file_;
  Bounds bounds_;
  Visitor* visitor_;
  SegmentContent content_;
  LeaderEpoch epoch_;
  int64_t file_size_ = -1;
  BytesBuffer window_;
  size_t window_at_ = 0;  // of the next batch in the window
  Stop stop_ = Stop::end;
  bool stopped_ = false;
};

}  // namespace ottla
