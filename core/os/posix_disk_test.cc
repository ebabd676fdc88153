// What only a real disk can show: its owners, its limits and its errors. What every Disk does is tested in
// posix_disk_conformance_test.cc.
#include "core/os/posix_disk.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/io/disk_test_testing.h"
#include "core/os/other_process_testing.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

struct PosixHost {
  Disk& disk() { return *disk_; }
  TemporaryDirectory directory_;
  std::unique_ptr<PosixDisk> disk_ = PosixDisk::open(directory_.path()).value();
};

class PosixDiskTest : public DiskTest<PosixHost> {
 protected:
  const TemporaryDirectory& directory() { return host_.directory_; }
};

// Lowers a limit of this process while it lives.
class LowerLimit {
 public:
  LowerLimit(__rlimit_resource resource, rlim_t limit) : resource_(resource) {
    OTTLA_ASSERT(::getrlimit(resource, &before_) == 0);
    const rlimit lowered{.rlim_cur = limit, .rlim_max = before_.rlim_max};
    OTTLA_ASSERT(::setrlimit(resource, &lowered) == 0);
  }
  ~LowerLimit() { ::setrlimit(resource_, &before_); }

 private:
  __rlimit_resource resource_;
  rlimit before_{};
};

// A file system of its own, small enough to fill.
class SmallFileSystem {
 public:
  SmallFileSystem() { mounted_ = ::mount("tmpfs", at_.path().c_str(), "tmpfs", 0, "size=64k,nr_inodes=20") == 0; }
  ~SmallFileSystem() {
    if (mounted_) ::umount2(at_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  [[nodiscard]] const std::string& path() const { return at_.path(); }
  [[nodiscard]] bool make_read_only() const {
    return ::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr) == 0;
  }

 private:
  TemporaryDirectory at_;
  bool mounted_ = false;
};

int64_t blocks_of(const File& file) {
  struct stat status {};
  OTTLA_ASSERT(::fstat(file.descriptor(), &status) == 0);
  return status.st_blocks * 512;
}

// --- opening a data directory -------------------------------------------------------------------------------------

TEST_F(PosixDiskTest, opens_only_what_is_a_directory) {
  EXPECT_IO_ERROR(not_found, PosixDisk::open(directory() / "no"));
  create("file");
  EXPECT_IO_ERROR(wrong_kind, PosixDisk::open(directory() / "file"));
  EXPECT_IO_ERROR(wrong_kind, PosixDisk::open_or_make(directory() / "file"));
  EXPECT_IO_ERROR(not_found, PosixDisk::open_or_make(directory() / "no/deeper"));
}

TEST_F(PosixDiskTest, makes_a_directory_that_is_missing_and_takes_one_that_is_there) {
  const std::string path = directory() / "data";
  auto made = PosixDisk::open_or_make(path);
  EXPECT_IO_OK(made);
  EXPECT_EQ(made.value()->name(), path);
  EXPECT_IO_OK(made.value()->create("a"));
  auto again = PosixDisk::open_or_make(path + "/");
  EXPECT_IO_OK(again);
  EXPECT_EQ(again.value()->list("").value().size(), 1u);
}

TEST_F(PosixDiskTest, stays_with_the_directory_when_somebody_renames_it) {
  const std::string path = directory() / "data";
  auto disk = PosixDisk::open_or_make(path).value();
  std::filesystem::rename(path, directory() / "moved");
  std::filesystem::create_directory(path);
  EXPECT_IO_OK(disk->create("a"));
  EXPECT_TRUE(std::filesystem::exists(directory() / "moved/a"));
  EXPECT_TRUE(std::filesystem::is_empty(path));
}

TEST_F(PosixDiskTest, opens_nothing_but_files_as_files) {
  ASSERT_EQ(::mkfifo((directory() / "pipe").c_str(), 0600), 0);
  const int reader = ::open((directory() / "pipe").c_str(), O_RDWR | O_CLOEXEC);  // so that opening does not wait
  EXPECT_IO_ERROR(wrong_kind, disk().open("pipe", Access::read));
  ::close(reader);
  ASSERT_EQ(::symlink("nowhere", (directory() / "link").c_str()), 0);
  EXPECT_IO_ERROR(not_found, disk().open("link", Access::read));
  EXPECT_EQ(names(""), "link pipe ");
}

TEST_F(PosixDiskTest, sees_folders_through_links) {
  TemporaryDirectory elsewhere;
  ASSERT_EQ(::symlink(elsewhere.path().c_str(), (directory() / "t-0").c_str()), 0);
  EXPECT_EQ(names(""), "t-0/ ");
  create("t-0/a", "abc");
  EXPECT_TRUE(std::filesystem::exists(elsewhere / "a"));
}

// --- the lock -----------------------------------------------------------------------------------------------------

TEST_F(PosixDiskTest, is_locked_against_another_process_until_that_is_killed) {
  OtherProcess owner([&](auto tell) {
    auto disk = PosixDisk::open(directory().path());
    if (!disk.ok()) return false;
    const auto lock = disk.value()->lock();
    if (!lock.ok()) return false;
    tell();
    ::pause();
    return true;
  });
  ASSERT_TRUE(owner.wait_until_told());
  EXPECT_IO_ERROR(locked, disk().lock());
  owner.kill();
  EXPECT_IO_OK(disk().lock());
}

TEST_F(PosixDiskTest, is_unlocked_by_its_owner_although_a_forked_child_lives_on) {
  auto lock = disk().lock();
  ASSERT_TRUE(lock.ok());
  OtherProcess child([](auto tell) {
    tell();
    ::pause();
    return true;
  });
  ASSERT_TRUE(child.wait_until_told());
  lock.value().reset();
  EXPECT_IO_OK(disk().lock());
}

TEST_F(PosixDiskTest, gives_no_descriptor_to_programs_it_starts) {
  const FilePtr created = create("a", "abc");
  const FilePtr opened = open("a");
  const auto lock = disk().lock();
  int counted = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;  // the iterator's own
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (target.rfind(directory().path(), 0) != 0) continue;
    ++counted;
    EXPECT_TRUE(::fcntl(std::stoi(entry.path().filename().string()), F_GETFD) & FD_CLOEXEC) << target;
  }
  EXPECT_EQ(counted, 4) << "the directory, two files, the lock";
}

// --- what killing leaves ------------------------------------------------------------------------------------------

TEST_F(PosixDiskTest, keeps_what_it_accepted_when_its_process_is_killed) {
  const std::string block(100'000, 'x');
  OtherProcess writer([&](auto tell) {
    auto disk = PosixDisk::open(directory().path());
    if (!disk.ok()) return false;
    auto file = disk.value()->create("a.log");
    if (!file.ok()) return false;
    for (int i = 0; i < 20; ++i) {
      if (!file.value()->write(i * 100'000, BytesView::of(block)).ok()) return false;
    }
    tell();
    ::pause();
    return true;
  });
  ASSERT_TRUE(writer.wait_until_told());
  writer.kill();
  const FilePtr file = open("a.log");
  EXPECT_EQ(file->size().value(), 2'000'000);
  EXPECT_EQ(read(*file, 1'900'000, 200'000), block);
}

// --- limits -------------------------------------------------------------------------------------------------------

TEST_F(PosixDiskTest, has_no_space_on_a_full_file_system_and_again_when_something_goes) {
  const SmallFileSystem small;
  if (!small.mounted()) GTEST_SKIP() << "mounting a small tmpfs is not permitted here";
  auto disk = PosixDisk::open(small.path()).value();
  EXPECT_EQ(disk->space()->capacity, 65'536);
  const FilePtr ballast = disk->create("ballast").value();
  EXPECT_IO_OK(ballast->write(0, BytesView::of(std::string(32'768, 'b'))));
  const FilePtr log = disk->create("log").value();
  EXPECT_IO_OK(log->write(0, BytesView::of("before")));

  const std::string much(40'000, 'x');
  EXPECT_IO_ERROR(no_space, log->write(6, BytesView::of(much)));
  EXPECT_LE(log->size().value(), 40'006);
  EXPECT_IO_OK(log->truncate(6));
  EXPECT_EQ(read(*log, 0, 100), "before");
  EXPECT_IO_ERROR(no_space, log->preallocate(65'536));

  EXPECT_IO_OK(disk->unlink("ballast"));
  EXPECT_IO_ERROR(no_space, log->write(6, BytesView::of(std::string(60'000, 'x'))));  // the unlinked file is still open
  EXPECT_IO_OK(log->truncate(6));
  EXPECT_IO_OK(ballast->truncate(0));
  EXPECT_IO_OK(log->write(6, BytesView::of(much)));
  EXPECT_EQ(log->size().value(), 40'006);
}

TEST_F(PosixDiskTest, has_no_space_for_one_more_name) {
  const SmallFileSystem small;
  if (!small.mounted()) GTEST_SKIP() << "mounting a small tmpfs is not permitted here";
  auto disk = PosixDisk::open(small.path()).value();
  for (int i = 0; i < 19; ++i) {
    const auto made = disk->create(std::to_string(i));
    if (made.ok()) continue;
    EXPECT_IO_ERROR(no_space, made);
    EXPECT_IO_ERROR(no_space, disk->make_directory("d"));
    return;
  }
  EXPECT_IO_ERROR(no_space, disk->create("one more"));
}

TEST_F(PosixDiskTest, changes_nothing_on_a_file_system_that_was_made_read_only) {
  const SmallFileSystem small;
  if (!small.mounted()) GTEST_SKIP() << "mounting a small tmpfs is not permitted here";
  auto disk = PosixDisk::open(small.path()).value();
  EXPECT_IO_OK(disk->create("a").value()->write(0, BytesView::of("abc")));
  ASSERT_TRUE(small.make_read_only()) << std::strerror(errno);
  EXPECT_IO_ERROR(read_only, disk->create("b"));
  EXPECT_IO_ERROR(read_only, disk->open("a", Access::read_write));
  EXPECT_IO_ERROR(read_only, disk->rename("a", "b"));
  EXPECT_IO_ERROR(read_only, disk->unlink("a"));
  EXPECT_IO_ERROR(read_only, disk->make_directory("d"));
  EXPECT_IO_ERROR(read_only, disk->lock());
  EXPECT_EQ(read(*disk->open("a", Access::read).value(), 0, 9), "abc");
}

TEST_F(PosixDiskTest, runs_out_of_descriptors_and_goes_on_when_some_are_closed) {
  create("a", "abc");
  const LowerLimit limit(RLIMIT_NOFILE, 40);
  std::vector<FilePtr> files;
  while (files.size() < 40) {
    auto file = disk().open("a", Access::read);
    if (!file.ok()) break;
    files.push_back(std::move(file).value());
  }
  ASSERT_LT(files.size(), 40u);
  EXPECT_IO_ERROR(too_many_files, disk().open("a", Access::read));
  EXPECT_IO_ERROR(too_many_files, disk().create("b"));
  EXPECT_IO_ERROR(too_many_files, disk().list(""));
  EXPECT_IO_ERROR(too_many_files, disk().sync_directory(""));
  EXPECT_IO_ERROR(too_many_files, disk().lock());
  EXPECT_IO_OK(disk().status("a"));
  EXPECT_EQ(read(*files.front(), 0, 9), "abc") << "open files go on";
  files.pop_back();
  EXPECT_IO_OK(disk().open("a", Access::read));
  EXPECT_EQ(names(""), "a ") << "the refused create left nothing";
}

// The system writes the part that fits and says no to the rest: the one way to get a short write on demand.
TEST_F(PosixDiskTest, goes_on_after_a_short_write_and_tells_what_stopped_it) {
  const FilePtr file = create("a", "0123456789");
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  {
    const LowerLimit limit(RLIMIT_FSIZE, 25);
    const std::array parts{BytesView::of("abcdefgh"), BytesView(), BytesView::of("ijklmnop"), BytesView::of("qrs")};
    const auto written = file->write(10, parts);
    EXPECT_IO_ERROR(io, written);
    EXPECT_EQ(written.error().os_code(), EFBIG);
  }
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(content("a"), "0123456789abcdefghijklmno");
  EXPECT_IO_OK(file->truncate(10));
  write(*file, 10, "z");
  EXPECT_EQ(content("a"), "0123456789z");
}

TEST_F(PosixDiskTest, is_denied_what_permissions_deny) {
  create("a", "abc");
  ASSERT_EQ(::chmod((directory() / "a").c_str(), 0), 0);
  ASSERT_EQ(::chmod(directory().path().c_str(), 0555), 0);
  OtherProcess stranger([&](auto) {
    // Root may do everything, so it is somebody else who tries.
    if (::geteuid() == 0 && ::seteuid(65'534) != 0) return false;
    const auto opened = disk().open("a", Access::read);
    const auto created = disk().create("b");
    const auto removed = disk().unlink("a");
    return !opened.ok() && opened.error() == IoError::denied && !created.ok() && created.error() == IoError::denied &&
           !removed.ok() && removed.error() == IoError::denied;
  });
  EXPECT_TRUE(stranger.wait_until_end());
  ASSERT_EQ(::chmod(directory().path().c_str(), 0755), 0);
}

// --- blocks and memory --------------------------------------------------------------------------------------------

TEST_F(PosixDiskTest, reserves_blocks_and_gives_them_back_when_it_truncates) {
  const FilePtr file = create("a", "abc");
  const auto reserved = file->preallocate(1 << 20);
  if (!reserved.ok()) {
    EXPECT_IO_ERROR(unsupported, reserved);
    GTEST_SKIP() << "the file system of " << directory().path() << " cannot reserve room";
  }
  EXPECT_GE(blocks_of(*file), 1 << 20);
  EXPECT_EQ(file->size().value(), 3);
  EXPECT_IO_OK(file->truncate(3));
  EXPECT_IO_OK(file->sync());
  EXPECT_LT(blocks_of(*file), 1 << 17);
  EXPECT_EQ(content("a"), "abc");
}

TEST_F(PosixDiskTest, reads_what_is_not_in_memory_only_when_it_may_wait) {
  const std::string megabyte(1 << 20, 'x');
  const FilePtr file = create("a", megabyte);
  EXPECT_IO_OK(file->sync());
  ASSERT_EQ(::posix_fadvise(file->descriptor(), 0, 0, POSIX_FADV_DONTNEED), 0);
  std::string out(megabyte.size(), '?');
  const std::span<uint8_t> span(reinterpret_cast<uint8_t*>(out.data()), out.size());
  const auto cached = file->read_cached(0, span);
  if (cached.ok()) {  // a file system without a device, or a system that kept the pages
    EXPECT_EQ(cached.value(), megabyte.size());
    EXPECT_EQ(out, megabyte);
  } else {
    EXPECT_IO_ERROR(would_block, cached);
  }
  EXPECT_EQ(read(*file, 0, megabyte.size()), megabyte);
  EXPECT_IO_OK(file->read_cached(0, span));  // now it is in memory
  EXPECT_EQ(out, megabyte);
}

TEST_F(PosixDiskTest, refuses_holes_as_a_bug_even_where_somebody_else_wrote) {
  const FilePtr one = create("a", "abc");
  const FilePtr other = open("a", Access::read_write);
  write(*other, 3, "def");
  write(*one, 6, "ghi");
  EXPECT_EQ(content("a"), "abcdefghi");
  EXPECT_DEATH((void)other->write(10, BytesView::of("x")), "size_seen_=9");
  EXPECT_DEATH((void)other->truncate(10), "size_now=9");
}

}  // namespace
}  // namespace ottla
