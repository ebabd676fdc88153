#include "core/sim/sim_open_file.h"

#include <algorithm>
#include <utility>

namespace ottla::sim {

SimOpenFile::SimOpenFile(SimDisk& disk, std::shared_ptr<SimFile> file, std::string_view path, Access access)
    : disk_(disk),
      file_(std::move(file)),
      path_(path),
      access_(access),
      boot_(disk.boot_),
      errors_seen_(file_->write_errors) {
  disk_.files_open_.push_back(file_.get());
  ++disk_.holders_;
  ++file_->open_count;
}

SimOpenFile::~SimOpenFile() {
  --disk_.holders_;
  if (boot_ != disk_.boot_) return;
  std::vector<SimFile*>& open = disk_.files_open_;
  open.erase(std::find(open.begin(), open.end(), file_.get()));
  --file_->open_count;
  file_->account();
}

IoResult<> SimOpenFile::begin(IoOperation operation, int64_t position, int64_t size) const {
  OTTLA_ASSERT(position >= 0 && size >= 0, position, size);
  if (boot_ != disk_.boot_) return Failure(IoError(IoError::io, operation));
  return disk_.begin(operation, path_, position, size);
}

size_t SimOpenFile::readable(int64_t position, size_t size) const {
  const int64_t end = file_->pages.size();
  return position >= end ? 0 : std::min(size, static_cast<size_t>(end - position));
}

IoResult<size_t> SimOpenFile::read(int64_t position, std::span<uint8_t> out) const {
  OTTLA_TRY_DONE(begin(IoOperation::read, position, static_cast<int64_t>(out.size())));
  const size_t count = readable(position, out.size());
  file_->pages.read(position, out.first(count));
  disk_.history_.counters().bytes_read += count;
  return count;
}

IoResult<size_t> SimOpenFile::read_cached(int64_t position, std::span<uint8_t> out) const {
  constexpr auto kOperation = IoOperation::read_cached;
  OTTLA_TRY_DONE(begin(kOperation, position, static_cast<int64_t>(out.size())));
  const size_t count = readable(position, out.size());
  if (!file_->pages.in_cache(position, count) || disk_.prng_.chance(disk_.options_.would_block_per_mille, 1000)) {
    return disk_.fail(IoError::would_block, kOperation);
  }
  file_->pages.read(position, out.first(count));
  disk_.history_.counters().bytes_read += count;
  return count;
}

void SimOpenFile::write_first(int64_t position, std::span<const BytesView> parts, int64_t size) {
  disk_.history_.counters().bytes_written += static_cast<uint64_t>(size);
  for (const BytesView part : parts) {
    const auto count = std::min(static_cast<int64_t>(part.size()), size);
    file_->pages.write(position, part.first(static_cast<size_t>(count)));
    position += count;
    size -= count;
    if (size == 0) break;
  }
  file_->account();
}

IoResult<> SimOpenFile::write(int64_t position, std::span<const BytesView> parts) {
  int64_t total = 0;
  for (const BytesView part : parts) total += static_cast<int64_t>(part.size());
  OTTLA_ASSERT(access_ == Access::read_write);
  OTTLA_TRY_DONE(begin(IoOperation::write, position, total));
  OTTLA_ASSERT(position <= file_->pages.size(), position, file_->pages.size());

  if (const auto code = disk_.faults_.check(IoOperation::write, path_)) {
    write_first(position, parts, disk_.prng_.between(0, total));
    return disk_.fail(*code, IoOperation::write);
  }
  const int64_t missing = file_->growth_to(position + total) - disk_.space_.available();
  if (missing > 0 && total > 0) {
    write_first(position, parts, total - missing);
    return disk_.fail(IoError::no_space, IoOperation::write);
  }
  write_first(position, parts, total);
  if (disk_.prng_.chance(disk_.options_.write_back_per_mille, 1000)) file_->pages.write_back_some(disk_.prng_);
  return disk_.end(IoOperation::write);
}

IoResult<> SimOpenFile::truncate(int64_t size) {
  OTTLA_ASSERT(access_ == Access::read_write);
  OTTLA_TRY_DONE(begin(IoOperation::truncate, 0, size));
  OTTLA_ASSERT(size <= file_->pages.size(), size, file_->pages.size());
  file_->pages.truncate(size);
  file_->reserved = 0;
  file_->account();
  return disk_.end(IoOperation::truncate);
}

IoResult<> SimOpenFile::preallocate(int64_t size) {
  constexpr auto kOperation = IoOperation::preallocate;
  OTTLA_ASSERT(access_ == Access::read_write);
  OTTLA_TRY_DONE(begin(kOperation, 0, size));
  if (file_->growth_to(size) > disk_.space_.available()) return disk_.fail(IoError::no_space, kOperation);
  file_->reserved = std::max(file_->reserved, size);
  file_->account();
  return disk_.end(kOperation);
}

IoResult<> SimOpenFile::sync() {
  OTTLA_TRY_DONE(begin(IoOperation::sync, 0, 0));
  // The power went before the device had the bytes: which of them it had got, the crash decides.
  if (!disk_.powered_) return disk_.end(IoOperation::sync);
  if (const auto code = disk_.faults_.check(IoOperation::sync, path_)) {
    file_->pages.fail_sync(disk_.prng_);
    errors_seen_ = ++file_->write_errors;
    ++disk_.sync_all_errors_unseen_;
    return disk_.fail(*code, IoOperation::sync);
  }
  file_->pages.sync();
  if (errors_seen_ != file_->write_errors) {
    errors_seen_ = file_->write_errors;
    return disk_.fail(IoError::io, IoOperation::sync);
  }
  return disk_.end(IoOperation::sync);
}

IoResult<int64_t> SimOpenFile::size() const {
  OTTLA_TRY_DONE(begin(IoOperation::status, 0, 0));
  return file_->pages.size();
}

}  // namespace ottla::sim
