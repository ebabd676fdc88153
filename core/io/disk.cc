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

IoResult<> read_exactly(const File& file, int64_t position, std::span<uint8_t> out) {
  OTTLA_TRY(const size_t count, file.read(position, out));
  if (count < out.size()) return Failure(IoError(IoError::short_read, IoOperation::read));
  return {};
}

}  // namespace ottla
