// ottla::Cluster for Python's Cluster (ottla/cluster.py), which adds what is Python's.
#pragma once

#include <pybind11/pybind11.h>

namespace ottla::python {

void add_cluster(pybind11::module_& module);

}  // namespace ottla::python
