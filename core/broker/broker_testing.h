// A broker with a simulated disk and a host that does everything at once, for tests of the room; the world of core/sim is
// for what needs a network, time and crashes at random.
//
//   BrokerHost host;                                     // started, ready
//   host.create_topic("t", 1);
//   const ConnectionId client = host.connect();
//   const auto& answer = host.ask<wire::ProduceResponse>(client, request, 9);
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/broker/broker.h"
#include "core/record/batch_builder.h"
#include "core/sim/seeded_entropy.h"
#include "core/sim/sim_disk.h"
#include "core/sim/sim_log.h"
#include "core/wire/frame.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/messages/01_fetch.h"

namespace ottla {

class BrokerHost {
 public:
  using Settings = std::map<std::string, std::string>;

  // On the simulated disk, or on another that outlives this.
  explicit BrokerHost(Settings settings = {}, uint64_t seed = 1, Disk* disk = nullptr);
  ~BrokerHost();

  // --- Life
  void start();      // until ready
  void stop();       // cleanly
  void cut_power();  // gone; what was not synced may be lost
  [[nodiscard]] bool running() const { return broker_ != nullptr; }
  Broker& broker() { return *broker_; }
  sim::SimDisk& disk() { return disk_; }
  sim::SimLog& log() { return log_; }

  // --- Turns
  void turn();                               // one
  void settle();                             // until nothing happens any more
  void pass(Duration time);                  // and settles
  void leap(Duration time);                  // the same in one tick, as after a long sleep
  bool jobs_run = true;                      // otherwise they wait for run_jobs()
  void run_jobs(std::string_view but = {});  // those of that name go on waiting
  [[nodiscard]] size_t job_count() const { return jobs_.size(); }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Timestamp wall() const { return wall_; }

  // --- Clients
  ConnectionId connect();
  void disconnect(ConnectionId id);  // and it is forgotten
  [[nodiscard]] bool closed(ConnectionId id) const;
  void send_bytes(ConnectionId id, BytesView bytes);
  // Bytes of any kind, a buffer and a turn after the other, until they are taken or the connection is closed.
  void offer(ConnectionId id, BytesView bytes);
  // What came and was not taken.
  [[nodiscard]] const std::string& received(ConnectionId id) const { return clients_.at(id).received; }
  // Offers a frame and waits for an answer or the end of the connection, up to `patience` of the broker's time; true when
  // there was an answer, which is dropped.
  bool exchange(ConnectionId id, BytesView frame, Duration patience);
  // Correlation ids count up from 1 a connection.
  template <wire::WireMessage M>
  void send(ConnectionId id, const M& request, wire::Version version) {
    send_request(id, wire::message_of<M>(), &request, version);
  }
  // The next answer's whole frame is there.
  [[nodiscard]] bool has_answer(ConnectionId id) const;
  // The next answer, decoded; good as long as the host lives.
  template <wire::WireMessage M>
  const M& receive(ConnectionId id) {
    return *static_cast<const M*>(receive_response(id, wire::message_of<M>()));
  }
  template <wire::WireMessage R, wire::WireMessage M>
  const R& ask(ConnectionId id, const M& request, wire::Version version) {
    send(id, request, version);
    settle();
    return receive<R>(id);
  }
  bool keep_unsent = false;  // clients take nothing from the system
  // How many bytes of the outputs so far were slices of files.
  [[nodiscard]] size_t sliced_bytes() const { return sliced_; }

  // --- Short forms
  void create_topic(std::string_view name, int32_t partitions, const Settings& configs = {});
  TopicId topic_id(std::string_view name) { return broker_->image()->find_topic(name)->id; }

 private:
  struct Client {
    std::string received;
    std::deque<std::pair<wire::RequestHeader, int32_t>> asked;  // versions of what is not answered
    int32_t last_correlation = 0;
    bool closed = false;
  };
  struct Kept {
    std::string frame;
    wire::Arena arena;
  };

  void send_request(ConnectionId id, const wire::Message& message, const void* request, wire::Version version);
  const void* receive_response(ConnectionId id, const wire::Message& message);
  bool take_effects();

  Settings settings_text_;
  sim::SimDisk disk_;
  Disk* other_disk_;
  sim::SimLog log_;
  sim::SeededEntropy entropy_;
  std::unique_ptr<SettingValues> settings_;
  std::unique_ptr<Broker> broker_;
  Effects effects_;
  std::deque<std::pair<JobId, std::unique_ptr<Job>>> jobs_;
  std::map<ConnectionId, Client> clients_;
  std::deque<Kept> kept_;
  uint64_t next_connection_ = 1;
  size_t sliced_ = 0;
  Instant now_ = Instant::from_ns(1'000'000'000);
  Timestamp wall_ = Timestamp::from_ms(1'700'000'000'000);
};

// --- Records

struct TestBatch {
  int count = 1;
  std::string value = "value";
  CompressionType compression = CompressionType::none;
  ProducerId producer = kNoProducer;
  ProducerEpoch epoch{0};
  int32_t sequence = 0;
  Timestamp timestamp = Timestamp::from_ms(1'700'000'000'000);
  bool keys = true;
  bool transactional = false;
};
std::string make_batch(const TestBatch& what = {});

// A Produce request of one partition, whose bytes it holds.
struct ProduceOne {
  ProduceOne(std::string topic, int32_t partition, std::string batch, int16_t acks = -1, TopicId id = {});
  wire::ProduceRequest request;

  std::string name, records;
  std::vector<wire::ProduceRequest::Partition> partitions;
  std::vector<wire::ProduceRequest::Topic> topics;
};
const wire::ProduceResponse::Partition& only(const wire::ProduceResponse& answer);

// A Fetch request of one partition.
struct FetchOne {
  FetchOne(std::string topic, int32_t partition, int64_t offset, TopicId id = {});
  wire::FetchRequest request;

  std::string name;
  std::vector<wire::FetchRequest::Partition> partitions;
  std::vector<wire::FetchRequest::Topic> topics;
};
const wire::FetchResponse::Partition& only(const wire::FetchResponse& answer);
// Offsets and values of what was fetched.
std::vector<std::pair<int64_t, std::string>> records_of(const wire::FetchResponse::Partition& partition);

}  // namespace ottla
