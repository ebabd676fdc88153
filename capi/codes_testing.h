// error_codes.h, rendered from the table of errors. codes_test.cc holds the committed one against it.
#pragma once

#include <string>

namespace ottla {

std::string render_error_codes();

}  // namespace ottla
