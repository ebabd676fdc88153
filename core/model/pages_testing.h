// The reference pages, rendered from the tables they document. pages_test.cc holds the committed pages against them.
#pragma once

#include <string>

namespace ottla {

std::string render_errors_page();
std::string render_settings_page();

}  // namespace ottla
