// The hot path allocates nothing per request once it is warm: frames, requests, arenas, parked fetches and outputs are
// used again. On the real disk, since the simulated one keeps its files on the heap.
#include <gtest/gtest.h>

#include "core/base/alloc_count_testing.h"
#include "core/broker/broker_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

class Allocations : public testing::Test {
 protected:
  Allocations()
      : disk(std::move(PosixDisk::open(directory.path())).value()),
        host(BrokerHost::Settings{{"ottla.default.durability", "replicated"}}, 1, disk.get()) {
    host.create_topic("t", 4);
    client = host.connect();
  }
  ~Allocations() override { host.stop(); }

  template <class M>
  static std::string frame_of(const M& request, wire::Version version) {
    BytesBuffer out;
    const wire::RequestHeader header{
        .api_key = 0, .api_version = version, .correlation_id = 1, .client_id = "allocation test"};
    EXPECT_TRUE(wire::encode_request(request, header, out).ok());
    return std::string(out.view().text());
  }

  // Feeds the frame and drops what comes out, as a host would. Returns what the broker allocated.
  uint64_t feed(const std::string& frame) {
    Broker& broker = host.broker();
    now = now + Duration::from_us(100);
    const AllocCount count;
    broker.tick(now, host.wall());
    const std::span<uint8_t> room = broker.receive_buffer(client);
    EXPECT_GE(room.size(), frame.size());
    std::memcpy(room.data(), frame.data(), frame.size());
    broker.client_received(client, frame.size());
    broker.take_effects(effects);
    for (const Output& output : effects.outputs) broker.client_sent(output.connection, output.size());
    outputs += effects.outputs.size();
    effects.outputs.clear();
    broker.turn_ended(now);
    const uint64_t allocated = count.so_far();
    for (auto& [id, job] : effects.jobs) {
      run_to_end(*job);
      broker.completed(id, std::move(job));
    }
    effects.jobs.clear();
    return allocated;
  }

  TemporaryDirectory directory;
  std::unique_ptr<PosixDisk> disk;
  BrokerHost host;
  ConnectionId client;
  Effects effects;
  Instant now = Instant::from_ns(100'000'000'000);
  size_t outputs = 0;
};

// The indexes of a segment grow by an entry every 4 KiB, and their memory doubles now and then.
constexpr uint64_t kGrowthOfIndexes = 20;

TEST_F(Allocations, of_produce_are_none) {
  const std::string frame = frame_of(ProduceOne("t", 0, make_batch({.count = 10}), 1).request, 9);
  for (int i = 0; i < 500; ++i) feed(frame);
  uint64_t allocated = 0;
  outputs = 0;
  for (int i = 0; i < 1000; ++i) allocated += feed(frame);
  EXPECT_EQ(outputs, 1000U);
  EXPECT_LE(allocated, kGrowthOfIndexes);
}

TEST_F(Allocations, of_fetch_are_none) {
  const std::string produce = frame_of(ProduceOne("t", 0, make_batch({.value = std::string(8000, 'x')}), 1).request, 9);
  for (int i = 0; i < 10; ++i) feed(produce);
  const std::string fetch = frame_of(FetchOne("t", 0, 0).request, 11);
  for (int i = 0; i < 500; ++i) feed(fetch);
  uint64_t allocated = 0;
  outputs = 0;
  for (int i = 0; i < 1000; ++i) allocated += feed(fetch);
  EXPECT_EQ(outputs, 2000U);  // the frame's beginning, the slice
  EXPECT_LE(allocated, kGrowthOfIndexes);
}

TEST_F(Allocations, of_fetches_that_wait_and_are_woken_are_none) {
  const std::string produce = frame_of(ProduceOne("t", 1, make_batch(), 1).request, 9);
  const std::string fetch = frame_of(FetchOne("t", 1, 0).request, 11);
  feed(produce);
  uint64_t allocated = 0;
  outputs = 0;
  for (int i = 0; i < 1500; ++i) {
    FetchOne at_end("t", 1, i + 1);
    const std::string waiting = frame_of(at_end.request, 11);
    const uint64_t spent = feed(waiting) + feed(produce);
    if (i >= 500) allocated += spent;
  }
  EXPECT_LE(allocated, kGrowthOfIndexes);
}

}  // namespace
}  // namespace ottla
