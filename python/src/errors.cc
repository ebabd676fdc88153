#include "python/src/errors.h"

#include <exception>
#include <ottla/ottla.hpp>

namespace py = pybind11;

namespace ottla::python {
namespace {

void raise(const Error& error) {
  const py::object raised = py::module_::import("ottla.errors")
                                .attr("error_of")(error.code(), error.message(), error.is_retriable(), error.is_fatal(),
                                                  error.is_abortable());
  PyErr_SetObject(py::type::handle_of(raised).ptr(), raised.ptr());
}

// Rows of (code, name, meaning, retriable, fatal, abortable).
py::list codes() {
  py::list rows;
  for (size_t i = 0; i < ottla_code_count(); ++i) {
    const int32_t code = ottla_code_at(i);
    rows.append(py::make_tuple(code, ottla_code_name(code), ottla_code_meaning(code), ottla_code_is_retriable(code),
                               ottla_code_is_fatal(code), ottla_code_is_abortable(code)));
  }
  return rows;
}

}  // namespace

void add_errors(py::module_& module) {
  py::register_local_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const Error& error) {
      raise(error);
    }
  });
  module.def("codes", &codes);
}

}  // namespace ottla::python
