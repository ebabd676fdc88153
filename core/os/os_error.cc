#include "core/os/os_error.h"

namespace ottla {
namespace {

IoError::Code code_of(IoOperation operation, int os_code) {
  switch (os_code) {
    case ENOENT: return IoError::not_found;
    case EEXIST: return operation == IoOperation::remove_directory ? IoError::not_empty : IoError::exists;
    case ENOTEMPTY: return operation == IoOperation::rename ? IoError::exists : IoError::not_empty;
    case ENOTDIR:
    case EISDIR: return IoError::wrong_kind;
    case ENOSPC:
    case EDQUOT: return IoError::no_space;
    case EROFS: return IoError::read_only;
    case EACCES:
    case EPERM: return IoError::denied;
    case EMFILE:
    case ENFILE: return IoError::too_many_files;
    case EOPNOTSUPP:
    case ENOSYS: return IoError::unsupported;
    default: return IoError::io;
  }
}

}  // namespace

IoError os_error(IoOperation operation, int os_code) { return {code_of(operation, os_code), operation, os_code}; }

Failure<IoError> last_os_failure(IoOperation operation) { return Failure(os_error(operation, errno)); }

}  // namespace ottla
