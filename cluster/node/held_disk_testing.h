// A Disk that holds back what was not synced: a killed process loses it, as a power cut would. (The system's own page cache
// outlives the process, so killing one over a PosixDisk proves nothing of its syncs.)
//
// What it shows is in memory: a tree of names, and the bytes of each file that was written. Beneath lies another Disk,
// which hears of things late:
//
//   bytes and sizes   at File::sync()
//   names             at sync_directory(), in the order in which they came to be. Until then a new file or folder lies
//                     there under a name of kHeld, and the next open() removes it.
//
// It takes the strictest of the liberties that disk.h leaves, and no other: the simulated disk (core/sim) takes them all.
// For small files: an open one that was written is in memory as a whole.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/io/disk.h"

namespace ottla {

class HeldDisk final : public Disk {
 public:
  static constexpr std::string_view kHeld = ".held-";  // and a number

  // Reads all names. `base` is nobody else's.
  static IoResult<std::unique_ptr<HeldDisk>> open(std::unique_ptr<Disk> base);

  IoResult<FilePtr> create(std::string_view path) override;
  IoResult<FilePtr> open(std::string_view path, Access access) override;
  IoResult<> rename(std::string_view from, std::string_view to) override;
  IoResult<> unlink(std::string_view path) override;
  IoResult<> make_directory(std::string_view path) override;
  IoResult<> remove_directory(std::string_view path) override;
  IoResult<std::vector<DirectoryEntry>> list(std::string_view path) override;
  IoResult<FileStatus> status(std::string_view path) override;
  IoResult<> sync_directory(std::string_view path) override;
  IoResult<> sync_all() override;
  IoResult<DiskSpace> space() override { return base_->space(); }
  IoResult<std::unique_ptr<DirectoryLock>> lock() override { return base_->lock(); }
  [[nodiscard]] std::string_view name() const override { return base_->name(); }

 private:
  class Content;   // of a file, whatever it is called
  class HeldFile;  // one that is open
  struct Folder;
  struct Entry {  // one of the two
    std::shared_ptr<Content> file;
    std::shared_ptr<Folder> folder;
  };
  // A change of names in a folder that the base has not heard of.
  struct Change {
    enum class Kind : uint8_t { add, rename, remove };
    Kind kind;
    Entry entry;
    std::string name;  // for rename: the new one
  };
  struct Folder {
    std::map<std::string, Entry, std::less<>> entries;
    std::vector<Change> changes;
    const Folder* parent = nullptr;  // null: the data directory
    std::string base_name;
    [[nodiscard]] std::string base_path(std::string_view entry = {}) const;
  };

  explicit HeldDisk(std::unique_ptr<Disk> base) : base_(std::move(base)) {}
  IoResult<> read_names(Folder& folder);
  IoResult<> remove_from_base(const std::string& path, bool is_directory);
  IoResult<Folder*> folder_at(std::string_view path, IoOperation operation);
  IoResult<Folder*> folder_for_new(std::string_view path, IoOperation operation);
  IoResult<Entry> entry_at(std::string_view path, IoOperation operation);
  IoResult<> remove(std::string_view path, IoOperation operation);
  std::string held_name() { return std::string(kHeld) + std::to_string(next_held_++); }
  IoResult<> tell_base(Folder& folder);
  IoResult<> tell_base(const Folder& folder, const Change& change);
  IoResult<> sync_below(Folder& folder);

  std::unique_ptr<Disk> base_;
  std::mutex mutex_;  // of all names
  Folder root_;
  uint64_t next_held_ = 1;
};

}  // namespace ottla
