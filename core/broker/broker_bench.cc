// What a request costs in the broker: frames in, effects out, on the system's disk and without sockets. Beside it, where
// there is one, a bare program that does to the same bytes what cannot be left out.
//
//   produce    one batch a request, acks=1, replicated; bare: copied once, checked with a CRC32C, written
//   fetch      one batch a request, which goes as a slice of its file: its bytes are not touched
//   persisted  a small batch a request, 1 to 64 on their way: requests a sync
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

#include "core/base/crc32c.h"
#include "core/broker/frame_feed_testing.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace {

using namespace ottla;

constexpr int kRounds = 5;
constexpr size_t kBytesMax = size_t{128} << 20;  // of a round
constexpr int kRequestsMax = 20'000;

// Of this thread: what others do does not count.
double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double seconds_of(const auto& work) {
  const double start = cpu_seconds();
  work();
  return cpu_seconds() - start;
}

struct World {
  explicit World(const char* durability, size_t clients = 1)
      : disk(std::move(PosixDisk::open(directory.path())).value()),
        host(BrokerHost::Settings{{"ottla.default.durability", durability}}, 1, disk.get()) {
    host.create_topic("t", 1);
    feed = std::make_unique<FrameFeed>(host, clients);
  }

  TemporaryDirectory directory;
  std::unique_ptr<PosixDisk> disk;
  BrokerHost host;
  std::unique_ptr<FrameFeed> feed;
};

std::string produce_frame(size_t value_size, int16_t acks) {
  return request_frame(ProduceOne("t", 0, make_batch({.value = std::string(value_size, 'v')}), acks).request, 9);
}

double bare_produce(BytesView frame, int requests) {
  TemporaryDirectory directory;
  const auto disk = PosixDisk::open(directory.path()).value();
  const FilePtr file = disk->create("bare").value();
  std::string buffer(frame.size(), '\0');
  volatile uint32_t seen = 0;
  int64_t position = 0;
  return seconds_of([&] {
    for (int i = 0; i < requests; ++i) {
      std::copy(frame.begin(), frame.end(), buffer.begin());
      seen = crc32c(BytesView::of(buffer));
      OTTLA_ASSERT(file->write(position, BytesView::of(buffer)).ok(), seen);
      position += static_cast<int64_t>(buffer.size());
    }
  });
}

void bench_size(size_t value_size) {
  const std::string produce = produce_frame(value_size, 1);
  const int requests = static_cast<int>(std::min<size_t>(kRequestsMax, kBytesMax / produce.size()));
  double produced = 1e9;
  double fetched = 1e9;
  double bare = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    bare = std::min(bare, bare_produce(BytesView::of(produce), requests));
    World world("replicated");
    for (int i = 0; i < 100; ++i) world.feed->feed(BytesView::of(produce));
    produced = std::min(produced, seconds_of([&] {
                          for (int i = 0; i < requests; ++i) world.feed->feed(BytesView::of(produce));
                        }));
    std::string fetch[64];
    for (int i = 0; i < 64; ++i) {
      FetchOne one("t", 0, i);
      one.partitions[0].partition_max_bytes = 1;  // the first batch, whatever its size
      fetch[i] = request_frame(one.request, 11);
    }
    const uint64_t before = world.feed->bytes_out();
    fetched = std::min(fetched, seconds_of([&] {
                         for (int i = 0; i < requests; ++i) world.feed->feed(BytesView::of(fetch[i % 64]));
                       }));
    OTTLA_ASSERT(world.feed->bytes_out() - before > static_cast<size_t>(requests) * value_size);
  }
  const auto ns = [&](double seconds) { return seconds * 1e9 / requests; };
  std::printf("%8zu bytes: produce %8.0f ns, %8.0f/s, bare %8.0f ns (%3.0f %%); fetch %6.0f ns, %8.0f/s\n", value_size,
              ns(produced), requests / produced, ns(bare), 100 * bare / produced, ns(fetched), requests / fetched);
}

void bench_persisted(size_t in_flight) {
  constexpr int kRequests = 4096;
  World world("persisted", in_flight);
  const std::string frame = produce_frame(100, -1);
  const size_t rounds = kRequests / in_flight;
  const size_t jobs_before = world.feed->jobs_run();
  const double took = seconds_of([&] {
    for (size_t round = 0; round < rounds; ++round) {
      world.feed->begin();
      for (size_t client = 0; client < in_flight; ++client) {
        world.feed->give(world.feed->client(client), BytesView::of(frame));
      }
      world.feed->end();
      world.feed->run_jobs();
    }
  });
  std::printf("persisted, %2zu on their way: %4zu syncs for %d requests, %5.0f ns of the processor each\n", in_flight,
              world.feed->jobs_run() - jobs_before, kRequests, took * 1e9 / kRequests);
}

}  // namespace

int main() {
  for (const size_t size : {100, 1'000, 10'000, 100'000, 1'000'000}) bench_size(size);
  for (const size_t in_flight : {1, 8, 64}) bench_persisted(in_flight);
  return 0;
}
