// All client connections of a broker, and what they share: pools, the turn's outputs, the order in which they fall idle.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/hash_map.h"
#include "core/base/log_sink.h"
#include "core/broker/block_pool.h"
#include "core/broker/connection.h"
#include "core/model/limits.h"

namespace ottla {

class Metrics;

// Where requests go. The broker's is dispatch by served.inc.
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  // Null: not served.
  [[nodiscard]] virtual const ServedApi* find(int16_t key) const = 0;
  virtual void begin(const ServedApi& api, RequestPtr request) = 0;
};

class Connections {
 public:
  struct Options {
    size_t frame_size_max = limits::kFrameSizeMax;
    std::optional<Duration> idle_max = Duration::from_ms(600'000);  // nothing: they may be idle for ever
  };

  Connections(const Options& options, RequestSink& requests, LogSink& sink, Metrics* metrics)
      : options_(options), requests_(requests), sink_(sink), metrics_(metrics) {}
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // See Broker, whose client_ functions these are.
  void opened(ConnectionId id, ListenerId listener, std::string host, Principal principal);
  std::span<uint8_t> receive_buffer(ConnectionId id);
  void received(ConnectionId id, size_t size);
  void sent(ConnectionId id, size_t size);
  void closed(ConnectionId id);

  // Closes who was idle too long.
  void tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // Requests are begun from now on, or not any more. Before, what comes in waits.
  void set_running(bool running);
  // Goes on with connections that waited for an answer. True when there was one.
  bool run();
  // The turn's outputs, closes and changes of reading.
  void collect(Effects& effects);
  void close_all(std::string_view reason);

  // A turn would do something: answers to give out, requests to begin.
  [[nodiscard]] bool has_work() const { return !touched_.empty(); }

  [[nodiscard]] size_t count() const { return connections_.size(); }
  [[nodiscard]] size_t in_flight() const { return in_flight_; }
  [[nodiscard]] bool all_sent() const { return unsent_ == 0 && touched_.empty(); }
  [[nodiscard]] BlockPool& blocks() { return blocks_; }
  [[nodiscard]] RequestPool& requests() { return request_pool_; }
  // What a connection holds beside its requests; for tests and metrics.
  [[nodiscard]] size_t memory(ConnectionId id) const;

 private:
  friend class Connection;

  [[nodiscard]] Instant idle_at() const;
  void append_newest(Connection& connection);
  void unlink(Connection& connection);
  void moved_now(Connection& connection);
  Connection::Slot* take_slot();
  void give_back(Connection::Slot* slot);

  Options options_;
  RequestSink& requests_;
  LogSink& sink_;
  Metrics* metrics_;
  bool running_ = false;
  Instant now_;
  BlockPool blocks_;
  RequestPool request_pool_;
  AnswerEncoder encoder_;
  HashMap<ConnectionId, std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> touched_;
  std::vector<std::shared_ptr<Connection>> runnable_;
  std::vector<std::shared_ptr<Connection>> running_now_;
  std::vector<std::unique_ptr<Connection::Slot>> slots_;
  std::vector<Connection::Slot*> free_slots_;
  Connection* oldest_ = nullptr;
  Connection* newest_ = nullptr;
  size_t in_flight_ = 0;
  size_t unsent_ = 0;
  size_t received_capacity_ = 0;  // of all blocks that bytes are received into
  Instant next_trim_;
};

}  // namespace ottla
