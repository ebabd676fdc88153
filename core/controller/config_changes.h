// Changing settings of resources, whichever request asks: what may be said of which resource, and what the values must be
// together. Used by AlterConfigs, IncrementalAlterConfigs and CreateTopics.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/controller/operation.h"

namespace ottla {

// What a resource's settings shall be: a value, or nothing to return to the default.
using ConfigChanges = std::map<std::string, std::optional<std::string>, std::less<>>;

// Whether settings can belong to such a resource at all, by its type and name.
Refusal check_resource(const MetadataImage& image, int8_t type, std::string_view name);

// Holds the resource's settings, `changes` applied, against the table of settings. `fresh`: it does not exist yet.
Refusal check_changes(const Operation& operation, const ConfigResource& resource, const ConfigChanges& changes);

// One record for each change that is one.
void add_changes(Operation& operation, const ConfigResource& resource, const ConfigChanges& changes);

// The value that a list has before entries are added to or taken from it: its own, or what holds instead.
std::string list_value(const Operation& operation, const ConfigResource& resource, std::string_view name);

// The row that names a list; null when it does not.
bool is_list(const ConfigResource& resource, std::string_view name);

SettingScope scope_of(ConfigResource::Type type);

}  // namespace ottla
