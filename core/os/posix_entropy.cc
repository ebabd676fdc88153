#include "core/os/posix_entropy.h"

#include <sys/random.h>

#include "core/base/assert.h"
#include "core/os/os_error.h"

namespace ottla {

void PosixEntropy::fill(std::span<uint8_t> out) {
  while (!out.empty()) {
    const ssize_t count = retry_interrupted([&] { return ::getrandom(out.data(), out.size(), 0); });
    OTTLA_ASSERT(count > 0, count, errno);
    out = out.subspan(static_cast<size_t>(count));
  }
}

}  // namespace ottla
