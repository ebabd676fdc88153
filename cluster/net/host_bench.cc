// What the host costs: a brain that does the least work a broker can do (check, append, acknowledge; send a slice), driven
// by one client. Beside it, in the same minute, run a plain epoll loop that makes the same system calls.
//
// Frames are u32 size, u32 kind (0 append, 1 fetch), payload; both numbers in the machine's order.
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "cluster/net/host.h"
#include "cluster/net/test_client_testing.h"
#include "core/base/crc32c.h"
#include "core/os/posix_clock.h"
#include "core/os/posix_disk.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

struct FrameHead {
  uint32_t size;
  uint32_t kind;
};

class LeastBrain final : public Brain {
 public:
  explicit LeastBrain(FilePtr file) : file_(std::move(file)) { buffer_.resize(size_t{2} * 1024 * 1024); }

  void tick(Instant, Timestamp) override {}
  [[nodiscard]] Instant next_deadline() const override { return Instant::never(); }
  void client_opened(ConnectionId, ListenerId, const ClientAddress&) override { filled_ = fetched_ = 0; }
  std::span<uint8_t> receive_buffer(ConnectionId) override {
    return {buffer_.data() + filled_, buffer_.size() - filled_};
  }
  void client_received(ConnectionId connection, size_t size) override {
    filled_ += size;
    size_t at = 0;
    FrameHead head{};
    while (filled_ - at >= sizeof(head)) {
      std::memcpy(&head, buffer_.data() + at, sizeof(head));
      if (head.kind == 1) {
        fetch(connection, head.size);
        at += sizeof(head);
        continue;
      }
      if (filled_ - at < sizeof(head) + head.size) break;
      append(connection, {buffer_.data() + at + sizeof(head), head.size});
      at += sizeof(head) + head.size;
    }
    std::memmove(buffer_.data(), buffer_.data() + at, filled_ - at);
    filled_ -= at;
  }
  void client_sent(ConnectionId, size_t) override {}
  void client_closed(ConnectionId) override {}
  void completed(JobId, JobResult) override {}
  void take_effects(Effects& effects) override {
    effects.clear();
    std::swap(effects.outputs, effects_.outputs);
  }
  void turn_ended(Instant) override {}

  int64_t end = 0;

 private:
  void append(ConnectionId connection, BytesView bytes) {
    checksum_ ^= crc32c(bytes);
    OTTLA_ASSERT(file_->write(end, bytes).ok());
    end += static_cast<int64_t>(bytes.size());
    effects_.outputs.push_back({connection, ack_, {}});
  }
  void fetch(ConnectionId connection, uint32_t size_max) {
    const int64_t size = std::min<int64_t>(size_max, end - fetched_);
    const FrameHead head{static_cast<uint32_t>(size), 1};
    effects_.outputs.push_back(
        {connection, Bytes::copy_of({reinterpret_cast<const uint8_t*>(&head), sizeof(head)}), {}});
    effects_.outputs.push_back({connection, {}, {file_, fetched_, size}});
    fetched_ += size;
  }

  FilePtr file_;
  std::vector<uint8_t> buffer_;
  size_t filled_ = 0;
  int64_t fetched_ = 0;
  uint32_t checksum_ = 0;
  Bytes ack_ = Bytes::copy_of(BytesView::of("0123456789abcdef"));
  Effects effects_;
};

double cpu_of(const std::atomic<clockid_t>& clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

class Bench {
 public:
  Bench() : disk_(PosixDisk::open(directory_.path()).value()) {
    std::promise<void> started;
    thread_ = std::thread([&] { run(started); });
    started.get_future().wait();
  }
  ~Bench() {
    {
      const std::lock_guard lock(mutex_);  // it cannot see that it stops, and be gone, before it was woken
      stop_ = true;
      loop_->wake();
    }
    thread_.join();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void produce(uint32_t batch, size_t depth, size_t total) {
    TestClient client(port_);
    std::string frame(sizeof(FrameHead) + batch, 'x');
    const FrameHead head{batch, 0};
    std::memcpy(frame.data(), &head, sizeof(head));
    const size_t count = total / batch;
    const Started started = start();
    size_t sent = 0;
    size_t ack_bytes = 0;
    char acks[4096];
    while (ack_bytes / 16 < count) {
      for (; sent < count && sent - ack_bytes / 16 < depth; ++sent) client.send(frame);
      ack_bytes += static_cast<size_t>(std::max<ssize_t>(::recv(client.socket().number(), acks, sizeof(acks), 0), 0));
    }
    report("produce", batch, depth, count, count * batch, started);
  }
  void fetch(uint32_t size, size_t total) {
    TestClient client(port_);
    const FrameHead head{size, 1};
    const std::string frame(reinterpret_cast<const char*>(&head), sizeof(head));
    std::vector<char> into(size + sizeof(head));
    const Started started = start();
    for (size_t got = 0; got < total; got += size) {
      client.send(frame);
      size_t at = 0;
      while (at < into.size()) {
        at += static_cast<size_t>(::recv(client.socket().number(), into.data() + at, into.size() - at, 0));
      }
    }
    report("fetch", size, 1, total / size, total, started);
  }

 private:
  struct Started {
    Instant at;
    double cpu;
  };
  Started start() { return {monotonic_now(), cpu_of(clock_)}; }
  void report(const char* what, size_t size, size_t depth, size_t requests, size_t bytes, const Started& started) {
    const double seconds = static_cast<double>((monotonic_now() - started.at).ns()) * 1e-9;
    const double cpu = cpu_of(clock_) - started.cpu;
    const double gb = static_cast<double>(bytes) * 1e-9;
    std::printf("%-8s %8zu B  depth %3zu  %6.2f GB/s  %8.0f/s  host CPU %5.3f s/GB  %6.2f us a request\n", what, size,
                depth, gb / seconds, static_cast<double>(requests) / seconds, cpu / gb,
                cpu / static_cast<double>(requests) * 1e6);
  }
  void run(std::promise<void>& started) {
    SilentSink sink;
    JobThreads threads(1);
    Loop loop;
    LeastBrain brain(disk_->create("log").value());
    Host host(loop, brain, threads, nullptr, sink);
    auto socket = listen_at("127.0.0.1", 0, {}).value();
    port_ = local_port(socket);
    host.listen(ListenerId(0), "BENCH", std::move(socket), {});
    loop_ = &loop;
    clockid_t clock{};
    ::pthread_getcpuclockid(::pthread_self(), &clock);
    clock_ = clock;
    started.set_value();
    loop.run_until([this] {
      const std::lock_guard lock(mutex_);
      return stop_;
    });
  }

  TemporaryDirectory directory_;
  std::unique_ptr<PosixDisk> disk_;
  std::mutex mutex_;
  bool stop_ = false;
  std::atomic<clockid_t> clock_{};
  uint16_t port_ = 0;
  Loop* loop_ = nullptr;
  std::thread thread_;
};

void run() {
  constexpr size_t kTotal = size_t{1} << 30;
  for (int round = 0; round < 3; ++round) {
    Bench().produce(1 << 20, 5, kTotal);
    Bench().produce(256 * 1024, 5, kTotal);
    Bench().produce(16 * 1024, 64, kTotal / 2);
    Bench().produce(16 * 1024, 5, kTotal / 2);
    Bench().produce(100, 1, 100 * 50'000);
    Bench bench;
    bench.produce(1 << 20, 5, kTotal);
    bench.fetch(1 << 20, kTotal);
  }
}

}  // namespace
}  // namespace ottla

int main() { ottla::run(); }
