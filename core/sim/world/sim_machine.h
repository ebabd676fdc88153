// One simulated machine with a broker on it: the host that cluster/node is in life. It gives the broker time, bytes and
// finished jobs, and does what the broker asks for, on a disk, a network and a pool of hands that belong to the seed.
//
//   SimMachine machine(clock, seed, options);
//   machine.start();                 // the process starts
//   machine.cut_power();             // what was not synced is lost, partly; everything is gone from memory
//   machine.kill();                  // kill -9: the process is gone, the disk's cache is not
//   machine.stop();                  // SIGTERM: drains, checkpoints; then stopped
//
// A turn comes some time after something happened, and takes everything that is there by then. Bytes that a broker
// wrote and that were still on their way when it died are lost or not, as on a real network.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/broker/broker.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_disk.h"
#include "core/sim/sim_jobs.h"
#include "core/sim/sim_log.h"
#include "core/sim/trace_hash.h"
#include "core/sim/world/sim_pipe.h"

namespace ottla::sim {

// A connection between a client and a node. Either side may go; it is forgotten when both have.
struct SimLink {
  SimLink(SimClock& clock, Prng& prng, const SimPipe::Options& options)
      : up(clock, prng.next(), options), down(clock, prng.next(), options) {}
  SimPipe up;         // to the broker
  SimPipe down;       // to the client
  bool lost = false;  // both ends hear nothing more
};
using SimLinkPtr = std::shared_ptr<SimLink>;

class SimMachine {
 public:
  struct Options {
    std::map<std::string, std::string> settings{};  // beside what the world sets
    SimDiskOptions disk{};
    size_t disk_count = 1;  // data directories, each on a disk of its own; the metadata log is on the first
    std::string host = "sim";
    uint16_t port = 9092;
    // From something happening to the turn that sees it.
    Duration turn_least = Duration::from_us(1);
    Duration turn_most = Duration::from_us(50);
  };

  SimMachine(SimClock& clock, uint64_t seed, Options options);
  ~SimMachine();
  SimMachine(const SimMachine&) = delete;
  SimMachine& operator=(const SimMachine&) = delete;

  // False: it could not; trouble() says why.
  bool start();
  void kill();
  void cut_power();
  // The power goes after so many more changes on one of the disks; then on_power_lost is called, from an event of its own.
  // What the others are still asked for before that is on its way to a machine that nobody hears of again.
  void cut_power_after(uint64_t change_count, size_t disk = 0);
  std::function<void()> on_power_lost;
  void stop(Duration drain);  // until running() is false

  [[nodiscard]] bool running() const { return broker_ != nullptr; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] bool ready() const { return broker_ != nullptr && broker_->ready(); }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  Broker& broker() { return *broker_; }
  SimDisk& disk(size_t index = 0) { return *disks_[index]; }
  [[nodiscard]] size_t disk_count() const { return disks_.size(); }
  SimLog& log() { return log_; }
  SimJobs& jobs() { return jobs_; }
  SimWallClock& wall() { return wall_; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] uint64_t turn_count() const { return turns_; }
  [[nodiscard]] uint64_t trace_hash() const;

  // A client connects. False: nobody listens.
  bool accept(const SimLinkPtr& link);

 private:
  struct Connection {
    SimLinkPtr link;
    std::deque<Output> outputs;
    size_t to_tell = 0;  // bytes that went out since the last turn
    bool reading = true;
    bool closing = false;
  };

  void wake();
  void turn();
  void give_bytes();
  void take_effects();
  void flush(Connection& connection);
  void forget(ConnectionId id);
  void vanish();
  [[nodiscard]] bool power_is_gone();

  SimClock& clock_;
  Prng prng_;
  Options options_;
  SimWallClock wall_;
  std::vector<std::unique_ptr<SimDisk>> disks_;
  SimLog log_;
  SeededEntropy entropy_;
  std::unique_ptr<SettingValues> settings_;
  SimJobs jobs_;
  std::unique_ptr<Broker> broker_;
  Effects effects_;
  std::map<ConnectionId, Connection> connections_;
  std::vector<std::pair<JobId, JobResult>> completed_;
  std::map<JobId, JobId> job_ids_;  // ours to the broker's
  std::optional<EventId> turn_event_;
  EventId timer_{};
  uint64_t next_connection_ = 1;
  uint64_t turns_ = 0;
  bool stopping_ = false;
  bool power_told_ = false;
  std::string trouble_;
  TraceHash hash_;
};

}  // namespace ottla::sim
