// Every setting there is, in one table: Kafka's 655 definitions and our own.
//
// A row (settings/*.inc) says what the setting is called, where it belongs, how its value is read and bounded, what it is
// when nobody says anything, who may change it while it runs, and whether this project keeps what it promises. The parser,
// DescribeConfigs, SETTINGS.md, the CLI's help and the bindings' options all come from the rows.
//
// Three answers to a name are possible, and silence is not one of them:
//
//   supported   the value is read, checked and carried, and does what its meaning says
//   no_effect   the value is read and checked; whoever set it is warned once, with the reason why nothing follows
//   refused     the start or the change fails with the reason; saying what Kafka's default is anyway is no promise and passes
//
// Reading here, values that are set in settings_values.h, files in properties.h and settings_load.h.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/model/errors.h"

namespace ottla {

// What a setting belongs to. A row may stand in several; a name is unique within each.
enum class SettingScope : uint8_t { node, topic, group, client_metrics, quota, producer, consumer, admin };
inline constexpr SettingScope kSettingScopes[] = {
    SettingScope::node,  SettingScope::topic,    SettingScope::group,    SettingScope::client_metrics,
    SettingScope::quota, SettingScope::producer, SettingScope::consumer, SettingScope::admin};
std::string_view scope_name(SettingScope scope);

// Kafka's types, with the numbers DescribeConfigs answers.
enum class SettingType : int8_t {
  boolean = 1,
  string = 2,
  int32 = 3,
  int16 = 4,
  int64 = 5,
  float64 = 6,
  list = 7,
  class_name = 8,
  password = 9
};
std::string_view type_name(SettingType type);  // Kafka's, in small letters

enum class SettingSupport : uint8_t { supported, no_effect, refused };
std::string_view support_name(SettingSupport support);

// Who may change it without a restart.
enum class SettingMutability : uint8_t { read_only, per_broker, cluster_wide, per_resource };
std::string_view mutability_name(SettingMutability mutability);

// Whose defaults hold: Kafka's (for comparison), a node started from the command line, nodes inside a program.
enum class SettingProfile : uint8_t { kafka, node, embedded };

// A value nobody set: a text, or null (nothing, which is not the empty text), or none: somebody must set it.
class SettingDefault {
 public:
  constexpr SettingDefault(const char* text) : text_(text), kind_(Kind::text) {}  // NOLINT(google-explicit-constructor)
  constexpr SettingDefault(std::nullptr_t) : kind_(Kind::null) {}                 // NOLINT(google-explicit-constructor)
  static constexpr SettingDefault must_be_set() { return SettingDefault(Kind::required); }

  [[nodiscard]] constexpr bool is_required() const { return kind_ == Kind::required; }
  [[nodiscard]] constexpr std::optional<std::string_view> text() const {
    return kind_ == Kind::text ? std::optional(text_) : std::nullopt;
  }
  friend constexpr bool operator==(const SettingDefault&, const SettingDefault&) = default;

 private:
  enum class Kind : uint8_t { text, null, required };
  constexpr explicit SettingDefault(Kind kind) : kind_(kind) {}
  std::string_view text_;
  Kind kind_;
};

// A rule that words and numbers cannot say: whether it holds, and what would be right.
struct SettingRule {
  bool (*holds)(std::string_view value);
  std::string_view expects;  // completes "expects ..."
};

struct Setting {
  std::string_view name;
  uint8_t scopes;  // a bit each
  SettingType type;
  SettingDefault kafka_default;
  SettingDefault node_default;
  SettingDefault embedded_default;
  std::string_view meaning;         // one sentence
  std::string_view default_reason;  // why a default is not Kafka's; empty when they agree

  SettingSupport support = SettingSupport::supported;
  std::string_view support_reason = {};  // why it has no effect, is refused, or takes only `allowed`
  std::string_view allowed = {};         // of the words, those that are not refused; empty: all of them
  SettingMutability mutability = SettingMutability::read_only;

  int64_t minimum = std::numeric_limits<int64_t>::min();
  int64_t maximum = std::numeric_limits<int64_t>::max();
  double lowest = std::numeric_limits<double>::lowest();
  double highest = std::numeric_limits<double>::max();
  std::string_view words =
      {};  // legal values, or elements of a list, separated by spaces; letters' case as `any_case` says
  bool any_case = false;
  const SettingRule* rule = nullptr;

  std::string_view fallbacks = {};  // node settings whose value holds when this one is not set, nearest first
  bool per_listener = false;        // may be set as listener.name.<listener>.<name>

  [[nodiscard]] constexpr bool in(SettingScope scope) const {
    return (scopes & (1U << static_cast<unsigned>(scope))) != 0;
  }
  [[nodiscard]] constexpr bool is_sensitive() const { return type == SettingType::password; }
  [[nodiscard]] constexpr bool is_ours() const { return name.starts_with("ottla."); }
  [[nodiscard]] constexpr const SettingDefault& default_for(SettingProfile profile) const {
    if (profile == SettingProfile::kafka) return kafka_default;
    return profile == SettingProfile::node ? node_default : embedded_default;
  }
};

// What is wrong with a name or a value, for a person: names the setting, the value unless it is sensitive, and what would
// be right. The code is unknown_setting, bad_setting or unsupported_setting.
struct SettingError {
  ErrorCode code;
  std::string text;
};

// All rows, in the order of their files.
std::span<const Setting> all_settings();

// The row of exactly this name; null when the scope has none. Prefixed forms are names of SettingName, not rows.
const Setting* find_setting(SettingScope scope, std::string_view name);

// The name closest to a misspelt one, empty when none is close.
std::string_view nearest_setting(SettingScope scope, std::string_view name);

// A name as people write it: a row, and for listener.name.<listener>[.<mechanism>].<name> what it is limited to.
// The views point into the text that was given. A name that is one has letters, digits, '.', '-' and '_' only, so it may
// stand in messages as it is; in an error about one that is none it is quoted.
struct SettingName {
  const Setting* setting;
  std::string_view listener;
  std::string_view mechanism;
};
Result<SettingName, SettingError> read_setting_name(SettingScope scope, std::string_view name);

// Reads and checks a value, and refuses what the row refuses. `name` is what the person wrote.
Result<void, SettingError> check_setting(const Setting& setting, std::string_view name, std::string_view value);

// The parts of a list value, without blanks around them. An empty value has no parts.
class SettingList {
 public:
  explicit SettingList(std::string_view value) : rest_(value), done_(is_blank(value)) {}
  // The next part, or nothing after the last.
  std::optional<std::string_view> next();

 private:
  static bool is_blank(std::string_view text);
  std::string_view rest_;
  bool done_;
};

// Values of a type, from text that may have blanks around it; nothing when it is not one.
std::optional<bool> read_boolean(std::string_view text);
std::optional<int64_t> read_integer(std::string_view text);
std::optional<double> read_double(std::string_view text);
std::string_view trim_blanks(std::string_view text);

// "a whole number of milliseconds, at least 1": what a value of the row must be. For errors and the reference page.
std::string expected_value(const Setting& setting);

}  // namespace ottla
