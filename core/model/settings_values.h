// Settings somebody gave values to, and what holds for the rest.
//
//   SettingValues node(SettingScope::node, SettingProfile::node);
//   OTTLA_TRY(const Setting* row, node.set("log.retention.hours", "24", SettingOrigin::start));
//   SettingValues topic(SettingScope::topic, SettingProfile::node, &node);
//   topic.get(settings::kRetentionMs)                     86400000
//
// A value that goes in was read, bounded and not refused, so what comes out cannot be wrong. Look-ups are binary searches
// and allocate nothing; what asks often (an append, a fetch) keeps the numbers and asks again when settings change.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/assert.h"
#include "core/base/result.h"
#include "core/model/settings.h"

namespace ottla {

// Who said so, with the numbers DescribeConfigs answers. Of two that speak of the same setting the smaller number wins.
enum class SettingOrigin : int8_t {
  topic = 1,           // the topic's own settings
  this_broker = 2,     // changed while it ran, for one broker
  all_brokers = 3,     // changed while it ran, for every broker
  start = 4,           // file and command line
  default_value = 5,   // nobody
  client_metrics = 7,  // the subscription's own settings
  group = 8            // the group's own settings
};
std::string_view origin_name(SettingOrigin origin);

// A setting and the type its value is read as. Handles of what the broker reads are in settings_handles.h; a handle that
// does not fit its row is a bug, found at its first use and by a test of all of them.
template <class T>
struct SettingHandle {
  SettingScope scope;
  std::string_view name;
};

struct SettingSynonym {
  std::string name;
  std::optional<std::string> value;  // nothing when null or sensitive
  SettingOrigin origin;
};

// What DescribeConfigs tells of a setting.
struct SettingDescription {
  const Setting* setting;
  std::string name;
  std::optional<std::string> value;
  SettingOrigin origin;
  bool read_only;
};

class SettingValues {
 public:
  // `node`: the node's values, which a topic or group without its own falls back to. It must outlive this; what changes in
  // it shows here at once. Without it the profile's defaults hold.
  SettingValues(SettingScope scope, SettingProfile profile, const SettingValues* node = nullptr)
      : scope_(scope), profile_(profile), node_(node) {}

  // Takes a value, prefixed names too. Returns its row: a caller warns when that has no effect. Fails, changing nothing,
  // when name or value is wrong or refused, or when `origin` may not change it while the node runs.
  Result<const Setting*, SettingError> set(std::string_view name, std::string_view value, SettingOrigin origin);
  // Forgets what `origin` said; false when it had said nothing.
  bool unset(std::string_view name, SettingOrigin origin);

  // The value that holds. get() is for settings that have one, find() for those that may be null. With a listener, what
  // was set for that listener goes before.
  template <class T>
  [[nodiscard]] T get(const SettingHandle<T>& handle, std::string_view listener = {}) const {
    const std::optional<T> value = find(handle, listener);
    OTTLA_ASSERT(value.has_value(), handle.name);
    return *value;
  }
  template <class T>
  [[nodiscard]] std::optional<T> find(const SettingHandle<T>& handle, std::string_view listener = {}) const {
    const std::optional<Found> found = look_up(row_of(handle.scope, handle.name), listener);
    return found ? read<T>(*found) : std::nullopt;
  }

  // What `origin` said, by name; sensitive values too.
  [[nodiscard]] std::map<std::string, std::string, std::less<>> said_by(SettingOrigin origin) const;

  // Who said what holds.
  [[nodiscard]] SettingOrigin origin(std::string_view name) const;
  [[nodiscard]] SettingDescription describe(const Setting& setting) const;
  // Every value that was given or is a default, the one that holds first.
  [[nodiscard]] std::vector<SettingSynonym> synonyms(const Setting& setting) const;
  // Settings that must be set and were not.
  [[nodiscard]] std::vector<const Setting*> missing() const;

  [[nodiscard]] SettingScope scope() const { return scope_; }
  [[nodiscard]] SettingProfile profile() const { return profile_; }

 private:
  struct Entry {
    std::string name;  // as written, prefix included
    SettingOrigin origin;
    const Setting* setting;
    std::string value;
  };
  // A value, and what turns it into the unit of the setting that was asked for (hours into milliseconds).
  struct Found {
    std::string_view name;
    std::string_view text;
    int64_t factor;
    SettingOrigin origin;
  };

  [[nodiscard]] std::vector<Entry>::const_iterator first_of(std::string_view name) const;
  [[nodiscard]] const Entry* entry_of(std::string_view name) const;
  [[nodiscard]] const Entry* listener_entry_of(std::string_view listener, std::string_view name) const;
  [[nodiscard]] const Setting& row_of(SettingScope scope, std::string_view name) const;
  [[nodiscard]] std::optional<Found> look_up(const Setting& setting, std::string_view listener) const;
  [[nodiscard]] std::optional<Found> look_up_default(const Setting& setting) const;
  void add_synonyms(const Setting& setting, std::vector<SettingSynonym>& into) const;
  template <class T>
  static std::optional<T> read(const Found& found);

  SettingScope scope_;
  SettingProfile profile_;
  const SettingValues* node_;
  std::vector<Entry> entries_;  // by name, then origin
};

template <>
std::optional<bool> SettingValues::read<bool>(const Found& found);
template <>
std::optional<int64_t> SettingValues::read<int64_t>(const Found& found);
template <>
std::optional<double> SettingValues::read<double>(const Found& found);
template <>
std::optional<std::string_view> SettingValues::read<std::string_view>(const Found& found);
template <>
std::optional<SettingList> SettingValues::read<SettingList>(const Found& found);

}  // namespace ottla
