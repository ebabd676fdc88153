// A callable of Python's that takes log lines: called and dropped on any thread, without the interpreter's lock held.
#pragma once

#include <pybind11/pybind11.h>

#include <ottla/ottla.hpp>
#include <string_view>

namespace ottla::python {

class LogTarget {
 public:
  explicit LogTarget(pybind11::object callable) : callable_(std::move(callable)) {}
  ~LogTarget();
  LogTarget(const LogTarget&) = delete;
  LogTarget& operator=(const LogTarget&) = delete;

  // The level as the module logging counts it. What the callable raises goes to sys.unraisablehook. Once the interpreter
  // is ending, nothing is told.
  void tell(LogLevel level, std::string_view line) const;

 private:
  pybind11::object callable_;
};

}  // namespace ottla::python
