#include "python/src/log_target.h"

namespace py = pybind11;

namespace ottla::python {
namespace {

// Who asks an ending interpreter for its lock never gets it.
bool is_ending() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

constexpr int kLevelStep = 10;  // logging.DEBUG is 10, INFO 20, WARNING 30, ERROR 40

}  // namespace

LogTarget::~LogTarget() {
  if (is_ending()) {
    (void)callable_.release();
    return;
  }
  const py::gil_scoped_acquire lock;
  callable_ = py::object();
}

void LogTarget::tell(LogLevel level, std::string_view line) const {
  if (is_ending()) return;
  const py::gil_scoped_acquire lock;
  try {
    callable_((static_cast<int>(level) + 1) * kLevelStep, py::str(line.data(), line.size()));
  } catch (py::error_already_set& error) {
    error.discard_as_unraisable(callable_);
  }
}

}  // namespace ottla::python
