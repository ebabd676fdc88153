// ottla._native: what of the package is C++. Everything in it stands on ottla.hpp.
#include <pybind11/pybind11.h>
#include <ottla/ottla.hpp>

#include "python/src/cluster.h"
#include "python/src/errors.h"
#include "python/src/waiting.h"

PYBIND11_MODULE(_native, module) {
  ottla::python::add_errors(module);
  ottla::python::add_cluster(module);
  module.def("version", &ottla::version);
  module.def("unattended", &ottla::python::unattended);
  module.def("forget_unattended", &ottla::python::forget_unattended);
}
