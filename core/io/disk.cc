#include "core/io/disk.h"

namespace ottla {

bool is_disk_path(std::string_view path) {
  if (path.empty()) return true;
  if (path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    if (name.empty() || name == "." || name == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string_view parent_path(std::string_view path) {
  OTTLA_ASSERT(!path.empty());
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view last_name(std::string_view path) {
  OTTLA_ASSERT(!path.empty());
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_cached(const File& file, int64_t position, int64_t size) {
  constexpr int64_t kPiece = 64 * 1024;
  uint8_t byte = 0;
  const auto has = [&](int64_t at) {
    const auto read = file.read_cached(at, {&byte, 1});
    return read.ok() && *read == 1;
  };
  for (int64_t at = position; at < position + size; at += kPiece) {
    if (!has(at)) return false;
  }
  return size == 0 || has(position + size - 1);
}

IoResult<> read_exactly(const File& file, int64_t position, std::span<uint8_t> out) {
  OTTLA_TRY(const size_t count, file.read(position, out));
  if (count < out.size()) return Failure(IoError(IoError::short_read, IoOperation::read));
  return {};
}

}  // namespace ottla
