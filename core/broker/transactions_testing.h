// A broker whose clients write in transactions, a request at a time (broker_testing.h). Topics "a" and "b" of one partition
// each; __consumer_offsets has one too.
//
//   TransactionHost host;
//   const TransactionOf producer = host.init("id");
//   host.add("id", producer, "a");
//   host.produce("a", producer, 0);
//   host.end("id", producer, true);
//   host.read("a", true);
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/broker/broker_testing.h"
#include "core/state_machine/tenant.h"

namespace ottla {

struct TransactionHost : BrokerHost {
  // Without coordinators of transactions partitions take any (`transaction.partition.verification.enable=false`).
  explicit TransactionHost(Settings settings = {});
  // transaction.version 2: each transaction has an epoch of its own.
  void finalize_v2();
  // After a stop or a cut: the same broker again.
  void start_again();

  // What answers said; an error is told by the calls that give a code, and is a failure of the test elsewhere.
  ErrorCode init(const std::string& id, TransactionOf& producer, int32_t timeout_ms = 60'000);
  TransactionOf init(const std::string& id);
  ErrorCode add(const std::string& id, const TransactionOf& producer, const std::string& topic);
  ErrorCode add_offsets(const std::string& id, const TransactionOf& producer, const std::string& group);
  // From version 5 on `producer` becomes who it is in the next transaction.
  ErrorCode end(const std::string& id, TransactionOf& producer, bool commit, wire::Version version = 4);
  struct Produced {
    std::string topic;
    TransactionOf producer;
    int32_t sequence = 0;
    std::string value = "value";
    std::string id = "id";
    wire::Version version = 11;
  };
  ErrorCode produce(const Produced& what);
  struct Marked {
    std::string topic;
    TransactionOf producer;
    bool commit = true;
    int32_t coordinator_epoch = 0;
    int8_t transaction_version = 0;
  };
  void send_marker(const Marked& what);
  ErrorCode mark(const Marked& what);
  // With the aborted transactions' records left out, as clients do it, where only what is committed is wanted.
  std::vector<std::string> read(const std::string& topic, bool committed);
  const wire::FetchResponse::Partition& fetch(const std::string& topic, bool committed, int64_t from = 0);

  ErrorCode commit_offset(const std::string& group, const TransactionOf& producer, int64_t offset,
                          wire::Version version = 3, const std::string& id = "id");
  static constexpr int64_t kUnstable = -2;
  // Of topic "a"; nothing: none is committed.
  std::optional<int64_t> offset_of(const std::string& group, bool require_stable = true);

  // As ask(), while a moment of time passes where the broker waits for one.
  template <wire::WireMessage R, wire::WireMessage M>
  const R& ask_in_time(const M& request, wire::Version version) {
    send(client, request, version);
    settle();
    for (int i = 0; i < 1000 && !has_answer(client); ++i) pass(Duration::from_ms(1));
    return receive<R>(client);
  }

  ConnectionId client{0};
};

}  // namespace ottla
