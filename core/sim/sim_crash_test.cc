// What a crash of the simulated disk leaves: everything that was promised, and of the rest each thing that the world does.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/io/disk_test_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla::sim {
namespace {

constexpr uint64_t kSeeds = 400;

void write(File& file, int64_t position, std::string_view text) {
  ASSERT_TRUE(file.write(position, BytesView::of(text)).ok());
}
FilePtr create(SimDisk& disk, std::string_view path, std::string_view content) {
  FilePtr file = disk.create(path).value();
  write(*file, 0, content);
  return file;
}
std::string content(SimDisk& disk, std::string_view path) {
  const auto bytes = read_whole_file(disk, path, 1 << 24);
  return bytes.ok() ? std::string(bytes->view().text()) : std::string(text(bytes.error().code()));
}
std::string names(SimDisk& disk, std::string_view path = "") {
  std::string out;
  const auto entries = disk.list(path);
  if (!entries.ok()) return std::string(text(entries.error().code()));
  for (const DirectoryEntry& entry : *entries) out += entry.name + " ";
  return out;
}
std::string page_of(char c) { return std::string(kPageSize, c); }

// What `story` leaves after a crash, over many seeds: outcome -> how often.
template <class Story>
std::map<std::string, int> outcomes(Story&& story) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SimDisk disk(seed, {.write_back_per_mille = 0});
    ++seen[story(disk)];
  }
  return seen;
}
std::set<std::string> keys(const std::map<std::string, int>& seen) {
  std::set<std::string> out;
  for (const auto& [outcome, count] : seen) out.insert(outcome);
  return out;
}
using Set = std::set<std::string>;

TEST(Crash, keeps_what_was_synced) {
  const auto seen = outcomes([](SimDisk& disk) {
    EXPECT_IO_OK(disk.make_directory("d"));
    EXPECT_IO_OK(disk.sync_directory(""));
    EXPECT_IO_OK(create(disk, "d/a", "kept")->sync());
    EXPECT_IO_OK(disk.sync_directory("d"));
    disk.crash();
    return content(disk, "d/a");
  });
  EXPECT_EQ(keys(seen), Set{"kept"});
}

TEST(Crash, keeps_everything_after_sync_all) {
  const auto seen = outcomes([](SimDisk& disk) {
    EXPECT_IO_OK(disk.make_directory("d"));
    create(disk, "d/a", "kept");
    create(disk, "b", "");
    EXPECT_IO_OK(disk.sync_all());
    disk.crash();
    return names(disk) + content(disk, "d/a");
  });
  EXPECT_EQ(keys(seen), Set{"b d kept"});
}

TEST(Crash, loses_a_synced_file_without_a_synced_name) {
  const auto seen = outcomes([](SimDisk& disk) {
    EXPECT_IO_OK(create(disk, "a", "bytes")->sync());
    disk.crash();
    return content(disk, "a");
  });
  EXPECT_EQ(keys(seen), (Set{"bytes", "no such file or directory"}));
}

TEST(Crash, loses_a_directory_with_all_that_was_synced_in_it) {
  const auto seen = outcomes([](SimDisk& disk) {
    EXPECT_IO_OK(disk.make_directory("d"));
    EXPECT_IO_OK(create(disk, "d/a", "bytes")->sync());
    EXPECT_IO_OK(disk.sync_directory("d"));
    disk.crash();
    return names(disk) + names(disk, "d");
  });
  EXPECT_EQ(keys(seen), (Set{"d a ", "no such file or directory"}));
}

TEST(Crash, treats_names_independently) {
  const auto seen = outcomes([](SimDisk& disk) {
    create(disk, "gone", "");
    EXPECT_IO_OK(disk.sync_directory(""));
    create(disk, "a", "");
    create(disk, "b", "");
    EXPECT_IO_OK(disk.unlink("gone"));
    disk.crash();
    return names(disk);
  });
  EXPECT_EQ(keys(seen), (Set{"", "a ", "b ", "a b ", "gone ", "a gone ", "b gone ", "a b gone "}));
}

TEST(Crash, keeps_the_order_of_one_name) {
  const auto seen = outcomes([](SimDisk& disk) {
    EXPECT_IO_OK(create(disk, "a", "old")->sync());
    EXPECT_IO_OK(disk.sync_directory(""));
    EXPECT_IO_OK(disk.unlink("a"));
    EXPECT_IO_OK(create(disk, "a", "new")->sync());
    disk.crash();
    return content(disk, "a");
  });
  EXPECT_EQ(keys(seen), (Set{"old", "new", "no such file or directory"}));
}

TEST(Crash, leaves_a_renamed_name_old_or_new_and_never_nothing) {
  const auto seen = outcomes([](SimDisk& disk) {
    EXPECT_IO_OK(create(disk, "a", "old")->sync());
    EXPECT_IO_OK(disk.sync_directory(""));
    EXPECT_IO_OK(create(disk, "b", "new")->sync());
    EXPECT_IO_OK(disk.rename("b", "a"));
    disk.crash();
    return names(disk) + content(disk, "a");
  });
  EXPECT_EQ(keys(seen), (Set{"a old", "a b old", "a new"}));
}

TEST(Crash, may_leave_a_renamed_file_without_its_bytes) {
  const auto seen = outcomes([](SimDisk& disk) {
    create(disk, "b", "new");
    EXPECT_IO_OK(disk.rename("b", "a"));
    EXPECT_IO_OK(disk.sync_directory(""));
    disk.crash();
    return content(disk, "a");
  });
  EXPECT_TRUE(keys(seen).contains(""));
  EXPECT_TRUE(keys(seen).contains(std::string(3, '\0'))) << "the size without the bytes";
  EXPECT_TRUE(keys(seen).contains("new"));
}

TEST(Crash, keeps_a_later_page_and_loses_an_earlier_one) {
  const auto seen = outcomes([](SimDisk& disk) {
    const FilePtr file = create(disk, "a", page_of('s'));
    EXPECT_IO_OK(file->sync());
    EXPECT_IO_OK(disk.sync_directory(""));
    write(*file, 4096, page_of('x') + page_of('y'));
    disk.crash();
    const std::string found = content(disk, "a");
    EXPECT_EQ(found.substr(0, kPageSize), page_of('s')) << "synced bytes stay";
    if (found == page_of('s')) return "all lost";
    if (found == page_of('s') + page_of('x') + page_of('y')) return "all kept";
    if (found == page_of('s') + page_of('\0') + page_of('y')) return "later kept, earlier lost";
    if (found == page_of('s') + page_of('\0') + page_of('\0')) return "size kept, bytes lost";
    if (found.size() % kSectorSize != 0) return "cut between sectors";
    return "torn";
  });
  EXPECT_EQ(keys(seen), (Set{"all lost", "all kept", "later kept, earlier lost", "size kept, bytes lost",
                             "cut between sectors", "torn"}));
}

TEST(Crash, tears_pages_between_sectors_and_within_them) {
  std::set<size_t> cuts;  // how far into its sector
  bool beginning_kept = false;
  bool end_kept = false;
  const auto seen = outcomes([&](SimDisk& disk) {
    const FilePtr file = create(disk, "a", page_of('o'));
    EXPECT_IO_OK(disk.sync_all());
    write(*file, 0, page_of('n'));
    disk.crash();
    std::string found = content(disk, "a");
    bool whole = true;
    for (size_t at = 1; at < found.size(); ++at) {
      if (found[at] == found[at - 1]) continue;
      cuts.insert(at % kSectorSize);
      if (at % kSectorSize == 0) continue;
      whole = false;
      (found[at] == 'o' ? beginning_kept : end_kept) = true;
    }
    return whole ? found : "torn within a sector";
  });
  EXPECT_GT(seen.size(), 20u) << "of the 256 ways to keep and lose whole sectors";
  EXPECT_GT(cuts.size(), 100u) << "any byte";
  EXPECT_TRUE(cuts.contains(0));
  EXPECT_TRUE(beginning_kept && end_kept);
}

TEST(Crash, tears_nothing_that_was_synced_beside_what_was_not) {
  const auto seen = outcomes([](SimDisk& disk) {
    const FilePtr file = create(disk, "a", std::string(520, 's'));
    EXPECT_IO_OK(disk.sync_all());
    write(*file, 520, std::string(500, 'n'));
    disk.crash();
    const std::string found = content(disk, "a");
    EXPECT_EQ(found.substr(0, 520), std::string(520, 's'));
    const std::string tail = found.substr(520);
    if (tail.find('n') == std::string::npos) return "lost";
    if (tail.find('\0') == std::string::npos) return "kept, or cut by the size";
    return tail[0] == 'n' ? "torn, the beginning kept" : "torn, the end kept";
  });
  EXPECT_EQ(keys(seen), (Set{"lost", "kept, or cut by the size", "torn, the beginning kept", "torn, the end kept"}));
}

TEST(Crash, may_undo_a_truncation_behind_what_was_appended_since) {
  const auto seen = outcomes([](SimDisk& disk) {
    const FilePtr file = create(disk, "a", page_of('1') + page_of('2') + page_of('3'));
    EXPECT_IO_OK(disk.sync_all());
    EXPECT_IO_OK(file->truncate(4096));
    write(*file, 4096, page_of('n'));
    disk.crash();
    const std::string found = content(disk, "a");
    EXPECT_EQ(found.substr(0, kPageSize), page_of('1'));
    return found == page_of('1') + page_of('n') + page_of('3') ? "old behind new" : "else";
  });
  EXPECT_EQ(keys(seen), (Set{"old behind new", "else"}));
}

TEST(Crash, may_leave_a_version_that_was_neither_first_nor_last) {
  Set seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SimDisk disk(seed, {.write_back_per_mille = 300});
    const FilePtr file = create(disk, "a", "1");
    EXPECT_IO_OK(disk.sync_all());
    write(*file, 0, "2");
    write(*file, 0, "3");
    disk.crash();
    seen.insert(content(disk, "a"));
  }
  EXPECT_EQ(seen, (Set{"1", "2", "3"}));
}

TEST(Crash, makes_everything_open_useless) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", "abc");
  const auto lock = disk.lock();
  EXPECT_IO_OK(disk.sync_all());
  EXPECT_EQ(disk.files_open_count(), 1u);
  disk.crash();
  EXPECT_EQ(disk.files_open_count(), 0u);
  std::array<uint8_t, 3> out{};
  EXPECT_IO_ERROR(io, file->read(0, out));
  EXPECT_IO_ERROR(io, file->write(3, BytesView::of("d")));
  EXPECT_IO_ERROR(io, file->sync());
  EXPECT_IO_OK(disk.lock());
  EXPECT_EQ(content(disk, "a"), "abc");
}

TEST(Crash, gives_back_the_room_of_what_it_lost) {
  SimDisk disk(3, {.capacity = 1'000'000});
  for (int i = 0; i < 20; ++i) create(disk, "f" + std::to_string(i), page_of('x'));
  disk.crash();
  int64_t used = 0;
  const std::vector<DirectoryEntry> left = disk.list("").value();
  for (const DirectoryEntry& entry : left) used += disk.status(entry.name)->size;
  EXPECT_LT(used, 20 * 4096);
  EXPECT_EQ(disk.space()->available, 1'000'000 - used);
}

TEST(PowerCut, lets_exactly_so_many_changes_happen) {
  SimDisk disk(1);
  disk.cut_power_after(2);
  EXPECT_IO_OK(disk.make_directory("d"));
  EXPECT_IO_OK(disk.sync_directory(""));
  EXPECT_IO_OK(disk.list(""));
  EXPECT_IO_ERROR(io, disk.sync_directory(""));
  EXPECT_FALSE(disk.has_power());
  EXPECT_IO_ERROR(io, disk.list(""));
  EXPECT_IO_ERROR(io, disk.create("a"));
  disk.crash();
  EXPECT_TRUE(disk.has_power());
  EXPECT_EQ(names(disk), "d ");
  EXPECT_EQ(disk.change_count(), 3u);
}

TEST(PowerCut, at_any_step_of_a_replacement_leaves_old_or_new) {
  Set seen;
  uint64_t cases = 0;
  for (uint64_t cut = 0; cut < 8; ++cut) {
    for (uint64_t seed = 1; seed <= 100; ++seed) {
      SimDisk disk(seed);
      const std::string old_bytes(6'000, 'o');
      const std::string new_bytes(9'000, 'n');
      EXPECT_IO_OK(replace_file(disk, "checkpoint", BytesView::of(old_bytes)));
      disk.cut_power_after(cut);
      const bool done = replace_file(disk, "checkpoint", BytesView::of(new_bytes)).ok();
      disk.crash();
      const std::string found = content(disk, "checkpoint");
      ASSERT_TRUE(found == new_bytes || (found == old_bytes && !done)) << "seed " << seed << "\n" << disk.history();
      seen.insert(std::string(done ? "done " : "cut ") + found[0]);
      EXPECT_IO_OK(replace_file(disk, "checkpoint", BytesView::of("again")));
      EXPECT_EQ(content(disk, "checkpoint"), "again");
      ++cases;
    }
  }
  EXPECT_EQ(cases, 800u);
  EXPECT_EQ(seen, (Set{"cut n", "cut o", "done n"}));
}

// Random work on one file against what may be there: for each byte the versions since it was last synced.
TEST(Crash, leaves_of_each_byte_only_what_it_has_been_since_the_last_sync) {
  EXPECT_TRUE(rc::check([] {
    SimDisk disk(*rc::gen::arbitrary<uint64_t>(), {.write_back_per_mille = 200});
    Prng prng(*rc::gen::arbitrary<uint64_t>());
    const FilePtr file = create(disk, "a", "");
    RC_ASSERT(disk.sync_all().ok());
    std::string now;
    std::vector<std::set<char>> may_be;  // by position; grows only
    size_t size_least = 0;
    size_t size_most = 0;
    char stamp = 'a';
    const auto synced = [&] {
      may_be.clear();
      for (const char c : now) may_be.push_back({c});
      size_least = size_most = now.size();
    };
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i) {
      const uint64_t kind = prng.below(8);
      if (kind == 0) {
        RC_ASSERT(file->sync().ok());
        synced();
      } else if (kind == 1) {
        now.resize(prng.below(now.size() + 1));
        RC_ASSERT(file->truncate(static_cast<int64_t>(now.size())).ok());
        for (size_t at = now.size(); at < may_be.size(); ++at) may_be[at].insert('\0');
      } else {
        const size_t position = prng.chance(3, 4) ? now.size() : prng.below(now.size() + 1);
        const std::string text(1 + prng.below(6'000), stamp++);
        RC_ASSERT(file->write(static_cast<int64_t>(position), BytesView::of(text)).ok());
        now.replace(position, text.size(), text);
        if (may_be.size() < now.size()) may_be.resize(now.size(), {'\0'});
        for (size_t at = position; at < position + text.size(); ++at) may_be[at].insert(now[at]);
      }
      size_least = std::min(size_least, now.size());
      size_most = std::max(size_most, now.size());
    }
    disk.crash();
    const std::string found = content(disk, "a");
    RC_ASSERT(found.size() >= size_least);
    RC_ASSERT(found.size() <= size_most);
    for (size_t at = 0; at < found.size(); ++at) RC_ASSERT(may_be[at].contains(found[at]));
  }));
}

}  // namespace
}  // namespace ottla::sim
