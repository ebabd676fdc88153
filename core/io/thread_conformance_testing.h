// Disks and Files used from several threads at once, as jobs do: for every Disk whose host has threads.
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(PosixDisk, ThreadConformance, testing::Types<PosixHost>);
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/io/disk_test_testing.h"

namespace ottla {

template <class Host>
class ThreadConformance : public DiskTest<Host> {};
TYPED_TEST_SUITE_P(ThreadConformance);

TYPED_TEST_P(ThreadConformance, is_used_from_several_threads) {
  const FilePtr file = this->create("a");
  std::atomic<int64_t> end{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> hands;
  hands.emplace_back([&] {
    while (!stop) EXPECT_IO_OK(file->sync());
  });
  hands.emplace_back([&] {
    std::string out(64, '?');
    while (!stop) {
      const int64_t published = end;
      if (published < 64) continue;
      EXPECT_IO_OK(read_exactly(*file, published - 64, {reinterpret_cast<uint8_t*>(out.data()), out.size()}));
      EXPECT_EQ(out, std::string(64, out[0])) << "below a published end bytes are whole";
    }
  });
  hands.emplace_back([&] {
    for (int i = 0; !stop; ++i) {
      const std::string path = "h" + std::to_string(i % 7);
      EXPECT_IO_OK(this->disk().create(path));
      EXPECT_IO_OK(this->disk().list(""));
      EXPECT_IO_OK(this->disk().unlink(path));
    }
  });
  for (int i = 0; i < 3'000; ++i) {
    this->write(*file, end, std::string(64, static_cast<char>('a' + i % 26)));
    end += 64;
  }
  stop = true;
  for (std::thread& hand : hands) hand.join();
}

REGISTER_TYPED_TEST_SUITE_P(ThreadConformance, is_used_from_several_threads);

}  // namespace ottla
