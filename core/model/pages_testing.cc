#include "core/model/pages_testing.h"

#include <algorithm>
#include <map>
#include <vector>

#include "core/model/errors.h"
#include "core/model/settings.h"

namespace ottla {
namespace {

constexpr const char* kRewrite =
    "Made from the table in the code; `OTTLA_UPDATE_PAGES=1 build/dev/test/core_model_test --gtest_filter='Pages.*'`\n"
    "writes it anew.\n";

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string default_text(const SettingDefault& value) {
  if (value.is_required()) return "must be set";
  const auto text = value.text();
  if (!text) return "null";
  return text->empty() ? "empty" : code(*text);
}

// Kafka's default, and ours where they differ.
std::string defaults(const Setting& setting) {
  const std::string kafka = default_text(setting.kafka_default);
  const std::string node = default_text(setting.node_default);
  const std::string embedded = default_text(setting.embedded_default);
  if (!setting.is_ours() && node == kafka && embedded == kafka) return kafka;
  std::string text = setting.is_ours() ? "" : kafka + " in Kafka, ";
  if (node == embedded) return text + (setting.is_ours() ? node : node + " here");
  return text + node + " on a node, " + embedded + " embedded";
}

std::string support(const Setting& setting) {
  if (!setting.allowed.empty()) return "in part";
  return std::string(support_name(setting.support));
}

std::string sentence(std::string_view text) {
  std::string result(text);
  if (result[0] >= 'a' && result[0] <= 'z') result[0] = static_cast<char>(result[0] - 'a' + 'A');
  return result.ends_with('.') ? result : result + ".";
}

std::string meaning(const Setting& setting) {
  std::string text = sentence(setting.meaning);
  if (!setting.fallbacks.empty()) {
    std::string names = "`";
    for (const char c : setting.fallbacks) names += c == ' ' ? "`, `" : std::string(1, c);
    text += " When not set: " + names + "`.";
  }
  if (!setting.default_reason.empty()) text += " Default: " + std::string(setting.default_reason) + ".";
  if (!setting.allowed.empty()) {
    text += " Only " + code(setting.allowed) + ": " + std::string(setting.support_reason) + ".";
  } else if (setting.support == SettingSupport::no_effect) {
    text += " No effect: " + std::string(setting.support_reason) + ".";
  } else if (setting.support == SettingSupport::refused) {
    text += " Refused: " + std::string(setting.support_reason) + ".";
  }
  if (setting.is_sensitive()) text += " Never shown.";
  if (setting.per_listener) text += " Also `listener.name.<listener>.` before it.";
  return text;
}

// Rows of the same scopes stand together, so that what clients and nodes share is told once.
std::string section_title(uint8_t scopes) {
  std::vector<std::string> names;
  for (const SettingScope scope : kSettingScopes) {
    if ((scopes & (1U << static_cast<unsigned>(scope))) != 0) names.emplace_back(scope_name(scope));
  }
  std::string title = names.front();
  for (size_t i = 1; i < names.size(); ++i) title += (i + 1 == names.size() ? " and " : ", ") + names[i];
  return sentence(title).substr(0, title.size());
}

// What a value must be beyond its type; the full sentence is in the error.
std::string bounds(const Setting& setting) {
  const bool integer =
      setting.type == SettingType::int32 || setting.type == SettingType::int16 || setting.type == SettingType::int64;
  const int64_t type_low = setting.type == SettingType::int16 ? INT16_MIN : INT32_MIN;
  const int64_t type_high = setting.type == SettingType::int16 ? INT16_MAX : INT32_MAX;
  if (setting.rule != nullptr) return std::string(setting.rule->expects);
  if (!setting.words.empty()) {
    std::string words = "`";
    for (const char c : setting.words) words += c == ' ' ? "` `" : std::string(1, c);
    return words + "`";
  }
  if (!integer) return setting.lowest == std::numeric_limits<double>::lowest() ? "" : expected_value(setting);
  if (setting.minimum <= type_low) return "";
  const bool open = setting.maximum == type_high || setting.maximum == std::numeric_limits<int64_t>::max();
  return std::to_string(setting.minimum) + (open ? " or more" : " to " + std::to_string(setting.maximum));
}

size_t count_of(SettingSupport wanted) {
  const auto rows = all_settings();
  return static_cast<size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const Setting& setting) { return setting.support == wanted; }));
}

}  // namespace

std::string render_errors_page() {
  std::string page = "# Errors\n\n";
  page += kRewrite;
  page +=
      "\nNumbers from -1 up are Kafka's and travel on the wire; those below never leave the process. The class says "
      "what\n"
      "to do: *refused*, change the request or give up; *retriable*, send it again later; *retriable after a metadata\n"
      "refresh*, ask where to send it first; *abortable*, abort the transaction, or give up where there is none; "
      "*fatal*,\n"
      "make the producer, member or connection anew.\n\n"
      "| number | name | class | meaning |\n| ---: | --- | --- | --- |\n";
  for (const ErrorInfo& error : errors()) {
    page += "| " + std::to_string(static_cast<int>(error.code)) + " | `" + std::string(error.name) + "` | " +
            std::string(error_class_name(error.error_class)) + " | " + std::string(error.meaning) + " |\n";
  }
  return page;
}

std::string render_settings_page() {
  std::map<uint8_t, std::vector<const Setting*>> sections;
  for (const Setting& setting : all_settings()) sections[setting.scopes].push_back(&setting);

  std::string page = "# Settings\n\n";
  page += kRewrite;
  page +=
      "\n**Not every supported setting acts yet.** All are read, checked and carried; those of several nodes\n"
      "and of connections' security wait for what they govern, and some others for their turn. The column\n"
      "*support* says what the node is to do:\n\n"
      "* *supported* (" +
      std::to_string(count_of(SettingSupport::supported)) +
      "): will do what its meaning says; *in part*: so will some of its values, the others are refused now\n"
      "* *no effect* (" +
      std::to_string(count_of(SettingSupport::no_effect)) +
      "): will have none; the value is checked, and whoever sets it is warned once, with the reason\n"
      "* *refused* (" +
      std::to_string(count_of(SettingSupport::refused)) +
      "): any value but Kafka's default fails the start, with the reason\n\n"
      "A name that is not here fails the start too, with the nearest one that is. *Change*: by a restart (read-only), "
      "while\n"
      "it runs for one broker or for all (per-broker, cluster-wide), or at any time.\n";
  for (auto& [scopes, rows] : sections) {
    std::sort(rows.begin(), rows.end(), [](const Setting* a, const Setting* b) { return a->name < b->name; });
    page += "\n## " + section_title(scopes) + "\n\n";
    page +=
        "| name | type | default | value | change | support | meaning |\n| --- | --- | --- | --- | --- | --- | --- |\n";
    for (const Setting* setting : rows) {
      page += "| `" + std::string(setting->name) + "` | " + std::string(type_name(setting->type)) + " | " +
              defaults(*setting) + " | " + bounds(*setting) + " | " +
              std::string(mutability_name(setting->mutability)) + " | " + support(*setting) + " | " +
              meaning(*setting) + " |\n";
    }
  }
  return page;
}

}  // namespace ottla
