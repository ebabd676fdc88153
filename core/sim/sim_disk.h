// A Disk in memory that breaks like a real one, repeatably: the same seed and the same calls give the same bytes, the
// same errors and the same ruin. core/io/disk.h says what may survive a crash; this disk uses every freedom given
// there.
//
//   SimDisk disk(seed);
//   ...                                    // a broker works on it
//   disk.cut_power_after(17);              // the 17th change from now is the last, half done
//   ...                                    // everything fails with io
//   disk.crash();                          // loses, keeps, tears and reorders what was not synced
//   ...                                    // a new broker recovers from it
//
// What was open when it crashed answers io for ever; it may be destroyed at leisure. README.md says which fault stands
// for what in the world.
//
// One thread: the simulator has no other. This is the one promise of Disk that it does not need to keep.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/prng.h"
#include "core/io/disk.h"
#include "core/sim/sim_directory.h"
#include "core/sim/sim_faults.h"
#include "core/sim/sim_history.h"

namespace ottla::sim {

class SimDisk final : public Disk {
 public:
  explicit SimDisk(uint64_t seed, SimDiskOptions options = {});
  ~SimDisk() override;

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
  IoResult<DiskSpace> space() override;
  IoResult<std::unique_ptr<DirectoryLock>> lock() override;
  [[nodiscard]] std::string_view name() const override { return "sim"; }

  // --- Crashes
  // The power is cut and comes back: what was synced is there, of the rest some. Nothing is open, locked or cached.
  CrashReport crash();
  // The next `change_count` changes (any operation but reads, open, list, status, space and lock) happen. The one after
  // them happens in memory only and its caller hears io, as does every later caller until crash().
  void cut_power_after(uint64_t change_count) { changes_left_ = change_count; }
  [[nodiscard]] bool has_power() const { return powered_; }
  // Changes ever done: a test runs once to learn how many there are, then again with a cut after each.
  [[nodiscard]] uint64_t change_count() const { return change_count_; }

  // --- Faults
  SimFaults& faults() { return faults_; }
  void set_capacity(int64_t capacity) { space_.capacity = capacity; }
  void set_read_only(bool read_only) { read_only_ = read_only; }
  void set_would_block_per_mille(uint32_t chance) { options_.would_block_per_mille = chance; }
  void set_files_open_max(uint32_t count) { options_.files_open_max = count; }
  // The kernel writes the file's dirty pages in its own time and the device refuses some: nobody hears of it before
  // the next sync of a File that is open now. False when there is no such file.
  bool fail_write_back(std::string_view path);

  // --- Damage on the medium: seen where the cache does not hold the page. False when the medium has no such byte.
  bool flip_bit(std::string_view path, int64_t position, unsigned bit);
  bool zero_page(std::string_view path, int64_t position);
  // Everything clean leaves the cache.
  void drop_cache();

  // --- Looking on
  [[nodiscard]] const SimCounters& counters() const { return history_.counters(); }
  [[nodiscard]] uint64_t trace_hash() const { return history_.trace_hash(); }
  [[nodiscard]] std::string history() const { return history_.text(); }
  [[nodiscard]] size_t files_open_count() const { return files_open_.size(); }

 private:
  friend class SimOpenFile;
  friend class SimLock;

  // Every operation starts with begin(), which counts it and says whether it goes on, and ends with fail() or, where it
  // changed something, with end(), which is where a cut of the power is noticed.
  IoResult<> begin(IoOperation operation, std::string_view path, int64_t position = 0, int64_t size = 0);
  IoResult<> end(IoOperation operation);
  Failure<IoError> fail(IoError::Code code, IoOperation operation);
  static bool changes(IoOperation operation);
  // A failure of these leaves something behind, so they ask for faults themselves.
  static bool fails_on_its_own(IoOperation operation);

  IoResult<std::shared_ptr<SimDirectory>> directory_at(std::string_view path, IoOperation operation);
  IoResult<SimNode> node_at(std::string_view path, IoOperation operation);
  std::shared_ptr<SimFile> file_named(std::string_view path);
  // Files that an operation on all of the disk is about: the named ones in order, then those that only a File holds.
  [[nodiscard]] std::vector<SimFile*> all_files() const;
  IoResult<FilePtr> open_node(std::shared_ptr<SimFile> file, std::string_view path, Access access,
                              IoOperation operation);

  SimDiskOptions options_;
  Prng prng_;
  SimSpace space_;
  SimFaults faults_;
  SimHistory history_;
  std::shared_ptr<SimDirectory> root_;
  std::optional<uint64_t> changes_left_;
  uint64_t change_count_ = 0;
  uint64_t boot_ = 1;                 // counts up at a crash: what was open before is of no use after
  uint32_t holders_ = 0;              // Files and locks that refer to this disk, useless ones included
  std::vector<SimFile*> files_open_;  // once for each File since the last crash, in the order of opening
  uint64_t sync_all_errors_unseen_ = 0;
  bool powered_ = true;
  bool read_only_ = false;
  bool locked_ = false;
};

}  // namespace ottla::sim
