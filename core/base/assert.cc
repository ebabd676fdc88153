#include "core/base/assert.h"

#include <atomic>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

namespace ottla {
namespace {

// A crash has no object to ask: the one exemption that .ci/walls.py knows for mutable state.
std::atomic<CrashHook> crash_hook{nullptr};

}  // namespace

CrashHook set_crash_hook(CrashHook hook) { return crash_hook.exchange(hook); }

namespace assert_detail {

// Writes "first=3 last=2" into a fixed buffer: a crash may be the failure of an allocation.
struct Formatter {
  char text[512];
  size_t used = 0;

  void add(std::string_view part) {
    for (const char c : part) {
      if (used < sizeof text) text[used++] = c;
    }
  }

  void add_value(const Value& value) {
    char digits[24];
    switch (value.kind_) {
      case Value::Kind::boolean: add(value.bits_ != 0 ? "true" : "false"); return;
      case Value::Kind::text: add(value.text_); return;
      case Value::Kind::number: {
        const auto end = std::to_chars(digits, digits + sizeof digits, value.bits_).ptr;
        add({digits, static_cast<size_t>(end - digits)});
        return;
      }
      case Value::Kind::unsigned_number: {
        const auto end = std::to_chars(digits, digits + sizeof digits, static_cast<uint64_t>(value.bits_)).ptr;
        add({digits, static_cast<size_t>(end - digits)});
        return;
      }
    }
  }

  // `names` is the macro's argument list as text; it is cut at commas outside brackets.
  void add_context(std::string_view names, std::initializer_list<const Value*> values) {
    for (const Value* value : values) {
      size_t end = 0;
      int depth = 0;
      while (end < names.size() && (depth > 0 || names[end] != ',')) {
        const char c = names[end++];
        if (c == '(' || c == '[' || c == '{') ++depth;
        if (c == ')' || c == ']' || c == '}') --depth;
      }
      if (used != 0) add(" ");
      add(names.substr(0, end));
      add("=");
      add_value(*value);
      names.remove_prefix(end < names.size() ? end + 1 : end);
      while (!names.empty() && names.front() == ' ') names.remove_prefix(1);
    }
  }
};

namespace {

[[noreturn]] void report(const char* expression, const char* file, int line, std::string_view context) {
  const CrashReport crash{expression, file, line, context};
  // Taken out before it runs: a hook that fails an assertion itself must not run again.
  if (const CrashHook hook = crash_hook.exchange(nullptr)) {
    hook(crash);
  } else {
    std::fprintf(stderr, "ottla: assertion failed: %s (%.*s) at %s:%d\n", expression, static_cast<int>(context.size()),
                 context.data(), file, line);
  }
  std::abort();
}

[[noreturn]] void report(const char* expression, const char* file, int line, const char* names,
                         std::initializer_list<const Value*> values) {
  Formatter formatter;
  formatter.add_context(names, values);
  report(expression, file, line, std::string_view(formatter.text, formatter.used));
}

}  // namespace

void fail(const char* expression, const char* file, int line, const char*) { report(expression, file, line, ""); }
void fail(const char* expression, const char* file, int line, const char* names, const Value& a) {
  report(expression, file, line, names, {&a});
}
void fail(const char* expression, const char* file, int line, const char* names, const Value& a, const Value& b) {
  report(expression, file, line, names, {&a, &b});
}
void fail(const char* expression, const char* file, int line, const char* names, const Value& a, const Value& b,
          const Value& c) {
  report(expression, file, line, names, {&a, &b, &c});
}
void fail(const char* expression, const char* file, int line, const char* names, const Value& a, const Value& b,
          const Value& c, const Value& d) {
  report(expression, file, line, names, {&a, &b, &c, &d});
}

}  // namespace assert_detail
}  // namespace ottla
