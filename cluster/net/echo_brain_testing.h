// A brain for tests of the host: answers bytes with the same bytes, and does on command what a broker does.
//
//   any byte      comes back
//   '!'           the connection is closed after what came before it
//   'F'           is answered by the slice `slice`
//   'J'           is answered "j" when a job has run on another thread
//
// It stops reading from a connection with more than kUnsentMax unsent bytes, as the broker does.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cluster/net/brain.h"

namespace ottla {

class EchoBrain final : public Brain {
 public:
  static constexpr size_t kUnsentMax = size_t{1} << 20;

  struct Client {
    ListenerId listener;
    ClientAddress address;
    size_t unsent = 0;
    bool stopped = false;
  };

  FileSlice slice;
  std::map<uint64_t, Client> clients;
  std::vector<uint64_t> closed;
  size_t received_in_turn = 0;
  size_t received_in_turn_max = 0;
  size_t turns = 0;
  Instant wake_at = Instant::never();
  std::set<std::thread::id> job_threads;

  void tick(Instant now, Timestamp) override {
    ++turns;
    now_ = now;
    received_in_turn = 0;
    if (wake_at <= now) wake_at = Instant::never();
  }
  [[nodiscard]] Instant next_deadline() const override { return wake_at; }
  void client_opened(ConnectionId connection, ListenerId listener, const ClientAddress& address) override {
    EXPECT_TRUE(clients.try_emplace(connection.value(), Client{listener, address}).second);
  }
  std::span<uint8_t> receive_buffer(ConnectionId connection) override {
    EXPECT_TRUE(clients.contains(connection.value()));
    return buffer_;
  }
  void client_received(ConnectionId connection, size_t size) override;
  void client_sent(ConnectionId connection, size_t size) override {
    Client& client = clients.at(connection.value());
    ASSERT_GE(client.unsent, size);
    client.unsent -= size;
    if (!client.stopped || client.unsent > kUnsentMax / 2) return;
    client.stopped = false;
    effects_.reading.emplace_back(connection, ReadingChange::resume);
  }
  void client_closed(ConnectionId connection) override {
    EXPECT_EQ(clients.erase(connection.value()), 1U);
    closed.push_back(connection.value());
  }
  void completed(JobId id, JobResult result) override;
  void take_effects(Effects& effects) override {
    effects.clear();
    std::swap(effects, effects_);
  }
  void turn_ended(Instant now) override { EXPECT_GE(now, now_); }

 private:
  void answer(ConnectionId connection, Output output) {
    Client& client = clients.at(connection.value());
    client.unsent += output.size();
    if (!client.stopped && client.unsent > kUnsentMax) {
      client.stopped = true;
      effects_.reading.emplace_back(connection, ReadingChange::stop);
    }
    effects_.outputs.push_back(std::move(output));
  }

  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(size_t{64} * 1024);
  Effects effects_;
  Instant now_;
  uint64_t next_job_ = 1;
  std::map<uint64_t, ConnectionId> jobs_;
};

// Says which thread it ran on; takes three steps for it.
class ThreadJob final : public Job {
 public:
  static constexpr std::string_view kName = "thread job";
  Step step() override {
    thread = std::this_thread::get_id();
    return ++steps_ == 3 ? Step::done : Step::more;
  }
  [[nodiscard]] std::string_view name() const override { return kName; }
  std::thread::id thread;

 private:
  int steps_ = 0;
};

}  // namespace ottla
