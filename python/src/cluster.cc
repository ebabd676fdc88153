#include "python/src/cluster.h"

#include <pybind11/stl.h>

#include <memory>
#include <ottla/ottla.hpp>
#include <string>
#include <utility>
#include <vector>

#include "python/src/log_target.h"
#include "python/src/waiting.h"

namespace py = pybind11;

namespace ottla::python {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Options options_of(const Settings& settings, const py::object& log) {
  Options options;
  for (const auto& [name, value] : settings) options.set(name, value);
  if (log.is_none()) return options;
  const auto target = std::make_shared<LogTarget>(log);
  options.set_log([target](LogLevel level, std::string_view line) { target->tell(level, line); });
  return options;
}

// A cluster closes when the last that holds it lets go: this, or a call that nobody waits for any more.
class SharedCluster {
 public:
  SharedCluster(const Settings& settings, const py::object& log) {
    auto place = std::make_shared<std::shared_ptr<Cluster>>();
    try {
      wait_for([place, options = options_of(settings, log)] { *place = std::make_shared<Cluster>(options); });
    } catch (const py::error_already_set&) {
      // Given up. The call goes on and lets go of the cluster when it is there, unless it just did.
      const py::gil_scoped_release others_run;
      place.reset();
      throw;
    }
    cluster_ = std::move(*place);
  }
  // Closing may want to log, for which the interpreter's lock must be free.
  ~SharedCluster() {
    const py::gil_scoped_release others_run;
    cluster_.reset();
  }
  SharedCluster(const SharedCluster&) = delete;
  SharedCluster& operator=(const SharedCluster&) = delete;

  [[nodiscard]] std::string bootstrap_servers() const {
    const py::gil_scoped_release others_run;
    return cluster_->bootstrap_servers();
  }
  [[nodiscard]] std::string data_directory() const {
    const py::gil_scoped_release others_run;
    return cluster_->data_directory();
  }
  void close() const {
    wait_for([cluster = cluster_] { cluster->close(); });
  }

 private:
  std::shared_ptr<Cluster> cluster_;
};

}  // namespace

void add_cluster(py::module_& module) {
  py::class_<SharedCluster>(module, "Cluster")
      .def(py::init<const Settings&, const py::object&>(), py::arg("settings"), py::arg("log"))
      .def("bootstrap_servers", &SharedCluster::bootstrap_servers)
      .def("data_directory", &SharedCluster::data_directory)
      .def("close", &SharedCluster::close);
}

}  // namespace ottla::python
