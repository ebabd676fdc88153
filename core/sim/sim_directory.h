// Names in the simulated file system, twice: as processes see them, and as a power cut would leave them, with the list
// of changes in between.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/prng.h"
#include "core/sim/sim_pages.h"

namespace ottla::sim {

class SimDirectory;

// Room on the disk, shared by its files.
struct SimSpace {
  int64_t capacity = 0;
  int64_t used = 0;
  [[nodiscard]] int64_t available() const { return capacity > used ? capacity - used : 0; }
};

// What a file is without its name.
class SimFile {
 public:
  explicit SimFile(SimSpace& space) : space_(space) {}
  SimFile(const SimFile&) = delete;
  SimFile& operator=(const SimFile&) = delete;
  ~SimFile() { space_.used -= accounted_; }

  SimPages pages;
  bool has_name = false;
  uint32_t open_count = 0;
  int64_t reserved = 0;       // up to this size it grows without asking for room
  uint32_t write_errors = 0;  // counts failures to reach the medium; an open file that has seen fewer tells the next

  // How much of `size` bytes would have to be found on the disk.
  [[nodiscard]] int64_t growth_to(int64_t size) const { return size > accounted_ ? size - accounted_ : 0; }
  // Brings the room in use up to date, after every change of size, reservation, name or holder. A file without name and
  // holder needs none, though a crash may yet bring it back.
  void account() {
    const int64_t extent = reserved > pages.size() ? reserved : pages.size();
    const int64_t now = has_name || open_count > 0 ? extent : 0;
    space_.used += now - accounted_;
    accounted_ = now;
  }

 private:
  SimSpace& space_;
  int64_t accounted_ = 0;
};

// What a name means: a file or a directory. Only ever compared for being the same one, never ordered.
struct SimNode {
  std::shared_ptr<SimFile> file;
  std::shared_ptr<SimDirectory> directory;

  [[nodiscard]] bool is_directory() const { return directory != nullptr; }
  friend bool operator==(const SimNode&, const SimNode&) = default;
};

class SimDirectory {
 public:
  using Names = std::map<std::string, SimNode, std::less<>>;

  [[nodiscard]] const Names& names() const { return names_; }
  [[nodiscard]] const SimNode* find(std::string_view name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : &found->second;
  }

  void add(std::string_view name, SimNode node);
  void remove(std::string_view name);
  void rename(std::string_view from, std::string_view to);  // replaces `to`

  // Every change so far survives from here on.
  void sync();
  // This directory and all below.
  void sync_tree();

  // The power went. Each change is kept or lost; a change is lost whenever an earlier one of the same name or the same
  // file is, for that is all the order that file systems keep. Then the same for the bytes of what is still there, and
  // for the directories that still have a name.
  void crash(const CrashMoods& moods, Prng& prng, CrashReport& report);

  // Calls `visit(SimFile&)` for every file that has a name, here and below, in order.
  template <class Visit>
  void for_each_file(Visit&& visit) const {
    for (const auto& [name, node] : names_) {
      if (node.is_directory()) {
        node.directory->for_each_file(visit);
      } else {
        visit(*node.file);
      }
    }
  }

 private:
  // A change of names that no sync has covered: `from` loses its meaning, `to` gets it; either may be empty.
  struct Change {
    std::string from;
    std::string to;
    SimNode node;
  };
  static void give_name(const SimNode& node, bool has_name);
  static void apply(Names& names, const Change& change);
  void crash_names(CrashMood mood, Prng& prng, CrashReport& report);

  Names names_;
  Names durable_;
  std::vector<Change> changes_;
};

}  // namespace ottla::sim
