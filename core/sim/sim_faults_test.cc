// What a SimDisk does when it is told to break without crashing.
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "core/io/disk_test_testing.h"
#include "core/sim/sim_disk.h"

namespace ottla::sim {
namespace {

FilePtr create(SimDisk& disk, std::string_view path, std::string_view content) {
  FilePtr file = disk.create(path).value();
  EXPECT_IO_OK(file->write(0, BytesView::of(content)));
  return file;
}
std::string content(SimDisk& disk, std::string_view path) {
  const auto bytes = read_whole_file(disk, path, 1 << 24);
  return bytes.ok() ? std::string(bytes->view().text()) : std::string(text(bytes.error().code()));
}

TEST(FaultRule, fails_the_nth_operation_of_its_kind_once) {
  SimDisk disk(1);
  disk.faults().add({.operation = IoOperation::rename, .nth = 2, .code = IoError::denied});
  create(disk, "a", "");
  EXPECT_IO_OK(disk.rename("a", "b"));
  EXPECT_IO_ERROR(denied, disk.rename("b", "c"));
  EXPECT_IO_OK(disk.rename("b", "c"));
  EXPECT_EQ(disk.faults().hit_count(), 1u);
}

TEST(FaultRule, fails_for_ever_until_mended_and_only_where_it_applies) {
  SimDisk disk(1);
  disk.faults().add({.operation = IoOperation::create, .for_ever = true, .path_contains = ".index"});
  create(disk, "0.log", "");
  EXPECT_IO_ERROR(io, disk.create("0.index"));
  EXPECT_IO_ERROR(io, disk.create("0.index"));
  create(disk, "1.log", "");
  disk.faults().clear();
  EXPECT_IO_OK(disk.create("0.index"));
}

TEST(FaultRule, reaches_every_operation) {
  for (size_t i = 1; i < kIoOperationCount; ++i) {
    const auto operation = static_cast<IoOperation>(i);
    SimDisk disk(1);
    EXPECT_IO_OK(disk.make_directory("d"));
    const FilePtr file = create(disk, "a", "abc");
    EXPECT_IO_OK(disk.sync_all());  // so that no failure of one sync is told by another
    disk.faults().add({.operation = operation, .code = IoError::denied, .for_ever = true});
    std::array<uint8_t, 1> out{};
    std::set<std::string_view> failed;
    const auto note = [&](const auto& result) {
      if (result.ok()) return;
      EXPECT_TRUE(result.error() == IoError::denied);
      failed.insert(text(result.error().operation()));
    };
    note(disk.sync_all());
    note(file->read(0, out));
    note(file->read_cached(0, out));
    note(file->write(3, BytesView::of("d")));
    note(file->truncate(1));
    note(file->preallocate(100));
    note(file->sync());
    note(disk.create("b"));
    note(disk.open("a", Access::read));
    note(disk.rename("a", "c"));
    note(disk.unlink(operation == IoOperation::rename ? "a" : "c"));
    note(disk.make_directory("e"));
    note(disk.remove_directory("d"));
    note(disk.list(""));
    note(disk.status(""));
    note(disk.sync_directory(""));
    note(disk.space());
    note(disk.lock());
    EXPECT_EQ(failed, std::set<std::string_view>{text(operation)});
  }
}

TEST(FailedWrite, may_have_written_a_part_and_nothing_before_it) {
  std::set<size_t> sizes;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SimDisk disk(seed);
    const FilePtr file = create(disk, "a", "abc");
    disk.faults().add({.operation = IoOperation::write});
    EXPECT_IO_ERROR(io, file->write(3, BytesView::of("defgh")));
    const std::string found = content(disk, "a");
    EXPECT_EQ(found, std::string("abcdefgh").substr(0, found.size()));
    sizes.insert(found.size());
    EXPECT_IO_OK(file->truncate(3));
    EXPECT_IO_OK(file->write(3, BytesView::of("D")));
    EXPECT_EQ(content(disk, "a"), "abcD");
  }
  EXPECT_EQ(sizes, (std::set<size_t>{3, 4, 5, 6, 7, 8}));
}

TEST(FailedSync, is_followed_by_one_that_succeeds_and_saves_nothing) {
  int lost = 0;
  int reverted = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SimDisk disk(seed, {.write_back_per_mille = 0});
    const FilePtr file = create(disk, "a", "old");
    EXPECT_IO_OK(disk.sync_all());
    EXPECT_IO_OK(file->write(0, BytesView::of("new")));
    disk.faults().add({.operation = IoOperation::sync});
    EXPECT_IO_ERROR(io, file->sync());
    if (content(disk, "a") == "old") ++reverted;
    EXPECT_IO_OK(file->sync());
    disk.crash();
    if (content(disk, "a") == "old") ++lost;
  }
  EXPECT_GT(lost, 40);
  EXPECT_LT(lost, 90) << "sometimes the device had it after all";
  EXPECT_GT(reverted, 10) << "some file systems forget at once";
  EXPECT_LT(reverted, lost) << "and some show it until the crash";
}

TEST(FailedSync, is_told_to_every_holder_once_and_to_none_that_comes_later) {
  SimDisk disk(1);
  const FilePtr writer = create(disk, "a", "abc");
  const FilePtr other = disk.open("a", Access::read).value();
  disk.faults().add({.operation = IoOperation::sync});
  EXPECT_IO_ERROR(io, writer->sync());
  EXPECT_IO_OK(writer->sync());
  const FilePtr later = disk.open("a", Access::read).value();
  EXPECT_IO_OK(later->sync());
  EXPECT_IO_ERROR(io, other->sync());
  EXPECT_IO_OK(other->sync());
  EXPECT_IO_ERROR(io, disk.sync_all());
  EXPECT_IO_OK(disk.sync_all());
}

TEST(FailedWriteBack, is_lost_on_whoever_closed_the_file_before_syncing) {
  SimDisk disk(1);
  FilePtr file = create(disk, "a", "abc");
  EXPECT_FALSE(disk.fail_write_back("b"));
  EXPECT_TRUE(disk.fail_write_back("a"));
  EXPECT_IO_ERROR(io, file->sync());
  EXPECT_TRUE(disk.fail_write_back("a"));
  file.reset();
  file = disk.open("a", Access::read_write).value();
  EXPECT_IO_OK(file->sync());  // nobody was told: keep files open until they are synced
}

TEST(FailedSyncAll, counts_for_every_dirty_file) {
  SimDisk disk(1);
  const FilePtr dirty = create(disk, "a", "abc");
  const FilePtr clean = create(disk, "b", "abc");
  EXPECT_IO_OK(clean->sync());
  disk.faults().add({.operation = IoOperation::sync_all});
  EXPECT_IO_ERROR(io, disk.sync_all());
  EXPECT_IO_ERROR(io, dirty->sync());
  EXPECT_IO_OK(clean->sync());
}

TEST(FailedSyncAll, counts_for_open_files_that_have_no_name) {
  SimDisk disk(1);
  const FilePtr unlinked = create(disk, "a", "abc");
  const FilePtr other = disk.open("a", Access::read).value();
  const FilePtr replaced = create(disk, "b", "abc");
  const FilePtr clean = create(disk, "c", "abc");
  create(disk, "d", "");
  EXPECT_IO_OK(clean->sync());
  EXPECT_IO_OK(disk.unlink("a"));
  EXPECT_IO_OK(disk.unlink("c"));
  EXPECT_IO_OK(disk.rename("d", "b"));
  disk.faults().add({.operation = IoOperation::sync_all});
  EXPECT_IO_ERROR(io, disk.sync_all());
  EXPECT_IO_ERROR(io, unlinked->sync());
  EXPECT_IO_OK(unlinked->sync());
  EXPECT_IO_ERROR(io, other->sync());
  EXPECT_IO_ERROR(io, replaced->sync());
  EXPECT_IO_OK(clean->sync());
}

TEST(FailedSyncAll, spares_what_an_earlier_one_synced_though_it_has_no_name) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", "abc");
  EXPECT_IO_OK(disk.unlink("a"));
  EXPECT_IO_OK(disk.sync_all());
  disk.faults().add({.operation = IoOperation::sync_all});
  EXPECT_IO_ERROR(io, disk.sync_all());
  EXPECT_IO_OK(file->sync());
}

TEST(FullDisk, takes_what_fits_and_has_room_again_when_something_goes) {
  SimDisk disk(1, {.capacity = 10});
  FilePtr other = create(disk, "b", "1234");
  const FilePtr file = create(disk, "a", "abc");
  EXPECT_EQ(disk.space()->available, 3);
  EXPECT_IO_ERROR(no_space, file->write(3, BytesView::of("defgh")));
  EXPECT_EQ(content(disk, "a"), "abcdef");
  EXPECT_IO_OK(file->write(0, BytesView::of("ABC")));
  EXPECT_IO_ERROR(no_space, file->write(6, BytesView::of("g")));
  EXPECT_IO_OK(disk.unlink("b"));
  EXPECT_IO_ERROR(no_space, file->write(6, BytesView::of("g")));
  other.reset();
  EXPECT_IO_OK(file->write(6, BytesView::of("g")));
  EXPECT_IO_OK(file->truncate(1));
  EXPECT_EQ(disk.space()->available, 9);
}

TEST(FullDisk, leaves_room_to_what_was_preallocated) {
  SimDisk disk(1, {.capacity = 10});
  const FilePtr file = create(disk, "a", "");
  const FilePtr other = create(disk, "b", "");
  EXPECT_IO_OK(file->preallocate(8));
  EXPECT_IO_ERROR(no_space, other->preallocate(3));
  EXPECT_IO_ERROR(no_space, other->write(0, BytesView::of("123")));
  EXPECT_EQ(other->size().value(), 2);
  EXPECT_IO_OK(file->write(0, BytesView::of("12345678")));
  EXPECT_IO_OK(other->truncate(0));
  EXPECT_IO_OK(file->truncate(4));
  EXPECT_EQ(disk.space()->available, 6) << "the reservation ends with a truncation";
}

TEST(ReadOnlyDisk, serves_and_takes_nothing) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", "abc");
  disk.set_read_only(true);
  EXPECT_EQ(content(disk, "a"), "abc");
  EXPECT_IO_ERROR(read_only, file->write(3, BytesView::of("d")));
  EXPECT_IO_ERROR(read_only, file->truncate(0));
  EXPECT_IO_ERROR(read_only, disk.create("b"));
  EXPECT_IO_ERROR(read_only, disk.unlink("a"));
  EXPECT_IO_ERROR(read_only, disk.rename("a", "b"));
  EXPECT_IO_ERROR(read_only, disk.open("a", Access::read_write));
  disk.set_read_only(false);
  EXPECT_IO_OK(file->write(3, BytesView::of("d")));
}

TEST(OpenFiles, run_out_and_come_back) {
  SimDisk disk(1, {.files_open_max = 2});
  FilePtr a = create(disk, "a", "");
  const FilePtr b = create(disk, "b", "");
  EXPECT_IO_ERROR(too_many_files, disk.open("a", Access::read));
  EXPECT_IO_ERROR(too_many_files, disk.create("c"));
  EXPECT_IO_ERROR(not_found, disk.status("c"));
  a.reset();
  EXPECT_IO_OK(disk.create("c"));
}

TEST(Damage, is_seen_where_the_cache_does_not_hold_the_page) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", std::string(2 * kPageSize, 'a'));
  EXPECT_FALSE(disk.flip_bit("a", 0, 0)) << "the medium has nothing yet";
  EXPECT_IO_OK(file->sync());
  EXPECT_TRUE(disk.flip_bit("a", 5, 1));
  EXPECT_TRUE(disk.zero_page("a", kPageSize + 7));
  EXPECT_EQ(content(disk, "a"), std::string(2 * kPageSize, 'a'));
  disk.drop_cache();
  std::string damaged = std::string(kPageSize, 'a') + std::string(kPageSize, '\0');
  damaged[5] ^= 2;
  EXPECT_EQ(content(disk, "a"), damaged);
  EXPECT_FALSE(disk.flip_bit("a", 2 * kPageSize, 0));
  EXPECT_FALSE(disk.zero_page("b", 0));
}

TEST(Damage, is_mended_by_the_next_write_back_of_the_page) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", "abc");
  EXPECT_IO_OK(file->sync());
  EXPECT_TRUE(disk.flip_bit("a", 0, 0));
  EXPECT_IO_OK(file->write(3, BytesView::of("d")));
  EXPECT_IO_OK(file->sync());
  disk.drop_cache();
  EXPECT_EQ(content(disk, "a"), "abcd");
}

TEST(Cache, answers_would_block_for_what_it_dropped_until_it_is_read) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", "abc");
  std::array<uint8_t, 3> out{};
  disk.drop_cache();
  EXPECT_IO_OK(file->read_cached(0, out));  // dirty pages stay
  EXPECT_IO_OK(file->sync());
  disk.drop_cache();
  EXPECT_IO_ERROR(would_block, file->read_cached(0, out));
  EXPECT_IO_OK(file->read(0, out));
  EXPECT_IO_OK(file->read_cached(0, out));
  disk.set_would_block_per_mille(1000);
  EXPECT_IO_ERROR(would_block, file->read_cached(0, out));
}

TEST(Counters, count_what_was_asked_for) {
  SimDisk disk(1);
  const FilePtr file = create(disk, "a", "abc");
  EXPECT_IO_OK(file->sync());
  EXPECT_EQ(content(disk, "a"), "abc");
  EXPECT_IO_ERROR(not_found, disk.unlink("b"));
  EXPECT_EQ(disk.counters().of(IoOperation::write), 1u);
  EXPECT_EQ(disk.counters().of(IoOperation::sync), 1u);
  EXPECT_EQ(disk.counters().of(IoOperation::unlink), 1u);
  EXPECT_EQ(disk.counters().bytes_written, 3u);
  EXPECT_EQ(disk.counters().bytes_read, 3u);
  EXPECT_EQ(disk.counters().failures, 1u);
}

TEST(History, keeps_the_last_operations_in_words) {
  SimDisk disk(1, {.write_back_per_mille = 0, .history_max = 4});
  const FilePtr file = create(disk, "a", "abc");
  EXPECT_IO_OK(file->truncate(1));
  disk.faults().add({.operation = IoOperation::sync});
  EXPECT_IO_ERROR(io, file->sync());
  EXPECT_IO_OK(disk.list(""));
  EXPECT_EQ(disk.history(), "1 write a 0+3\n2 truncate a 1\n3 sync a: input/output error\n4 list .\n");
}

TEST(SimDisk, outlives_its_files) {
  EXPECT_DEATH(
      {
        FilePtr file;
        SimDisk disk(1);
        file = disk.create("a").value();
      },
      "holders_");
}

}  // namespace
}  // namespace ottla::sim
