#include "capi/codes_testing.h"

#include "core/model/errors.h"

namespace ottla {

std::string render_error_codes() {
  std::string text =
      "/* The codes of errors: Kafka's from -1 up, Ottla's own below. Made from the table in the code;\n"
      " * `OTTLA_UPDATE_PAGES=1 build/dev/test/capi_test --gtest_filter='ErrorCodes.*'` writes it anew. */\n"
      "#ifndef OTTLA_ERROR_CODES_H\n"
      "#define OTTLA_ERROR_CODES_H\n"
      "\n"
      "/* clang-format off */\n"
      "enum ottla_error_codes {\n";
  bool first = true;
  for (const ErrorInfo& row : errors()) {
    if (!first) text += ",\n";
    first = false;
    text += "  /* " + std::string(row.meaning) + " */\n";
    text += "  OTTLA_ERROR_" + std::string(row.name) + " = " + std::to_string(static_cast<int>(row.code));
  }
  return text + "\n};\n/* clang-format on */\n\n#endif /* OTTLA_ERROR_CODES_H */\n";
}

}  // namespace ottla
