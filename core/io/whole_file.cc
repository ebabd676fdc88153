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

namespace {

std::string replacement_of(std::string_view path) { return std::string(path).append(kReplacementSuffix); }

IoResult<FilePtr> make_replacement(Disk& disk, std::string_view path, BytesView bytes) {
  const std::string replacement = replacement_of(path);
  const auto removed = disk.unlink(replacement);
  if (!removed.ok() && removed.error() != IoError::not_found) return Failure(removed.error());
  OTTLA_TRY(FilePtr file, disk.create(replacement));
  OTTLA_TRY_DONE(file->write(0, bytes));
  return file;
}

}  // namespace

IoResult<> write_replacement(Disk& disk, std::string_view path, BytesView bytes) {
  OTTLA_TRY_DONE(make_replacement(disk, path, bytes));
  return {};
}

IoResult<> put_in_place(Disk& disk, std::string_view path) { return disk.rename(replacement_of(path), path); }

IoResult<> replace_file(Disk& disk, std::string_view path, BytesView bytes) {
  {
    OTTLA_TRY(const FilePtr file, make_replacement(disk, path, bytes));
    OTTLA_TRY_DONE(file->sync());
  }
  OTTLA_TRY_DONE(put_in_place(disk, path));
  return disk.sync_directory(parent_path(path));
}

}  // namespace ottla
