// Always-on assertions. A failed assertion is a bug in Ottla: it reports and aborts the process, in release builds too,
// because going on with a broken invariant is how acknowledged records are lost.
//
//   OTTLA_ASSERT(first < last, first, last);        // the values of up to four named expressions are reported
//   OTTLA_UNREACHABLE("a batch without a magic");
//
// Errors of the disk, of a peer or of input are not bugs: they are a Result.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

namespace ottla {

// What a failed assertion knows. All views are valid during the hook only.
struct CrashReport {
  const char* expression;
  const char* file;
  int line;
  std::string_view context;  // "first=3 last=2", empty when nothing was named
};

// Runs once, on the first thread that fails, and the process aborts when it returns: a host flushes its log, the
// simulator prints its seed. An assertion that fails while the hook runs reports to stderr and aborts at once, be it in
// the hook itself or on another thread, which cuts the hook short: core has no threads, so it cannot tell the two apart
// nor wait. A host with threads keeps its hook brief and writes first what matters most.
// It must not return control by any means but returning. The one piece of process-wide state in core: a crash has no
// object to ask. Returns the hook that was installed before; null stands for the default, which writes to stderr.
using CrashHook = void (*)(const CrashReport&);
CrashHook set_crash_hook(CrashHook hook);

namespace assert_detail {

// A named value of an assertion's context, formatted only when the assertion failed.
class Value {
 public:
  template <class T>
  Value(const T& value) {  // NOLINT(google-explicit-constructor): every call site would name it otherwise
    if constexpr (std::is_same_v<T, bool>) {
      kind_ = Kind::boolean;
      bits_ = value ? 1 : 0;
    } else if constexpr (std::is_enum_v<T>) {
      kind_ = Kind::number;
      bits_ = static_cast<int64_t>(value);
    } else if constexpr (std::is_integral_v<T>) {
      kind_ = std::is_signed_v<T> ? Kind::number : Kind::unsigned_number;
      bits_ = static_cast<int64_t>(value);
    } else if constexpr (std::is_convertible_v<T, std::string_view>) {
      kind_ = Kind::text;
      text_ = value;
    } else {
      kind_ = Kind::number;  // a StrongId and its like
      bits_ = static_cast<int64_t>(value.value());
    }
  }

 private:
  friend struct Formatter;
  enum class Kind : uint8_t { boolean, number, unsigned_number, text };
  Kind kind_;
  int64_t bits_ = 0;
  std::string_view text_;
};

[[noreturn]] void fail(const char* expression, const char* file, int line, const char* names);
[[noreturn]] void fail(const char* expression, const char* file, int line, const char* names, const Value& a);
[[noreturn]] void fail(const char* expression, const char* file, int line, const char* names, const Value& a,
                       const Value& b);
[[noreturn]] void fail(const char* expression, const char* file, int line, const char* names, const Value& a,
                       const Value& b, const Value& c);
[[noreturn]] void fail(const char* expression, const char* file, int line, const char* names, const Value& a,
                       const Value& b, const Value& c, const Value& d);

}  // namespace assert_detail

#define OTTLA_ASSERT(condition, ...)                                                                         \
  do {                                                                                                       \
    if (!(condition)) [[unlikely]] {                                                                         \
      ::ottla::assert_detail::fail(#condition, __FILE__, __LINE__, #__VA_ARGS__ __VA_OPT__(, ) __VA_ARGS__); \
    }                                                                                                        \
  } while (false)

#define OTTLA_UNREACHABLE(why) ::ottla::assert_detail::fail("unreachable: " why, __FILE__, __LINE__, "")

}  // namespace ottla
