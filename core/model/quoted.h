// What a person or a file said, fit to stand in a message: in quotes, cut, without what moves a terminal's cursor or
// begins a line of a log.
#pragma once

#include <string>
#include <string_view>

namespace ottla {

// Well-formed text stays as it is but for control characters; what is not UTF-8 is shown as '?', too.
std::string quoted(std::string_view text);

}  // namespace ottla
