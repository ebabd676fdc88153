// Why a broker cannot start, or cannot go on.
#pragma once

#include <string>

#include "core/io/io_error.h"
#include "core/model/errors.h"

namespace ottla {

struct StartError {
  std::string text;                         // for a person: what, where, and what would be right
  ErrorCode code = ErrorCode::disk_failed;  // for the program that embeds it
};

// What a disk's error is called outside of the node.
ErrorCode code_of(const IoError& error);

}  // namespace ottla
