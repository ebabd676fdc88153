#include "core/broker/start_error.h"

namespace ottla {

ErrorCode code_of(const IoError& error) {
  switch (error.code()) {
    case IoError::not_found: return ErrorCode::no_such_file;
    case IoError::no_space: return ErrorCode::disk_full;
    case IoError::locked: return ErrorCode::directory_in_use;
    case IoError::short_read:
    case IoError::too_large: return ErrorCode::malformed;
    default: return ErrorCode::disk_failed;
  }
}

}  // namespace ottla
