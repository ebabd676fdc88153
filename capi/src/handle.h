// What every handle begins with: who it is and whose. A handle that was destroyed, or is none, is noticed as long as its
// memory was not given to somebody else.
#pragma once

#include <unistd.h>

#include <cstdint>

#include "capi/src/error.h"

namespace ottla::capi {

class Handle {
 public:
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { state_ = kDestroyed; }

  // Was it made by this very process, and not by one that forked it?
  [[nodiscard]] bool is_here() const { return ::getpid() == process_; }
  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] bool is_alive() const { return state_ == kAlive; }

 private:
  static constexpr uint64_t kAlive = 0x6f74746c61206973;  // "ottla is"
  static constexpr uint64_t kDestroyed = 0x6f74746c61207761;

  volatile uint64_t state_ = kAlive;  // volatile: its last value is written although nobody may read it
  pid_t process_ = ::getpid();
};

// Ends the process: `function` was given a handle that is none.
[[noreturn]] void abort_over_handle(const char* function, const char* noun);
// The call cannot go on here, because the handle is another process's.
[[nodiscard]] ottla_error* refuse_fork(const char* function, const char* noun, pid_t owner);

// What every call asks of its handle first: an error, or null. A handle that was destroyed ends the process.
template <class T>
[[nodiscard]] ottla_error* check(const T* handle, const char* function) {
  if (handle == nullptr) return missing(function, T::kNoun);
  if (!handle->is_alive()) abort_over_handle(function, T::kNoun);
  if (!handle->is_here()) return refuse_fork(function, T::kNoun, handle->process());
  return nullptr;
}

// Frees a handle of this process; another's stays, with all that it owns: its threads are not here to end it.
template <class T>
void destroy(T* handle, const char* function) {
  if (handle == nullptr) return;
  if (!handle->is_alive()) abort_over_handle(function, T::kNoun);
  if (handle->is_here()) delete handle;
}

}  // namespace ottla::capi
