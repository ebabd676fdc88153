#include "core/model/settings_values.h"

#include <algorithm>

namespace ottla {
namespace {

int64_t ms_in_unit_of(std::string_view name) {
  if (name.ends_with(".minutes")) return 60'000;
  if (name.ends_with(".hours")) return 3'600'000;
  return 1;
}

// What a value of setting `from` is multiplied by to be one of setting `to`.
int64_t factor_between(std::string_view from, std::string_view to) { return ms_in_unit_of(from) / ms_in_unit_of(to); }

// A negative number stands for never or without bound, in any unit.
int64_t converted(int64_t number, int64_t factor) { return number < 0 ? number : number * factor; }

class Names {  // separated by spaces
 public:
  explicit Names(std::string_view names) : rest_(names) {}
  std::string_view next() {
    const std::string_view name = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(rest_.size(), name.size() + 1));
    return name;
  }

 private:
  std::string_view rest_;
};

bool is_dynamic(SettingOrigin origin) {
  return origin == SettingOrigin::this_broker || origin == SettingOrigin::all_brokers;
}

std::optional<std::string_view> why_not(const Setting& setting, SettingOrigin origin) {
  if (!is_dynamic(origin)) return std::nullopt;
  if (setting.mutability == SettingMutability::read_only) return "it can only be changed by a restart";
  if (setting.mutability == SettingMutability::per_broker && origin == SettingOrigin::all_brokers) {
    return "it can only be changed for one broker";
  }
  return std::nullopt;
}

}  // namespace

std::string_view origin_name(SettingOrigin origin) {
  switch (origin) {
    case SettingOrigin::topic: return "topic";
    case SettingOrigin::this_broker: return "this broker";
    case SettingOrigin::all_brokers: return "all brokers";
    case SettingOrigin::start: return "start";
    case SettingOrigin::default_value: return "default";
    case SettingOrigin::client_metrics: return "client metrics";
    case SettingOrigin::group: return "group";
  }
  OTTLA_UNREACHABLE("an origin without a name");
}

std::map<std::string, std::string, std::less<>> SettingValues::said_by(SettingOrigin origin) const {
  std::map<std::string, std::string, std::less<>> said;
  for (const Entry& entry : entries_) {
    if (entry.origin == origin) said.emplace(entry.name, entry.value);
  }
  return said;
}

std::vector<SettingValues::Entry>::const_iterator SettingValues::first_of(std::string_view name) const {
  return std::lower_bound(entries_.begin(), entries_.end(), name,
                          [](const Entry& entry, std::string_view n) { return entry.name < n; });
}

const SettingValues::Entry* SettingValues::entry_of(std::string_view name) const {
  const auto at = first_of(name);
  return at != entries_.end() && at->name == name ? &*at : nullptr;
}

const SettingValues::Entry* SettingValues::listener_entry_of(std::string_view listener, std::string_view name) const {
  constexpr std::string_view kPrefix = "listener.name.";
  const auto same = [&](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const std::string_view written = entry.name;
    return written.size() == kPrefix.size() + listener.size() + 1 + name.size() && written.starts_with(kPrefix) &&
           written.ends_with(name) && written[kPrefix.size() + listener.size()] == '.' &&
           std::equal(listener.begin(), listener.end(), written.begin() + kPrefix.size(),
                      [&](char a, char b) { return same(b, a); });
  });
  return found == entries_.end() ? nullptr : &*found;
}

const Setting& SettingValues::row_of(SettingScope scope, std::string_view name) const {
  OTTLA_ASSERT(scope == scope_, scope, scope_, name);
  const Setting* row = find_setting(scope, name);
  OTTLA_ASSERT(row != nullptr, name);
  return *row;
}

Result<const Setting*, SettingError> SettingValues::set(std::string_view name, std::string_view value,
                                                        SettingOrigin origin) {
  OTTLA_TRY(const SettingName read_name, read_setting_name(scope_, name));
  const Setting& setting = *read_name.setting;
  if (const auto why = why_not(setting, origin)) {
    return Failure(SettingError{ErrorCode::bad_setting, std::string(name) + ": " + std::string(*why)});
  }
  OTTLA_TRY_DONE(check_setting(setting, name, value));
  if (setting.type != SettingType::password) value = trim_blanks(value);

  auto at = entries_.begin() + (first_of(name) - entries_.begin());
  while (at != entries_.end() && at->name == name && at->origin < origin) ++at;
  if (at != entries_.end() && at->name == name && at->origin == origin) {
    at->value = value;
  } else {
    entries_.insert(at, Entry{std::string(name), origin, &setting, std::string(value)});
  }
  return &setting;
}

bool SettingValues::unset(std::string_view name, SettingOrigin origin) {
  const auto at = std::find_if(entries_.begin(), entries_.end(),
                               [&](const Entry& entry) { return entry.name == name && entry.origin == origin; });
  if (at == entries_.end()) return false;
  entries_.erase(at);
  return true;
}

std::optional<SettingValues::Found> SettingValues::look_up_default(const Setting& setting) const {
  if (const auto text = setting.default_for(profile_).text()) {
    return Found{setting.name, *text, 1, SettingOrigin::default_value};
  }
  Names names(setting.fallbacks);
  for (std::string_view name = names.next(); !name.empty(); name = names.next()) {
    const Setting* row = find_setting(SettingScope::node, name);
    OTTLA_ASSERT(row != nullptr, name, setting.name);
    if (const auto text = row->default_for(profile_).text()) {
      return Found{row->name, *text, factor_between(row->name, setting.name), SettingOrigin::default_value};
    }
  }
  return std::nullopt;
}

std::optional<SettingValues::Found> SettingValues::look_up(const Setting& setting, std::string_view listener) const {
  if (!listener.empty()) {
    if (const Entry* entry = listener_entry_of(listener, setting.name)) {
      return Found{entry->name, entry->value, 1, entry->origin};
    }
  }
  if (const Entry* entry = entry_of(setting.name)) return Found{setting.name, entry->value, 1, entry->origin};
  const SettingValues* node = scope_ == SettingScope::node ? this : node_;
  if (node != nullptr) {
    Names names(setting.fallbacks);
    for (std::string_view name = names.next(); !name.empty(); name = names.next()) {
      if (const Entry* entry = node->entry_of(name)) {
        return Found{entry->name, entry->value, factor_between(name, setting.name), entry->origin};
      }
    }
  }
  return look_up_default(setting);
}

SettingOrigin SettingValues::origin(std::string_view name) const {
  const std::optional<Found> found = look_up(row_of(scope_, name), {});
  return found ? found->origin : SettingOrigin::default_value;
}

void SettingValues::add_synonyms(const Setting& setting, std::vector<SettingSynonym>& into) const {
  const auto shown = [&](std::string_view value) {
    return setting.is_sensitive() ? std::nullopt : std::optional(std::string(value));
  };
  for (auto at = first_of(setting.name); at != entries_.end() && at->name == setting.name; ++at) {
    into.push_back({at->name, shown(at->value), at->origin});
  }
}

SettingDescription SettingValues::describe(const Setting& setting) const {
  SettingDescription result{&setting, std::string(setting.name), std::nullopt, SettingOrigin::default_value, false};
  result.read_only = setting.mutability == SettingMutability::read_only;
  if (const std::optional<Found> found = look_up(setting, {})) {
    result.origin = found->origin;
    if (!setting.is_sensitive()) {
      result.value = found->factor == 1 ? std::string(found->text) : std::to_string(*read<int64_t>(*found));
    }
  }
  return result;
}

std::vector<SettingSynonym> SettingValues::synonyms(const Setting& setting) const {
  std::vector<SettingSynonym> result;
  add_synonyms(setting, result);
  const SettingValues* node = scope_ == SettingScope::node ? this : node_;
  Names names(setting.fallbacks);
  for (std::string_view name = names.next(); !name.empty() && node != nullptr; name = names.next()) {
    node->add_synonyms(*find_setting(SettingScope::node, name), result);
  }
  if (const std::optional<Found> last = look_up_default(setting)) {
    result.push_back({std::string(last->name),
                      setting.is_sensitive() ? std::nullopt : std::optional(std::string(last->text)),
                      SettingOrigin::default_value});
  }
  return result;
}

std::vector<const Setting*> SettingValues::missing() const {
  std::vector<const Setting*> result;
  for (const Setting& setting : all_settings()) {
    if (setting.in(scope_) && setting.default_for(profile_).is_required() && entry_of(setting.name) == nullptr) {
      result.push_back(&setting);
    }
  }
  return result;
}

template <>
std::optional<bool> SettingValues::read<bool>(const Found& found) {
  const auto value = read_boolean(found.text);
  OTTLA_ASSERT(value.has_value(), found.name);
  return value;
}

template <>
std::optional<int64_t> SettingValues::read<int64_t>(const Found& found) {
  const auto value = read_integer(found.text);
  OTTLA_ASSERT(value.has_value(), found.name);
  return converted(*value, found.factor);
}

template <>
std::optional<double> SettingValues::read<double>(const Found& found) {
  const auto value = read_double(found.text);
  OTTLA_ASSERT(value.has_value(), found.name);
  return value;
}

template <>
std::optional<std::string_view> SettingValues::read<std::string_view>(const Found& found) {
  return found.text;
}

template <>
std::optional<SettingList> SettingValues::read<SettingList>(const Found& found) {
  return SettingList(found.text);
}

}  // namespace ottla
