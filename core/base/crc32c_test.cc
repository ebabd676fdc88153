#include "core/base/crc32c.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "core/base/crc32c_kernels.h"
#include "core/base/crc32c_testing.h"
#include "core/base/hex.h"
#include "core/base/prng.h"
#include "core/base/sanitizer_testing.h"

namespace ottla {
namespace {

using crc32c_detail::best_speed;
using crc32c_detail::bitwise;
using crc32c_detail::chosen_kernel;
using crc32c_detail::hardware_kernels;
using crc32c_detail::NamedKernel;
using crc32c_detail::one_stream_sse42;
using crc32c_detail::portable;

std::vector<uint8_t> random_bytes(uint64_t seed, size_t size) {
  std::vector<uint8_t> bytes(size);
  Prng(seed).fill(bytes);
  return bytes;
}

std::vector<NamedKernel> kernels() {
  std::vector<NamedKernel> all = {{"portable", portable}};
  const auto hardware = hardware_kernels();
  all.insert(all.end(), hardware.begin(), hardware.end());
  if (const auto one_stream = one_stream_sse42()) all.push_back({"one stream", *one_stream});
  return all;
}

TEST(Crc32c, the_vectors_of_rfc_3720) {
  std::vector<uint8_t> bytes(32, 0);
  EXPECT_EQ(crc32c(BytesView(bytes)), 0x8a9136aaU);
  std::fill(bytes.begin(), bytes.end(), 0xff);
  EXPECT_EQ(crc32c(BytesView(bytes)), 0x62a8ab43U);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i);
  EXPECT_EQ(crc32c(BytesView(bytes)), 0x46dd794eU);
  std::reverse(bytes.begin(), bytes.end());
  EXPECT_EQ(crc32c(BytesView(bytes)), 0x113fdb5cU);

  // An iSCSI READ (10) command.
  const auto command = hex_decode(
      "01c00000 00000000 00000000 00000000 14000000 00000400"
      "00000014 00000018 28000000 00000000 02000000 00000000");
  EXPECT_EQ(crc32c(*command), 0xd9963a56U);
}

TEST(Crc32c, the_check_value_and_nothing) {
  EXPECT_EQ(crc32c(BytesView::of("123456789")), 0xe3069283U);
  EXPECT_EQ(crc32c(BytesView()), 0U);
  EXPECT_EQ(crc32c_extend(0xe3069283, BytesView()), 0xe3069283U);
}

TEST(Crc32c, every_kernel_agrees_with_the_definition_at_every_size) {
  const std::vector<uint8_t> bytes = random_bytes(1, 1100);
  uint32_t expected = 0xdecade01;  // the register after the first `size` bytes
  for (size_t size = 0; size <= bytes.size(); ++size) {
    for (const NamedKernel& kernel : kernels()) {
      ASSERT_EQ(kernel.run(0xdecade01, bytes.data(), size), expected) << kernel.name << " size " << size;
    }
    if (size < bytes.size()) expected = bitwise(expected, bytes.data() + size, 1);
  }
}

TEST(Crc32c, every_kernel_agrees_at_every_alignment) {
  const std::vector<uint8_t> bytes = random_bytes(2, 9000);
  for (size_t at = 0; at < 64; ++at) {
    for (const size_t size : {0UL, 1UL, 15UL, 64UL, 129UL, 511UL, 777UL, 8000UL}) {
      const uint32_t expected = bitwise(7, bytes.data() + at, size);
      for (const NamedKernel& kernel : kernels()) {
        ASSERT_EQ(kernel.run(7, bytes.data() + at, size), expected) << kernel.name << " at " << at << " size " << size;
      }
    }
  }
}

TEST(Crc32c, every_kernel_agrees_on_random_slices_of_large_input) {
  const std::vector<uint8_t> bytes = random_bytes(3, 1 << 20);
  Prng prng(4);
  for (int round = 0; round < 20; ++round) {
    const size_t size = prng.below(200'000);
    const size_t at = prng.below(bytes.size() - size + 1);
    const auto state = static_cast<uint32_t>(prng.next());
    const uint32_t expected = bitwise(state, bytes.data() + at, size);
    for (const NamedKernel& kernel : kernels()) {
      ASSERT_EQ(kernel.run(state, bytes.data() + at, size), expected)
          << kernel.name << " at " << at << " size " << size;
    }
  }
}

TEST(Crc32c, a_kernel_reads_nothing_past_its_bytes) {
  // An allocation of just the right size: the address sanitizer sees a read beyond it.
  for (const size_t size : {1UL, 63UL, 127UL, 257UL, 513UL, 4099UL, 12345UL}) {
    const std::vector<uint8_t> bytes = random_bytes(size, size);
    const auto exact = std::make_unique<uint8_t[]>(size);
    std::memcpy(exact.get(), bytes.data(), size);
    for (const NamedKernel& kernel : kernels()) {
      EXPECT_EQ(kernel.run(0, exact.get(), size), bitwise(0, bytes.data(), size)) << kernel.name << " size " << size;
    }
  }
}

TEST(Crc32c, one_flipped_bit_is_seen_wherever_it_is) {
  std::vector<uint8_t> bytes = random_bytes(5, 6000);
  const uint32_t right = crc32c(BytesView(bytes));
  Prng prng(6);
  for (int round = 0; round < 2000; ++round) {
    uint8_t& byte = bytes[prng.below(bytes.size())];
    const auto bit = static_cast<uint8_t>(1 << prng.below(8));
    byte ^= bit;
    EXPECT_NE(crc32c(BytesView(bytes)), right);
    byte ^= bit;
  }
}

TEST(Crc32c, extending_in_pieces_and_combining_give_the_checksum_of_the_whole) {
  const std::vector<uint8_t> bytes = random_bytes(7, 20'000);
  const BytesView whole(bytes);
  Prng prng(8);
  for (int round = 0; round < 200; ++round) {
    uint32_t extended = 0;
    uint32_t combined = 0;
    size_t at = 0;
    const size_t end = prng.below(bytes.size() + 1);
    while (at < end) {
      const size_t part = std::min<size_t>(end - at, prng.below(round % 2 == 0 ? 100 : 5000));
      const BytesView piece = whole.slice(at, part);
      extended = crc32c_extend(extended, piece);
      combined = crc32c_combine(combined, crc32c(piece), piece.size());
      at += part;
    }
    ASSERT_EQ(extended, crc32c(whole.first(end)));
    ASSERT_EQ(combined, extended);
  }
}

TEST(Crc32c, combining_takes_sizes_that_nobody_would_read) {
  // Zero bytes by the terabyte: doubling a checksum of zeros must be the same as asking for the whole at once.
  const uint8_t zero = 0;
  uint32_t crc = crc32c({&zero, 1});
  uint64_t size = 1;
  for (; size < uint64_t{1} << 50; size *= 2) crc = crc32c_combine(crc, crc, size);
  EXPECT_EQ(crc32c_combine(0, crc, size), crc);
  EXPECT_EQ(crc32c_combine(crc32c({&zero, 1}), crc, size), crc32c_combine(crc, crc32c({&zero, 1}), 1));
}

TEST(Crc32c, every_cpu_with_the_instruction_has_more_than_one_stream_of_it) {
  if (!one_stream_sse42().has_value()) GTEST_SKIP() << "this machine cannot: its CPU has no SSE4.2";
  ASSERT_FALSE(hardware_kernels().empty());
  EXPECT_EQ(std::string(hardware_kernels().front().name), "three-way-tables") << "asks for nothing else";
}

#if !OTTLA_SANITIZED  // under a sanitizer speed says nothing

// Both take turns, and each keeps its best run: a neighbour on the machine slows some runs of both, never all of one.
double speedup(crc32c_detail::Kernel kernel, crc32c_detail::Kernel over, double wanted) {
  const std::vector<uint8_t> bytes = random_bytes(9, size_t{64} * 1024);
  double slow = 0;
  double fast = 0;
  for (int round = 0; round < 400 && (round < 40 || fast < wanted * slow); ++round) {
    slow = std::max(slow, best_speed(over, bytes.data(), bytes.size(), 2));
    fast = std::max(fast, best_speed(kernel, bytes.data(), bytes.size(), 2));
  }
  return fast / slow;
}

TEST(Crc32c, is_three_times_as_fast_as_one_stream) {
  const auto one_stream = one_stream_sse42();
  if (!one_stream.has_value()) GTEST_SKIP() << "this machine cannot: its CPU has no SSE4.2 to compare with";
  const auto dispatched = [](uint32_t state, const uint8_t* data, size_t size) {
    return ~crc32c_extend(~state, {data, size});
  };
  // One stream waits 3 cycles for each answer. Three streams fill the wait and no more: without carry-less
  // multiplication three times is where the instruction ends, and joining the streams costs a little of it.
  const double wanted = hardware_kernels().size() > 1 ? 3 : 2.5;
  const double reached = speedup(dispatched, *one_stream, wanted);
  EXPECT_GE(reached, wanted) << chosen_kernel().name;
  RecordProperty("kernel", chosen_kernel().name);
  RecordProperty("speedup", std::to_string(reached));
}

#endif

}  // namespace
}  // namespace ottla
