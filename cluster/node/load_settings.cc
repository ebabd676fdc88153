#include "cluster/node/load_settings.h"

#include "core/io/whole_file.h"
#include "core/model/limits.h"
#include "core/model/settings_load.h"
#include "core/os/posix_disk.h"

namespace ottla {
namespace {

void load_file(const std::string& path, LoadedSettings& loaded) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (!is_disk_path(name) || name.empty()) {
    loaded.errors.push_back(path + ": is no file");
    return;
  }
  const auto disk = PosixDisk::open(folder);
  if (!disk.ok()) {
    loaded.errors.push_back(describe(disk.error(), path));
    return;
  }
  const auto bytes = read_whole_file(**disk, name, limits::kPropertiesSizeMax);
  if (!bytes.ok()) {
    loaded.errors.push_back(describe(bytes.error(), path));
    return;
  }
  const auto properties = parse_properties(bytes->view().text());
  if (!properties.ok()) {
    const std::string line =
        properties.error().line == 0 ? "" : " line " + std::to_string(properties.error().line) + ":";
    loaded.errors.push_back(path + ":" + line + " " + properties.error().text);
    return;
  }
  const SettingReport report = load_settings(loaded.values, *properties);
  for (const SettingError& error : report.errors) loaded.errors.push_back(path + ": " + error.text);
  for (const std::string& warning : report.warnings) loaded.warnings.push_back(path + ": " + warning);
}

void assign(const std::string& assignment, LoadedSettings& loaded) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    loaded.errors.push_back("--set " + assignment + ": expects name=value");
    return;
  }
  const std::string_view name = trim_blanks(std::string_view(assignment).substr(0, equals));
  const std::string_view value = trim_blanks(std::string_view(assignment).substr(equals + 1));
  const auto set = loaded.values.set(name, value, SettingOrigin::start);
  if (!set.ok()) {
    loaded.errors.push_back("--set: " + set.error().text);
  } else if (set.value()->support == SettingSupport::no_effect) {
    loaded.warnings.push_back("--set: " + std::string(name) +
                              " has no effect: " + std::string(set.value()->support_reason));
  }
}

}  // namespace

LoadedSettings load_node_settings(const SettingsSource& source) {
  LoadedSettings loaded;
  if (source.file) load_file(*source.file, loaded);
  for (const std::string& assignment : source.assignments) assign(assignment, loaded);
  if (!loaded.errors.empty()) return loaded;
  for (const SettingError& error : check_node_settings(loaded.values)) loaded.errors.push_back(error.text);
  return loaded;
}

}  // namespace ottla
