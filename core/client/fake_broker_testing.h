// A broker on one page, to try the client against: one node, topics in memory, producers deduplicated by the book, fetch
// sessions, and a network between the two that splits, delays and loses by a seed. Everything happens in steps of a
// millisecond.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/prng.h"
#include "core/client/client.h"

namespace ottla::client_testing {

struct FakePartition {
  LeaderEpoch epoch{3};
  std::vector<Bytes> batches;
  Offset start{0};
  Offset end{0};
  struct Producer {
    ProducerEpoch epoch;
    std::deque<std::pair<Sequence, Offset>> last;  // of the last five batches
    Sequence next{0};
  };
  std::map<ProducerId, Producer> producers;
};

class FakeBroker {
 public:
  explicit FakeBroker(uint64_t seed) : prng_(seed) {}

  void create_topic(const std::string& name, size_t partition_count);
  FakePartition& partition(const std::string& topic, size_t index) { return topics_.at(topic).partitions.at(index); }
  // Every value stored in the partition, in order.
  std::vector<std::string> values(const std::string& topic, size_t index);

  // The frame of a response, its size in front; empty: none.
  Bytes answer(BytesView frame);

  wire::Version api_versions_last = 5;
  // What a Produce of a partition is answered; asked before the append and, if none, after it.
  std::function<ErrorCode(bool appended)> trouble = [](bool) { return ErrorCode::none; };
  uint64_t fetches_full = 0;
  uint64_t fetches_incremental = 0;
  uint64_t requests = 0;

 private:
  struct Topic {
    TopicId id;
    std::vector<FakePartition> partitions;
  };
  struct Session {
    int32_t id = 0;
    int32_t epoch = 0;
    std::map<std::pair<TopicId, int32_t>, Offset> wanted;
  };
  Topic* topic_of(const TopicId& id, std::string_view name);
  ErrorCode append(FakePartition& partition, BytesView records, Offset& offset);

  Bytes versions(const wire::RequestHeader& header);
  Bytes metadata(const wire::RequestHeader& header, BytesView body);
  Bytes produce(const wire::RequestHeader& header, BytesView body);
  Bytes fetch(const wire::RequestHeader& header, BytesView body);
  Bytes list_offsets(const wire::RequestHeader& header, BytesView body);
  Bytes create_topics(const wire::RequestHeader& header, BytesView body);
  Bytes init_producer_id(const wire::RequestHeader& header);

  Prng prng_;
  std::map<std::string, Topic> topics_;
  Session session_;
  int64_t next_producer_id_ = 100;
  uint8_t next_topic_id_ = 1;
};

// Client and broker in one world.
class FakeWorld {
 public:
  explicit FakeWorld(uint64_t seed, Client::Options options = default_options());
  static Client::Options default_options() {
    return {.network = {.bootstrap = {{"broker", 9092}}, .connection = {.request_timeout = Duration::from_s(5)}}};
  }

  void run(Duration duration);
  // Until `done`, a minute at most; whether it was.
  bool run_until(const std::function<bool()>& done);
  Client& client() { return client_; }
  FakeBroker& broker() { return broker_; }
  [[nodiscard]] Instant now() const { return now_; }

  uint32_t loss_per_mille = 0;  // steps at which a connection is lost
  bool accepts = true;          // new connections
  uint64_t connects = 0;
  uint64_t losses = 0;

 private:
  struct Pipe {
    std::string to_broker;
    std::string to_client;
  };
  void step();
  void move(ClientConnectionId id);

  Prng prng_;
  FakeBroker broker_;
  Client client_;
  Instant now_;
  std::map<ClientConnectionId, Pipe> pipes_;
};

}  // namespace ottla::client_testing
