// Drives one Brain on a loop: its listeners, its clients' sockets, its jobs. All bytes that go in or out of a broker pass
// here, and nothing here knows what they mean.
//
// A turn of it is a turn of the brain:
//
//   1. time, finished jobs, who connected
//   2. what is waiting is sent where the system has room again
//   3. what has come is read into the brain's buffers, a portion a connection, so that a fast client delays nobody
//   4. the brain's effects: jobs begin, outputs are sent at once as far as the system takes them
//
// An output that the system does not take stays here. How much that may become is the brain's business: it hears what was
// sent, and stops reading from whoever does not read. A connection that the brain closes goes when all was sent, or when
// the other side has taken nothing for kClosingMax.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "cluster/net/brain.h"
#include "cluster/net/client_socket.h"
#include "cluster/net/connection_caps.h"
#include "cluster/net/job_threads.h"
#include "cluster/net/listener.h"
#include "cluster/net/loop.h"
#include "core/base/log_sink.h"

namespace ottla {

struct HostCounts {
  size_t connections = 0;
  uint64_t accepted = 0;
  uint64_t turned_away = 0;    // their address had too many
  uint64_t accept_failed = 0;  // no descriptors or memory
  uint64_t turns = 0;
};

class Host final : public LoopMember, private ClientSocket::Owner {
 public:
  static constexpr Duration kClosingMax = Duration::from_s(10);

  // All of them outlive it. Without `settings` there are no caps.
  Host(Loop& loop, Brain& brain, JobThreads& threads, const SettingValues* settings, LogSink& sink);
  ~Host() override;

  // Takes clients from a socket that listens (socket.h).
  void listen(ListenerId id, std::string name, FileDescriptor socket, const SocketOptions& options);
  void stop_listening() { listeners_.clear(); }

  // Something outside of turns was asked of the brain: it wants one.
  void poke() { poked_ = true; }
  // The brain stops: it waits for what is sent, so each time that something was it gets a turn.
  void drain() { draining_ = poked_ = true; }
  [[nodiscard]] HostCounts counts() const;

  void turn(Instant now) override;
  [[nodiscard]] bool wants_turn() const override;
  [[nodiscard]] Instant next_deadline() const override;

 private:
  // Portions of one turn: of a connection read or sent, and of connections taken.
  static constexpr size_t kReadMax = size_t{256} * 1024;
  static constexpr size_t kSendMax = size_t{4} * 1024 * 1024;
  static constexpr int kAcceptMax = 64;
  static constexpr Duration kAcceptRetry = Duration::from_ms(100);

  using Connections = std::unordered_map<uint64_t, std::unique_ptr<ClientSocket>>;

  void became_ready(ClientSocket& connection) override { schedule(connection); }
  void schedule(ClientSocket& connection);
  void finish_jobs();
  void accept_clients(Listener& listener, Instant now);
  void open(Listener& listener, AcceptedSocket accepted, Instant now);
  void serve(ClientSocket& connection);
  bool read_from(ClientSocket& connection);
  bool send_to(ClientSocket& connection);
  void perform(Instant now);
  ClientSocket* find(ConnectionId id);
  void forget(ClientSocket& connection);
  void close_overdue(Instant now);

  Loop& loop_;
  Brain& brain_;
  LogSink& sink_;
  ConnectionCaps caps_;
  JobThreads::Desk desk_;
  JobThreads::Desk::Finished finished_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  std::unordered_map<uint32_t, std::string> listener_names_;  // of those that stopped listening, too
  Connections connections_;
  std::vector<ConnectionId> scheduled_;  // connections with work
  std::vector<ConnectionId> serving_;    // those of this turn
  std::vector<ConnectionId> touched_;    // have new outputs
  // Connections that are to go, and when they go at the latest; by time.
  std::vector<std::pair<Instant, ConnectionId>> closing_;
  Effects effects_;
  HostCounts counts_;
  uint64_t next_id_ = 1;
  bool poked_ = true;
  bool draining_ = false;
};

}  // namespace ottla
