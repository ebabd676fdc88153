// One page of text over HTTP, for whoever scrapes metrics: GET or HEAD of its path gives the page, anything else an error,
// and the connection is closed after each answer. For loopback: there is no login, and no more HTTP than this.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "cluster/net/brain.h"

namespace ottla {

class PageBrain final : public Brain {
 public:
  // `page` is asked at each request; the text is of Prometheus' format 0.0.4.
  PageBrain(std::string path, std::function<std::string()> page) : path_(std::move(path)), page_(std::move(page)) {}

  void tick(Instant now, Timestamp wall) override;
  [[nodiscard]] Instant next_deadline() const override;
  void client_opened(ConnectionId connection, ListenerId listener, const ClientAddress& address) override;
  std::span<uint8_t> receive_buffer(ConnectionId) override { return buffer_; }
  void client_received(ConnectionId connection, size_t size) override;
  void client_sent(ConnectionId, size_t) override {}
  void client_closed(ConnectionId connection) override { requests_.erase(connection.value()); }
  void completed(JobId, JobResult) override {}
  void take_effects(Effects& effects) override {
    effects.clear();
    std::swap(effects, effects_);
  }
  void turn_ended(Instant) override {}

  static constexpr size_t kRequestMax = size_t{8} * 1024;
  static constexpr Duration kRequestTime = Duration::from_s(10);

 private:
  struct Waiting {
    std::string head;
    Instant deadline;
  };

  void answer(ConnectionId connection, std::string_view request_line);
  void send(ConnectionId connection, std::string_view status, std::string_view body, bool head_only);

  std::string path_;
  std::function<std::string()> page_;
  std::array<uint8_t, 4096> buffer_{};
  std::unordered_map<uint64_t, Waiting> requests_;  // whose head is not complete
  Effects effects_;
  Instant now_;
};

}  // namespace ottla
