#include "cluster/node/held_disk_testing.h"

#include "core/io/disk_conformance_testing.h"
#include "core/io/thread_conformance_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

struct HeldHost {
  Disk& disk() { return *disk_; }
  // As a killed process does, and the next one.
  void crash() {
    disk_.reset();
    disk_ = HeldDisk::open(PosixDisk::open(directory_.path()).value()).value();
  }
  TemporaryDirectory directory_;
  std::unique_ptr<HeldDisk> disk_ = HeldDisk::open(PosixDisk::open(directory_.path()).value()).value();
};

}  // namespace

OTTLA_TEST_DISK_CONFORMANCE(HeldDisk, HeldHost);
INSTANTIATE_TYPED_TEST_SUITE_P(HeldDisk, ThreadConformance, testing::Types<HeldHost>);

namespace {

class HeldDiskCrash : public DiskTest<HeldHost> {
 protected:
  void crash() { host_.crash(); }
};

TEST_F(HeldDiskCrash, loses_bytes_that_were_not_synced_and_keeps_those_that_were) {
  const FilePtr file = create("a", "one");
  EXPECT_IO_OK(disk().sync_directory(""));
  EXPECT_IO_OK(file->sync());
  write(*file, 3, " two");
  write(*file, 0, "ONE");
  EXPECT_EQ(content("a"), "ONE two");
  crash();
  EXPECT_EQ(content("a"), "one");
  const FilePtr again = open("a", Access::read_write);
  write(*again, 3, " three");
  EXPECT_IO_OK(again->sync());
  EXPECT_IO_OK(again->truncate(2));
  crash();
  EXPECT_EQ(content("a"), "one three");
  const FilePtr cut = open("a", Access::read_write);
  EXPECT_IO_OK(cut->truncate(2));
  EXPECT_IO_OK(cut->sync());
  crash();
  EXPECT_EQ(content("a"), "on");
}

TEST_F(HeldDiskCrash, loses_names_that_were_not_synced) {
  EXPECT_IO_OK(create("a", "synced bytes of a lost name")->sync());
  EXPECT_IO_OK(disk().make_directory("d"));
  create("d/b", "x");
  EXPECT_IO_OK(disk().sync_directory("d"));
  crash();
  EXPECT_EQ(names(""), "");
  EXPECT_TRUE(std::filesystem::is_empty(host_.directory_.path())) << "nothing held is left behind";
}

TEST_F(HeldDiskCrash, undoes_renames_and_removals_that_were_not_synced) {
  EXPECT_IO_OK(create("a", "old")->sync());
  EXPECT_IO_OK(create("b", "new")->sync());
  EXPECT_IO_OK(disk().make_directory("d"));
  EXPECT_IO_OK(disk().sync_directory(""));
  EXPECT_IO_OK(disk().rename("b", "a"));
  create("b", "newest");
  EXPECT_IO_OK(disk().remove_directory("d"));
  EXPECT_EQ(names(""), "a b ");
  crash();
  EXPECT_EQ(names(""), "a b d/ ");
  EXPECT_EQ(content("a") + content("b"), "oldnew");

  EXPECT_IO_OK(disk().rename("b", "a"));
  EXPECT_IO_OK(create("b", "newest")->sync());
  EXPECT_IO_OK(disk().remove_directory("d"));
  EXPECT_IO_OK(disk().sync_directory(""));
  crash();
  EXPECT_EQ(names(""), "a b ");
  EXPECT_EQ(content("a") + content("b"), "newnewest");
}

TEST_F(HeldDiskCrash, keeps_what_was_synced_below_a_new_folder_from_its_own_sync_on) {
  EXPECT_IO_OK(disk().make_directory("t-0"));
  EXPECT_IO_OK(create("t-0/0.log", "abc")->sync());
  EXPECT_IO_OK(disk().sync_directory("t-0"));
  EXPECT_IO_OK(disk().sync_directory(""));
  EXPECT_IO_OK(disk().rename("t-0", "t-0-delete"));
  EXPECT_IO_OK(disk().unlink("t-0-delete/0.log"));
  crash();
  EXPECT_EQ(content("t-0/0.log"), "abc");
  EXPECT_IO_OK(disk().rename("t-0", "t-0-delete"));
  EXPECT_IO_OK(disk().unlink("t-0-delete/0.log"));
  EXPECT_IO_OK(disk().remove_directory("t-0-delete"));
  EXPECT_IO_OK(disk().sync_all());
  crash();
  EXPECT_EQ(names(""), "");
}

}  // namespace
}  // namespace ottla
