#include "capi/src/handle.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace ottla::capi {

void abort_over_handle(const char* function, const char* noun) {
  (void)std::fprintf(stderr, "%s: this %s was destroyed, or is none\n", function, noun);
  std::abort();
}

ottla_error* refuse_fork(const char* function, const char* noun, pid_t owner) {
  return fail(ErrorCode::invalid_state, std::string(function) + ": this " + noun + " belongs to process " +
                                            std::to_string(owner) +
                                            ", of which this one is a fork; open another one here");
}

}  // namespace ottla::capi
