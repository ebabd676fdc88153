// A broker as a value: no sockets, threads or clocks. A host feeds it bytes, time and finished jobs, and does what it
// asks for. The simulator and the node are such hosts, and neither is told from the other.
//
//   turn:  tick(now, wall)   everything that is ready   one take_effects()
//
// Single-threaded. Everything a call needs to know about time is the last tick's. No call blocks, but start(), and what
// the page cache and directory operations take.
//
// Life: start() -> starting (jobs run: the metadata log is recovered and replayed) -> ready() -> stop() -> stopped().
// Connections are taken from the beginning; requests wait until the broker is ready.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/broker/effects.h"
#include "core/broker/start_error.h"
#include "core/io/disk.h"
#include "core/metadata/image.h"
#include "core/model/principal.h"
#include "core/model/settings_values.h"

namespace ottla {

struct BrokerListener {
  std::string name;
  std::string advertised_host;  // what clients are told
  uint16_t advertised_port = 0;
};

struct ClientAddress {
  std::string text;  // "127.0.0.1", without the port
  uint16_t port = 0;
};

struct BrokerOptions {
  SettingValues* settings = nullptr;      // the node's, checked; outlives the broker, which changes what may change
  std::vector<Disk*> disks;               // one a data directory, in the order of log.dirs; outlive the broker
  std::vector<BrokerListener> listeners;  // by ListenerId
  LogSink* sink = nullptr;
  Entropy* entropy = nullptr;
  bool ephemeral = false;  // the directories go with the process: nothing needs to be synced
};

class Metrics;

class Broker {
 public:
  // Locks and reads the data directories, formats empty ones. Blocks for that long.
  static Result<std::unique_ptr<Broker>, StartError> start(const BrokerOptions& options, Instant now, Timestamp wall);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void tick(Instant now, Timestamp wall);
  // When tick() is wanted at the latest, if nothing else happens.
  [[nodiscard]] Instant next_deadline() const;

  // --- Clients. Ids are the host's, never used twice.
  void client_opened(ConnectionId connection, ListenerId listener, const ClientAddress& address,
                     const Principal& principal = Principal::anonymous());
  // Where the host reads the connection's next bytes to, at least one byte; valid until the next call for this
  // connection. It grows with what was received, never with what was promised.
  std::span<uint8_t> receive_buffer(ConnectionId connection);
  void client_received(ConnectionId connection, size_t size);  // of that buffer; may be less, not 0
  void client_sent(ConnectionId connection, size_t size);      // of the outputs, in order
  void client_closed(ConnectionId connection);                 // by the other side, or broken

  void completed(JobId id, JobResult result);

  // Ends the turn. `effects` is cleared first.
  void take_effects(Effects& effects);
  // The host began what the effects asked for, and it is `now`: for who measures how long requests took. May be left out.
  void turn_ended(Instant now);

  [[nodiscard]] bool ready() const;
  // Set when it cannot start or go on (a quarantined metadata log, say): the host stops it and tells.
  [[nodiscard]] const std::optional<StartError>& failed() const;
  [[nodiscard]] const ImagePtr& image() const;
  [[nodiscard]] const std::string& cluster_id() const;
  [[nodiscard]] const Metrics& metrics() const;
  void write_metrics(std::string& page) const;  // adds Prometheus' text

  // No new requests are taken; what was begun is answered for at most `drain`; then everything is synced and
  // checkpointed. Turns go on until stopped().
  void stop(Duration drain);
  [[nodiscard]] bool stopped() const;

 private:
  struct Parts;
  explicit Broker(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace ottla
