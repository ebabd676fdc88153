// What a broker asks of its host after a turn. The host keeps one Effects and hands it in again, so that a turn
// allocates nothing once its vectors have their size.
//
// The order of outputs of one connection is the order of bytes on it. Everything else may be done in any order.
#pragma once

#include <memory>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/strong_id.h"
#include "core/io/file.h"
#include "core/io/job.h"

namespace ottla {

using ConnectionId = StrongId<struct ConnectionIdTag, uint64_t>;
using ListenerId = StrongId<struct ListenerIdTag, uint32_t>;

// Bytes from memory, or of a file: then slice.file is set and bytes are empty. Both are pinned while the output is kept.
struct Output {
  ConnectionId connection;
  Bytes bytes;
  FileSlice slice;
  [[nodiscard]] size_t size() const { return slice.file != nullptr ? static_cast<size_t>(slice.size) : bytes.size(); }
};

enum class ReadingChange : uint8_t { stop, resume };

struct Effects {
  std::vector<Output> outputs;
  // The host reads no more from a connection, or again. Bytes received before it saw this are taken.
  std::vector<std::pair<ConnectionId, ReadingChange>> reading;
  // After what is to be sent on it was sent. The connection is forgotten: client_closed() does not follow.
  std::vector<ConnectionId> close;
  // Run them; the result comes to completed(). Jobs may run at once.
  std::vector<std::pair<JobId, std::unique_ptr<Job>>> jobs;

  void clear() {
    outputs.clear();
    reading.clear();
    close.clear();
    jobs.clear();
  }
  [[nodiscard]] bool empty() const { return outputs.empty() && reading.empty() && close.empty() && jobs.empty(); }
};

}  // namespace ottla
