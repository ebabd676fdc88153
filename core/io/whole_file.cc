#include "core/io/whole_file.h"

#include <string>
#include <utility>

namespace ottla {

IoResult<Bytes> read_whole_file(Disk& disk, std::string_view path, size_t size_max) {
  OTTLA_TRY(const FilePtr file, disk.open(path, Access::read));
  OTTLA_TRY(const int64_t size, file->size());
  if (static_cast<uint64_t>(size) > size_max) return Failure(IoError(IoError::too_large, IoOperation::read));
  BytesBuffer buffer;
  buffer.resize(static_cast<size_t>(size));
  OTTLA_TRY_DONE(read_exactly(*file, 0, {buffer.data(), buffer.size()}));
  return buffer.freeze();
}

IoResult<> replace_file(Disk& disk, std::string_view path, BytesView bytes) {
  std::string replacement(path);
  replacement.append(kReplacementSuffix);
  const auto removed = disk.unlink(replacement);
  if (!removed.ok() && removed.error() != IoError::not_found) return removed;
  {
    OTTLA_TRY(const FilePtr file, disk.create(replacement));
    OTTLA_TRY_DONE(file->write(0, bytes));
    OTTLA_TRY_DONE(file->sync());
  }
  OTTLA_TRY_DONE(disk.rename(replacement, path));
  return disk.sync_directory(parent_path(path));
}

}  // namespace ottla
