#include "core/sim/sim_directory.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/base/assert.h"

namespace ottla::sim {

void SimDirectory::apply(Names& names, const Change& change) {
  if (!change.from.empty()) names.erase(change.from);
  if (!change.to.empty()) names.insert_or_assign(change.to, change.node);
}

void SimDirectory::give_name(const SimNode& node, bool has_name) {
  if (node.file == nullptr) return;
  node.file->has_name = has_name;
  node.file->account();
}

void SimDirectory::add(std::string_view name, SimNode node) {
  OTTLA_ASSERT(find(name) == nullptr, name);
  give_name(node, true);
  changes_.push_back({.from = {}, .to = std::string(name), .node = std::move(node)});
  apply(names_, changes_.back());
}

void SimDirectory::remove(std::string_view name) {
  const SimNode* node = find(name);
  OTTLA_ASSERT(node != nullptr, name);
  give_name(*node, false);
  changes_.push_back({.from = std::string(name), .to = {}, .node = *node});
  apply(names_, changes_.back());
}

void SimDirectory::rename(std::string_view from, std::string_view to) {
  const SimNode* node = find(from);
  OTTLA_ASSERT(node != nullptr && from != to, from);
  if (const SimNode* replaced = find(to); replaced != nullptr) give_name(*replaced, false);
  changes_.push_back({.from = std::string(from), .to = std::string(to), .node = *node});
  apply(names_, changes_.back());
}

void SimDirectory::sync() {
  for (const Change& change : changes_) apply(durable_, change);
  changes_.clear();
}

void SimDirectory::sync_tree() {
  sync();
  for (const auto& [name, node] : names_) {
    if (node.is_directory()) node.directory->sync_tree();
  }
}

void SimDirectory::crash_names(CrashMood mood, Prng& prng, CrashReport& report) {
  std::set<std::string_view> lost_names;
  std::vector<const SimNode*> lost_nodes;
  const auto depends_on_lost = [&](const Change& change) {
    return (!change.from.empty() && lost_names.contains(change.from)) ||
           (!change.to.empty() && lost_names.contains(change.to)) ||
           std::any_of(lost_nodes.begin(), lost_nodes.end(), [&](const SimNode* lost) { return *lost == change.node; });
  };
  for (const Change& change : changes_) {
    if (!depends_on_lost(change) && prng.chance(mood.keep_per_mille, 1000)) {
      ++report.names_kept;
      apply(durable_, change);
      continue;
    }
    ++report.names_lost;
    if (!change.from.empty()) lost_names.insert(change.from);
    if (!change.to.empty()) lost_names.insert(change.to);
    lost_nodes.push_back(&change.node);
  }
  changes_.clear();
  names_ = durable_;
}

void SimDirectory::crash(const CrashMoods& moods, Prng& prng, CrashReport& report) {
  crash_names(moods.names, prng, report);
  for (const auto& [name, node] : names_) {
    if (node.is_directory()) {
      node.directory->crash(moods, prng, report);
      continue;
    }
    SimFile& file = *node.file;
    file.pages.crash(moods, prng, report);
    file.has_name = true;
    file.open_count = 0;
    file.reserved = 0;
    file.write_errors = 0;
    file.account();
  }
}

}  // namespace ottla::sim
