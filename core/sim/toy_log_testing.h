// A small write-ahead log, written by the book, and the ways to get it wrong. It is not Ottla's log: it is how we know
// that the simulated disk punishes the mistakes that storage code makes. Each bug is one step left out or one too many.
//
// Records go to "wal/<n>"; now and then a new file is begun, "manifest" is replaced so that it names that one too and no
// longer the oldest, and the oldest is unlinked. A record is a size, a checksum, its number and its body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/disk.h"

namespace ottla::sim {

enum class ToyBug : uint8_t {
  none,
  acknowledge_before_sync,
  create_without_directory_sync,    // the new file has no durable name
  rename_without_directory_sync,    // of the manifest, though the unlink of what it no longer names relies on it
  rename_without_file_sync,         // of the manifest's bytes
  no_checksum_on_the_tail,          // the size of a record is believed
  torn_tail_kept,                   // recovery appends behind it
  truncate_without_sync,            // the tail that was cut off may come back behind what was appended since
  believe_the_cache_after_failure,  // a sync that failed is tried again, and the second answer taken
};

class ToyLog {
 public:
  struct Recovered {
    uint64_t first_number = 0;
    std::vector<std::string> bodies;  // of records first_number, first_number + 1, ...
  };

  ToyLog(Disk& disk, ToyBug bug) : disk_(disk), bug_(bug) {}

  // What is there, as far as it is whole; then ready to append. Starts an empty log on an empty disk.
  IoResult<Recovered> recover();
  IoResult<> append(std::string_view body);
  // What was appended is durable.
  IoResult<> acknowledge();
  IoResult<> roll();

 private:
  static constexpr size_t kFilesMax = 3;
  struct WalFile {
    uint64_t number = 0;
    uint64_t first_number = 0;
  };
  static std::string path_of(const WalFile& file) { return "wal/" + std::to_string(file.number); }
  IoResult<> sync_tail();
  IoResult<> begin_file(uint64_t number);
  IoResult<> write_manifest();
  IoResult<> read_manifest();
  IoResult<> recover_file(const WalFile& file, Recovered& found);

  Disk& disk_;
  ToyBug bug_;
  std::vector<WalFile> files_;
  FilePtr tail_;
  int64_t end_ = 0;
  uint64_t next_number_ = 0;
};

}  // namespace ottla::sim
