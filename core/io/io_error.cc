#include "core/io/io_error.h"

namespace ottla {

std::string_view text(IoOperation operation) {
  switch (operation) {
    case IoOperation::none: return "use";
    case IoOperation::create: return "create";
    case IoOperation::open: return "open";
    case IoOperation::read: return "read";
    case IoOperation::read_cached: return "read cached";
    case IoOperation::write: return "write";
    case IoOperation::truncate: return "truncate";
    case IoOperation::preallocate: return "preallocate";
    case IoOperation::sync: return "sync";
    case IoOperation::rename: return "rename";
    case IoOperation::unlink: return "unlink";
    case IoOperation::make_directory: return "make directory";
    case IoOperation::remove_directory: return "remove directory";
    case IoOperation::list: return "list";
    case IoOperation::status: return "status";
    case IoOperation::sync_directory: return "sync directory";
    case IoOperation::sync_all: return "sync all";
    case IoOperation::space: return "space";
    case IoOperation::lock: return "lock";
  }
  OTTLA_UNREACHABLE("an operation without a text");
}

std::string_view text(IoError::Code code) {
  switch (code) {
    case IoError::io: return "input/output error";
    case IoError::not_found: return "no such file or directory";
    case IoError::exists: return "name already taken";
    case IoError::not_empty: return "directory not empty";
    case IoError::wrong_kind: return "a directory where a file was meant, or the reverse";
    case IoError::no_space: return "no space left";
    case IoError::read_only: return "file system is read-only";
    case IoError::denied: return "permission denied";
    case IoError::too_many_files: return "too many open files";
    case IoError::locked: return "in use by another process";
    case IoError::would_block: return "not in memory";
    case IoError::short_read: return "file is too short";
    case IoError::too_large: return "file is too large";
    case IoError::unsupported: return "not supported by the file system";
  }
  OTTLA_UNREACHABLE("an error without a text");
}

std::string describe(const IoError& error, std::string_view path) {
  std::string out(text(error.operation()));
  out.append(" ").append(path.empty() ? "." : path).append(": ").append(text(error.code()));
  if (error.os_code() != 0) out.append(" (errno ").append(std::to_string(error.os_code())).append(")");
  return out;
}

}  // namespace ottla
