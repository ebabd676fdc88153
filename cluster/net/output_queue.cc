#include "cluster/net/output_queue.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>

#include "core/base/assert.h"
#include "core/os/os_error.h"

namespace ottla {
namespace {

constexpr size_t kGatheredMax = 64;
constexpr size_t kCopiedMax = size_t{64} * 1024;  // of a file that has no descriptor, at a time

}  // namespace

OutputQueue::Sent OutputQueue::send(int socket, size_t size_max) {
  size_t total = 0;
  while (!empty()) {
    if (total >= size_max) return {State::more, total};
    const bool slice = outputs_[first_].slice.file != nullptr;
    const int64_t sent = slice ? send_slice(socket, size_max - total) : send_bytes(socket);
    if (sent < 0) return {errno == EAGAIN ? State::blocked : State::broken, total};
    total += static_cast<size_t>(sent);
    consume(static_cast<size_t>(sent));
  }
  return {State::empty, total};
}

// As many outputs from memory as one call takes. What belongs to an answer whose records follow as a slice waits for
// them, so that both leave in full packets.
int64_t OutputQueue::send_bytes(int socket) {
  iovec parts[kGatheredMax];
  size_t count = 0;
  size_t at = first_;
  for (; at < outputs_.size() && count < kGatheredMax && outputs_[at].slice.file == nullptr; ++at, ++count) {
    const BytesView bytes = outputs_[at].bytes.view().from(at == first_ ? skipped_ : 0);
    parts[count] = {const_cast<uint8_t*>(bytes.data()), bytes.size()};
  }
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = count;
  const int flags = MSG_NOSIGNAL | (at < outputs_.size() ? MSG_MORE : 0);
  return retry_interrupted([&] { return ::sendmsg(socket, &message, flags); });
}

int64_t OutputQueue::send_slice(int socket, size_t size_max) {
  const FileSlice rest = outputs_[first_].slice.from(static_cast<int64_t>(skipped_));
  const size_t wanted = std::min(static_cast<size_t>(rest.size), size_max);
  const int file = rest.file->descriptor();
  int64_t sent = 0;
  if (file >= 0) {
    off_t position = rest.position;
    sent = retry_interrupted([&] { return ::sendfile(socket, file, &position, wanted); });
  } else {
    std::vector<uint8_t> copy(std::min(wanted, kCopiedMax));
    const auto read = rest.file->read(rest.position, copy);
    if (!read.ok()) {
      errno = EIO;
      return -1;
    }
    sent = *read == 0 ? 0 : retry_interrupted([&] { return ::send(socket, copy.data(), *read, MSG_NOSIGNAL); });
  }
  if (sent == 0) {  // the file ends: bytes that were promised are gone
    errno = EIO;
    return -1;
  }
  return sent;
}

void OutputQueue::consume(size_t size) {
  size += skipped_;
  while (first_ < outputs_.size() && size >= outputs_[first_].size()) {
    size -= outputs_[first_].size();
    outputs_[first_] = Output();
    ++first_;
  }
  skipped_ = size;
  if (empty()) {
    OTTLA_ASSERT(skipped_ == 0);
    outputs_.clear();
    first_ = 0;
  } else if (first_ >= kGatheredMax && first_ * 2 >= outputs_.size()) {
    outputs_.erase(outputs_.begin(), outputs_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace ottla
