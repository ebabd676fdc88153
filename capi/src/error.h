// What a failed call hands out.
#pragma once

#include <string>

#include "capi/ottla.h"
#include "core/model/errors.h"

struct ottla_error {
  ottla::ErrorCode code;
  std::string message;
};

namespace ottla::capi {

[[nodiscard]] ottla_error* fail(ErrorCode code, std::string message);
// A pointer that has to be there is NULL: `function` was given none for `what`.
[[nodiscard]] ottla_error* missing(const char* function, const char* what);

}  // namespace ottla::capi
