#include "python/src/waiting.h"

#include <pybind11/pybind11.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace py = pybind11;

namespace ottla::python {
namespace {

// How long Ctrl-C may take to be noticed.
constexpr std::chrono::milliseconds kLook{20};

// No lock guards it: a fork would keep that locked for ever in the child.
std::atomic<int> running{0};

struct Running {
  Running() { ++running; }
  ~Running() { --running; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
};

}  // namespace

void wait_for(std::function<void()> call) {
  auto task = std::make_shared<std::packaged_task<void()>>(std::move(call));
  std::future<void> done = task->get_future();
  std::thread([counted = std::make_shared<Running>(), task = std::move(task)]() mutable {
    (*task)();
    task.reset();  // with what the call shared, before it counts as done
  }).detach();
  for (;;) {
    {
      const py::gil_scoped_release others_run;
      if (done.wait_for(kLook) == std::future_status::ready) break;
    }
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
  }
  done.get();
}

int unattended() { return running; }

void forget_unattended() { running = 0; }

}  // namespace ottla::python
