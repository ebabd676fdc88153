// What errno means to core: the one place where the system's numbers become IoError's codes.
#pragma once

#include <cerrno>

#include "core/io/io_error.h"

namespace ottla {

[[nodiscard]] IoError os_error(IoOperation operation, int os_code);

// The failure of the call that just set errno.
[[nodiscard]] Failure<IoError> last_os_failure(IoOperation operation);

// Calls again until no signal interrupts it: whoever wants to stop us is heard between operations, not inside one.
template <class Call>
auto retry_interrupted(Call call) {
  while (true) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace ottla
