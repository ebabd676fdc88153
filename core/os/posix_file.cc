#include "core/os/posix_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/os/os_error.h"

namespace ottla {
namespace {

// Parts handed to the system in one call: their list stands on the stack, and the system's own bound is 1024.
constexpr size_t kPartsMax = 256;

// The parts of a write that are still to come. A call takes some of them, and may take them half.
class Remaining {
 public:
  explicit Remaining(std::span<const BytesView> parts) : parts_(parts) { skip_empty(); }

  [[nodiscard]] bool done() const { return parts_.empty(); }
  std::span<const iovec> next() {
    size_t count = 0;
    size_t skip = written_of_first_;
    for (const BytesView part : parts_.first(std::min(parts_.size(), kPartsMax))) {
      // Empty parts go along: the system takes them.
      list_[count++] = {.iov_base = const_cast<uint8_t*>(part.data()) + skip, .iov_len = part.size() - skip};
      skip = 0;
    }
    return std::span(list_).first(count);
  }
  void advance(size_t written) {
    written_of_first_ += written;
    while (!parts_.empty() && written_of_first_ >= parts_.front().size()) {
      written_of_first_ -= parts_.front().size();
      parts_ = parts_.subspan(1);
    }
  }

 private:
  void skip_empty() { advance(0); }

  std::span<const BytesView> parts_;
  size_t written_of_first_ = 0;
  std::array<iovec, kPartsMax> list_;
};

}  // namespace

PosixFile::PosixFile(FileDescriptor descriptor, std::string_view path, Access access, bool syncs)
    : descriptor_(std::move(descriptor)), path_(path), access_(access), syncs_(syncs) {}

IoResult<size_t> PosixFile::read(int64_t position, std::span<uint8_t> out) const {
  OTTLA_ASSERT(position >= 0, position);
  size_t got = 0;
  while (got < out.size()) {
    const ssize_t count = retry_interrupted([&] {
      return ::pread(descriptor_.number(), out.data() + got, out.size() - got, position + static_cast<int64_t>(got));
    });
    if (count < 0) return last_os_failure(IoOperation::read);
    if (count == 0) break;
    got += static_cast<size_t>(count);
  }
  return got;
}

IoResult<size_t> PosixFile::read_cached(int64_t position, std::span<uint8_t> out) const {
  OTTLA_ASSERT(position >= 0, position);
  if (!tells_cached_.load(std::memory_order_relaxed)) return read(position, out);
  size_t got = 0;
  while (got < out.size()) {
    const iovec rest{.iov_base = out.data() + got, .iov_len = out.size() - got};
    const ssize_t count = retry_interrupted(
        [&] { return ::preadv2(descriptor_.number(), &rest, 1, position + static_cast<int64_t>(got), RWF_NOWAIT); });
    if (count == 0) break;
    if (count > 0) {
      got += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      return Failure(IoError(IoError::would_block, IoOperation::read_cached));
    } else if (errno == EOPNOTSUPP || errno == ENOSYS) {
      tells_cached_.store(false, std::memory_order_relaxed);
      return read(position, out);
    } else {
      return last_os_failure(IoOperation::read_cached);
    }
  }
  return got;
}

IoResult<> PosixFile::write(int64_t position, std::span<const BytesView> parts) {
  OTTLA_ASSERT(access_ == Access::read_write, path_);
  OTTLA_ASSERT(position >= 0, position);
  if (position > size_seen_) {
    OTTLA_TRY(size_seen_, size_for(IoOperation::write));
  }
  OTTLA_ASSERT(position <= size_seen_, position, size_seen_);
  for (Remaining remaining(parts); !remaining.done();) {
    const auto list = remaining.next();
    const ssize_t count = retry_interrupted(
        [&] { return ::pwritev(descriptor_.number(), list.data(), static_cast<int>(list.size()), position); });
    if (count < 0) return last_os_failure(IoOperation::write);
    if (count == 0) return Failure(IoError(IoError::io, IoOperation::write));  // no progress and no reason
    position += count;
    size_seen_ = std::max(size_seen_, position);
    remaining.advance(static_cast<size_t>(count));
  }
  return {};
}

IoResult<> PosixFile::truncate(int64_t size) {
  OTTLA_ASSERT(access_ == Access::read_write, path_);
  OTTLA_TRY(const int64_t size_now, size_for(IoOperation::truncate));
  OTTLA_ASSERT(size >= 0 && size <= size_now, size, size_now);
  size_seen_ = size;
  // Called even where the size stays: that gives back blocks reserved above it.
  if (retry_interrupted([&] { return ::ftruncate(descriptor_.number(), size); }) < 0) {
    return last_os_failure(IoOperation::truncate);
  }
  return {};
}

IoResult<> PosixFile::preallocate(int64_t size) {
  OTTLA_ASSERT(access_ == Access::read_write, path_);
  OTTLA_ASSERT(size >= 0, size);
  if (size == 0) return {};
  if (retry_interrupted([&] { return ::fallocate(descriptor_.number(), FALLOC_FL_KEEP_SIZE, 0, size); }) < 0) {
    return last_os_failure(IoOperation::preallocate);
  }
  return {};
}

IoResult<> PosixFile::sync() {
  if (!syncs_) return {};
  if (retry_interrupted([&] { return ::fdatasync(descriptor_.number()); }) < 0) {
    return last_os_failure(IoOperation::sync);
  }
  return {};
}

IoResult<int64_t> PosixFile::size() const { return size_for(IoOperation::status); }

IoResult<int64_t> PosixFile::size_for(IoOperation operation) const {
  struct stat status {};
  if (::fstat(descriptor_.number(), &status) < 0) return last_os_failure(operation);
  return static_cast<int64_t>(status.st_size);
}

}  // namespace ottla
