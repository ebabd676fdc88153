// Java's properties syntax, in which Kafka's settings files are written.
//
//   # a comment, as is one that starts with !
//   log.dirs = /data/a, \                      a backslash that ends its line: the value goes on
//              /data/b
//   greeting: Gr\u00fc\u00dfe                   '=', ':' or a blank ends a name; \t \n \r \f \uXXXX are characters
//
// What Java lets pass and nobody means is an error here: a name given twice, a line without a name, \u without four hex
// digits or with half a surrogate pair, a zero byte. Text is UTF-8 and is taken as it stands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ottla {

struct Property {
  std::string name;
  std::string value;
  int line;  // where it begins, from 1
};

struct PropertiesError {
  int line;  // 0 when it is the text as a whole
  std::string text;
};

// All properties in their order. Fails at the first fault; no value is ever part of the text.
Result<std::vector<Property>, PropertiesError> parse_properties(std::string_view text);

}  // namespace ottla
