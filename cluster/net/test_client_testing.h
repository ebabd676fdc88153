// A blocking client of a test, and a host on a thread of its own.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "cluster/net/echo_brain_testing.h"
#include "cluster/net/host.h"
#include "core/os/file_descriptor.h"

namespace ottla {

// Blocks, for 10 s at most.
class TestClient {
 public:
  // From an address of loopback's network, and as a rule not from 127.0.0.1: crowds leave thousands of ports in
  // TIME_WAIT, and who looks whether a port of 127.0.0.1 is free is not to find them.
  explicit TestClient(uint16_t port, const char* from = "127.0.0.2", int receive_buffer = 0);

  void send(std::string_view bytes);
  // False: the other side is gone, or takes nothing for so long.
  bool try_send(std::string_view bytes);
  // Exactly so many bytes; fewer when the other side closes first.
  std::string receive(size_t size);
  // Everything until the other side closes.
  std::string receive_all();
  [[nodiscard]] bool connected() const { return connected_; }
  // The other side has closed: there is an end to read, at once.
  [[nodiscard]] bool ended() const;
  void close() { socket_ = FileDescriptor(); }
  // Goes without a goodbye: the other side sees a reset.
  void abort();
  [[nodiscard]] const FileDescriptor& socket() const { return socket_; }

 private:
  FileDescriptor socket_;
  bool connected_ = false;
};

class SilentSink final : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view, std::span<const LogField>) override { ++said; }
  [[nodiscard]] bool wants(LogLevel) const override { return true; }
  std::atomic<int> said{0};
};

// An EchoBrain behind a listener at a free port, on a loop in a thread of its own.
class EchoHost {
 public:
  explicit EchoHost(const SettingValues* settings = nullptr, size_t listeners = 1);
  ~EchoHost();
  EchoHost(const EchoHost&) = delete;
  EchoHost& operator=(const EchoHost&) = delete;

  [[nodiscard]] uint16_t port(size_t listener = 0) const { return ports_.at(listener); }
  // Runs on the loop's thread, between turns, and gives what it answers.
  template <class Work>
  auto on_loop(Work work) {
    std::packaged_task<decltype(work(std::declval<Host&>(), brain))()> task([&] { return work(*host_, brain); });
    auto result = task.get_future();
    {
      // The loop cannot take it, and be gone, before it was woken.
      const std::lock_guard lock(mutex_);
      asked_.emplace_back([&task] { task(); });
      loop_->wake();
    }
    return result.get();
  }
  // Asks again and again whether it holds, for 10 s at most.
  template <class Condition>
  bool eventually(Condition condition) {
    for (int i = 0; i < 1000; ++i) {
      if (on_loop(condition)) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  EchoBrain brain;  // the loop's thread's
  SilentSink sink;

 private:
  void run(const SettingValues* settings, size_t listeners, std::promise<void>& started);

  std::vector<uint16_t> ports_;
  Loop* loop_ = nullptr;
  Host* host_ = nullptr;
  std::mutex mutex_;
  std::vector<std::function<void()>> asked_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace ottla
