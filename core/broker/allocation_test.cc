// The hot path allocates nothing per request once it is warm: frames, requests, arenas, parked fetches and outputs are
// used again. On the real disk, since the simulated one keeps its files on the heap.
#include <gtest/gtest.h>

#include "core/base/alloc_count_testing.h"
#include "core/broker/frame_feed_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

class Allocations : public testing::Test {
 protected:
  explicit Allocations(const char* durability = "replicated")
      : disk(std::move(PosixDisk::open(directory.path())).value()),
        host(BrokerHost::Settings{{"ottla.default.durability", durability}}, 1, disk.get()) {
    host.create_topic("t", 4);
    frames.emplace(host);
  }
  ~Allocations() override { host.stop(); }

  // Returns what the broker allocated for the turn; its jobs do not count.
  uint64_t feed(const std::string& frame) {
    const AllocCount count;
    frames->feed(BytesView::of(frame));
    const uint64_t allocated = count.so_far();
    frames->run_jobs();
    return allocated;
  }

  TemporaryDirectory directory;
  std::unique_ptr<PosixDisk> disk;
  BrokerHost host;
  std::optional<FrameFeed> frames;
};

// The indexes of a segment grow by an entry every 4 KiB, and their memory doubles now and then.
constexpr uint64_t kGrowthOfIndexes = 20;

TEST_F(Allocations, of_produce_are_none) {
  const std::string frame = request_frame(ProduceOne("t", 0, make_batch({.count = 10}), 1).request, 9);
  for (int i = 0; i < 500; ++i) feed(frame);
  uint64_t allocated = 0;
  const size_t outputs = frames->outputs();
  for (int i = 0; i < 1000; ++i) allocated += feed(frame);
  EXPECT_EQ(frames->outputs() - outputs, 1000U);
  EXPECT_LE(allocated, kGrowthOfIndexes);
}

TEST_F(Allocations, of_fetch_are_none) {
  const std::string produce =
      request_frame(ProduceOne("t", 0, make_batch({.value = std::string(8000, 'x')}), 1).request, 9);
  for (int i = 0; i < 10; ++i) feed(produce);
  const std::string fetch = request_frame(FetchOne("t", 0, 0).request, 11);
  for (int i = 0; i < 500; ++i) feed(fetch);
  uint64_t allocated = 0;
  const size_t outputs = frames->outputs();
  for (int i = 0; i < 1000; ++i) allocated += feed(fetch);
  EXPECT_EQ(frames->outputs() - outputs, 2000U);  // the frame's beginning, the slice
  EXPECT_LE(allocated, kGrowthOfIndexes);
}

TEST_F(Allocations, of_fetches_that_wait_and_are_woken_are_none) {
  const std::string produce = request_frame(ProduceOne("t", 1, make_batch(), 1).request, 9);
  const std::string fetch = request_frame(FetchOne("t", 1, 0).request, 11);
  feed(produce);
  uint64_t allocated = 0;
  for (int i = 0; i < 1500; ++i) {
    FetchOne at_end("t", 1, i + 1);
    const std::string waiting = request_frame(at_end.request, 11);
    const uint64_t spent = feed(waiting) + feed(produce);
    if (i >= 500) allocated += spent;
  }
  EXPECT_LE(allocated, kGrowthOfIndexes);
}

class PersistedAllocations : public Allocations {
 protected:
  PersistedAllocations() : Allocations("persisted") {}
};

// A round of syncs is a job, with what it needs: so many allocations a round, whatever came to it.
constexpr uint64_t kAllocationsOfRound = 24;

TEST_F(PersistedAllocations, of_produce_are_those_of_the_round) {
  const std::string frame = request_frame(ProduceOne("t", 0, make_batch({.count = 10}), -1).request, 9);
  std::string eight;
  for (int i = 0; i < 8; ++i) eight += frame;
  for (int i = 0; i < 100; ++i) feed(eight);
  uint64_t allocated = 0;
  for (int i = 0; i < 125; ++i) allocated += feed(eight);
  EXPECT_LE(allocated, 125 * kAllocationsOfRound + kGrowthOfIndexes) << "for 1,000 requests in 125 rounds";
}

}  // namespace
}  // namespace ottla
