// What the library fails with, as Python's exceptions. The classes are Python's own (ottla/errors.py).
#pragma once

#include <pybind11/pybind11.h>

namespace ottla::python {

// Has every ottla::Error that leaves a function of the module raise the ottla.Error of its code, and the module tell the
// table of codes.
void add_errors(pybind11::module_& module);

}  // namespace ottla::python
