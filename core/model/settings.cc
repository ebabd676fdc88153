#include "core/model/settings.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/assert.h"
#include "core/model/limits.h"
#include "core/model/quoted.h"

namespace ottla {
namespace {

constexpr bool is_blank_character(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }
constexpr char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return small(x) == small(y); });
}

// Is `value` one of the words of a list separated by spaces?
bool among(std::string_view value, std::string_view words, bool any_case) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (any_case ? same_any_case(word, value) : word == value) return true;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return false;
}

// Is the value, or each part of a list, among the words?
bool all_among(const Setting& setting, std::string_view value, std::string_view words) {
  if (setting.type != SettingType::list) return among(value, words, setting.any_case);
  SettingList list(value);
  while (const auto part = list.next()) {
    if (!among(*part, words, setting.any_case)) return false;
  }
  return true;
}

bool is_integer(SettingType type) {
  return type == SettingType::int32 || type == SettingType::int16 || type == SettingType::int64;
}

bool is_well_formed_list(const Setting& setting, std::string_view value) {
  size_t count = 0;
  SettingList list(value);
  while (const auto part = list.next()) {
    if (part->empty() || ++count > limits::kSettingListMax) return false;
  }
  return setting.words.empty() || all_among(setting, value, setting.words);
}

bool is_valid(const Setting& setting, std::string_view value) {
  if (value.size() > limits::kSettingValueSizeMax) return false;
  if (setting.type == SettingType::boolean) return read_boolean(value).has_value();
  if (is_integer(setting.type)) {
    const auto number = read_integer(value);
    if (!number || *number < setting.minimum || *number > setting.maximum) return false;
  } else if (setting.type == SettingType::float64) {
    const auto number = read_double(value);
    if (!number || *number < setting.lowest || *number > setting.highest) return false;
  } else if (setting.type == SettingType::list) {
    if (!is_well_formed_list(setting, value)) return false;
  } else if (!setting.words.empty() && !among(trim_blanks(value), setting.words, setting.any_case)) {
    return false;
  }
  return setting.rule == nullptr || setting.rule->holds(value);
}

// Says the value what Kafka does anyway? Then it promises nothing, and an old file with it keeps working.
bool is_kafka_default(const Setting& setting, std::string_view value) {
  const std::string_view text = setting.kafka_default.text().value_or("");
  if (setting.type == SettingType::boolean) return read_boolean(value) == read_boolean(text);
  if (is_integer(setting.type)) return read_integer(value) == read_integer(text);
  if (setting.type == SettingType::float64) return read_double(value) == read_double(text);
  return trim_blanks(value) == text;
}

std::string_view unit_of(std::string_view name) {
  const auto ends = [&](std::string_view unit) { return name.ends_with(unit); };
  if (ends(".ms") || ends(".millis")) return " of milliseconds";
  if (ends(".seconds") || ends(".secs")) return " of seconds";
  if (ends(".minutes")) return " of minutes";
  if (ends(".hours")) return " of hours";
  if (ends(".bytes")) return " of bytes";
  return {};
}

std::string spoken(std::string_view words) {
  std::string result;
  for (const char c : words) {
    if (c == ' ') {
      result += ", ";
    } else {
      result += c;
    }
  }
  return result;
}

std::string number_text(double number) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  OTTLA_ASSERT(error == std::errc());
  return {text, end};
}

}  // namespace

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank_character(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank_character(text.back())) text.remove_suffix(1);
  return text;
}

bool SettingList::is_blank(std::string_view text) { return trim_blanks(text).empty(); }

std::optional<std::string_view> SettingList::next() {
  if (done_) return std::nullopt;
  const size_t comma = rest_.find(',');
  const std::string_view part = trim_blanks(rest_.substr(0, comma));
  done_ = comma == std::string_view::npos;
  if (!done_) rest_.remove_prefix(comma + 1);
  return part;
}

std::optional<bool> read_boolean(std::string_view text) {
  text = trim_blanks(text);
  if (same_any_case(text, "true")) return true;
  if (same_any_case(text, "false")) return false;
  return std::nullopt;
}

std::optional<int64_t> read_integer(std::string_view text) {
  text = trim_blanks(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> read_double(std::string_view text) {
  text = trim_blanks(text);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string expected_value(const Setting& setting) {
  if (setting.rule != nullptr) return std::string(setting.rule->expects);
  if (!setting.words.empty()) {
    return (setting.type == SettingType::list ? "a list of " : "one of ") + spoken(setting.words);
  }
  if (setting.type == SettingType::boolean) return "true or false";
  if (setting.type == SettingType::list) return "a list, separated by commas, without empty parts";
  if (setting.type == SettingType::float64) {
    const bool low = setting.lowest != std::numeric_limits<double>::lowest();
    if (!low) return "a number";
    return "a number from " + number_text(setting.lowest) + " to " + number_text(setting.highest);
  }
  if (!is_integer(setting.type)) return "a text of at most " + std::to_string(limits::kSettingValueSizeMax) + " bytes";

  std::string text = "a whole number" + std::string(unit_of(setting.name));
  const bool low = setting.minimum > INT32_MIN;
  const bool high = setting.maximum < (setting.type == SettingType::int16 ? INT16_MAX : INT32_MAX);
  if (low && high) return text + " from " + std::to_string(setting.minimum) + " to " + std::to_string(setting.maximum);
  if (low && setting.type == SettingType::int64) return text + ", at least " + std::to_string(setting.minimum);
  if (low)
    return text + ", at least " + std::to_string(setting.minimum) + ", at most " + std::to_string(setting.maximum);
  return text;
}

Result<void, SettingError> check_setting(const Setting& setting, std::string_view name, std::string_view value) {
  const std::string shown = setting.is_sensitive() ? "its value" : quoted(value);
  if (!is_valid(setting, value)) {
    return Failure(SettingError{ErrorCode::bad_setting, std::string(name) + ": " + shown + " is not valid; expects " +
                                                            expected_value(setting)});
  }
  if (setting.support == SettingSupport::refused && !is_kafka_default(setting, value)) {
    return Failure(SettingError{ErrorCode::unsupported_setting, std::string(name) + ": " + shown + " is refused: " +
                                                                    std::string(setting.support_reason)});
  }
  if (!setting.allowed.empty() && !all_among(setting, trim_blanks(value), setting.allowed)) {
    return Failure(SettingError{ErrorCode::unsupported_setting, std::string(name) + ": " + shown + " is refused: " +
                                                                    std::string(setting.support_reason) +
                                                                    "; allowed: " + spoken(setting.allowed)});
  }
  return {};
}

std::string_view scope_name(SettingScope scope) {
  switch (scope) {
    case SettingScope::node: return "node";
    case SettingScope::topic: return "topic";
    case SettingScope::group: return "group";
    case SettingScope::client_metrics: return "client metrics";
    case SettingScope::quota: return "quota";
    case SettingScope::producer: return "producer";
    case SettingScope::consumer: return "consumer";
    case SettingScope::admin: return "admin";
  }
  OTTLA_UNREACHABLE("a scope without a name");
}

std::string_view type_name(SettingType type) {
  switch (type) {
    case SettingType::boolean: return "boolean";
    case SettingType::string: return "string";
    case SettingType::int32: return "int";
    case SettingType::int16: return "short";
    case SettingType::int64: return "long";
    case SettingType::float64: return "double";
    case SettingType::list: return "list";
    case SettingType::class_name: return "class";
    case SettingType::password: return "password";
  }
  OTTLA_UNREACHABLE("a type without a name");
}

std::string_view support_name(SettingSupport support) {
  switch (support) {
    case SettingSupport::supported: return "supported";
    case SettingSupport::no_effect: return "no effect";
    case SettingSupport::refused: return "refused";
  }
  OTTLA_UNREACHABLE("a support without a name");
}

std::string_view mutability_name(SettingMutability mutability) {
  switch (mutability) {
    case SettingMutability::read_only: return "read-only";
    case SettingMutability::per_broker: return "per-broker";
    case SettingMutability::cluster_wide: return "cluster-wide";
    case SettingMutability::per_resource: return "any time";
  }
  OTTLA_UNREACHABLE("a mutability without a name");
}

}  // namespace ottla
