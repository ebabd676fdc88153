// An open file, and slices of one.
//
// Life. A File is shared (FilePtr) and counted atomically; the last holder closes it. Closing never syncs and never
// fails. A File stays readable after its name was unlinked, renamed or replaced, so whoever holds a FileSlice can still
// read it: that is what lets retention and truncation run while clients are being served. Each File is a descriptor of
// the host and descriptors are few: who keeps files open bounds how many. A Disk outlives its Files.
//
// Threads. Reads, size() and sync() may run on any thread at any time. write(), truncate() and preallocate() of one
// file are called by one owner, one at a time; they may run beside reads and syncs. A read that overlaps a running
// write sees any mixture of old and new bytes, so readers stay below an end that the owner published.
//
// What a crash leaves (power cut or kernel panic; a killed process alone loses nothing that write() accepted):
//
//   bytes of write()     may be there or not until a sync() that began after write() returned has succeeded. Until
//                        then any part may survive without any other: a later page without an earlier one, half a
//                        page, the first or second of two versions of the same bytes. A tear may fall at any byte.
//   the file's size      likewise, and independently: a size without its bytes reads as zeros; bytes may be cut.
//   truncate()           may be undone until sync(): old bytes come back, in parts, mixed with what was appended since
//   synced bytes         stay, even when neighbours in the same page or sector are being written. Only writing over
//                        or truncating those bytes themselves puts them at risk again.
//   the name             is no business of the file: Disk::sync_directory
//
// After sync() fails nothing written since the last success may be believed: the operating system marks the pages clean
// though they never reached the medium, reads go on showing them, or do not, and a second sync() answers success. What
// must survive is written again, to a new file. The error is told once to each File that was open when it happened and
// to none that is opened later, so a file with unsynced bytes is kept open until it is synced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "core/base/assert.h"
#include "core/base/bytes.h"
#include "core/io/io_error.h"

namespace ottla {

class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  // Reads from `position` until `out` is full or the file ends; the count read is smaller than `out` at the file's end
  // only. May block for as long as a device takes, so it is called directly where the bytes are known to be in memory
  // and in a job otherwise.
  [[nodiscard]] virtual IoResult<size_t> read(int64_t position, std::span<uint8_t> out) const = 0;

  // The same without waiting for the device: `would_block` when some of the bytes are not in memory, in which case
  // `out` holds nothing of use. May answer would_block when they are, too; it is never an error to read() instead.
  [[nodiscard]] virtual IoResult<size_t> read_cached(int64_t position, std::span<uint8_t> out) const = 0;

  // Writes the parts one after the other from `position` on, which is not above the file's size: no holes. Writing at
  // the end appends. All is written, or an error says that any part of it may have been and that the file may have
  // grown by as much (no_space usually comes after some bytes went in): the owner truncates back. Nothing below
  // `position` is touched. Goes to memory: does not wait for the device unless the system is short of memory.
  virtual IoResult<> write(int64_t position, std::span<const BytesView> parts) = 0;

  // Makes the file `size` long, which is not above its size, and gives back what preallocate() reserved. Bytes above
  // `size` that a slice covers are gone for its reader (it sees the end, then what is appended): the owner cuts only
  // what nobody was given. Takes long for large files: a job.
  virtual IoResult<> truncate(int64_t size) = 0;

  // Reserves room so that the file can grow to `size` without no_space, and without changing its size: the size is
  // where the log ends and recovery believes nothing above it. The reservation lasts until truncate(). `unsupported`
  // is answered by file systems that cannot, and is no reason to stop. A job where `size` is large.
  virtual IoResult<> preallocate(int64_t size) = 0;

  // Makes durable every byte that write() accepted, every truncate() that returned and the size, as they were when
  // sync() began. Always a job.
  virtual IoResult<> sync() = 0;

  [[nodiscard]] virtual IoResult<int64_t> size() const = 0;

  // The path it was opened by, for people: after a rename it is where the file was.
  [[nodiscard]] virtual std::string_view path() const = 0;

  // What the host's operating system knows it by, for sendfile; -1 where there is none, then the host reads.
  [[nodiscard]] virtual int descriptor() const { return -1; }

  IoResult<> write(int64_t position, BytesView bytes) { return write(position, std::span<const BytesView>(&bytes, 1)); }
};

using FilePtr = std::shared_ptr<File>;

// Fills `out` from `position` or fails with short_read.
[[nodiscard]] IoResult<> read_exactly(const File& file, int64_t position, std::span<uint8_t> out);

// Whether the bytes seem to be in memory, by a look at every 64 KiB of them: systems read and forget in such pieces.
[[nodiscard]] bool is_cached(const File& file, int64_t position, int64_t size);

// A part of a file as a value that pins the file. The bytes it covers never change: whoever makes one promises that
// they are below the end it published and are never written again.
struct FileSlice {
  std::shared_ptr<const File> file;
  int64_t position = 0;
  int64_t size = 0;

  // The part of this slice that starts `skip` bytes in.
  [[nodiscard]] FileSlice from(int64_t skip) const {
    OTTLA_ASSERT(skip >= 0 && skip <= size, skip, size);
    return {file, position + skip, size - skip};
  }
  [[nodiscard]] FileSlice first(int64_t count) const {
    OTTLA_ASSERT(count >= 0 && count <= size, count, size);
    return {file, position, count};
  }
};

}  // namespace ottla
