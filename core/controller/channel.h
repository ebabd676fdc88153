// The way to the controller, which may be this node's or another's: a broker asks, and hears by the number it asked with.
// Nothing that crosses it points into either side, so cluster/rpc can carry it as it is.
//
// The answer says up to where the metadata log must be known before a client may be told: who asked waits until its own
// image is there. So a topic is usable, here, when the client hears that it was created.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/metadata/image.h"
#include "core/model/errors.h"
#include "core/model/principal.h"

namespace ottla {

using ControllerRequestId = StrongId<struct ControllerRequestIdTag, uint64_t>;

// A client's request as it came: the controller answers in the client's version.
struct ForwardedRequest {
  int16_t api_key = 0;
  int16_t api_version = 0;
  Bytes body;
  Principal principal;
  std::string client_id;
  int64_t timeout_ms = 0;
};

// A broker starts: a new incarnation, fenced until a heartbeat says that it has caught up with its own registration.
struct RegisterBroker {
  BrokerId id = kNoBroker;
  Incarnation incarnation;
  std::optional<std::string> rack;
  std::vector<ListenerImage> listeners;
  std::vector<Uuid> directories;
  std::vector<FeatureRange> features;  // none: what this binary can do (core/metadata/features.h)
};
struct BrokerHeartbeat {
  BrokerId id = kNoBroker;
  int64_t epoch = -1;
  Offset metadata_end;  // what its image has
  bool wants_fence = false;
  bool wants_shutdown = false;
};
struct AllocateProducerIds {
  BrokerId id = kNoBroker;
  int64_t epoch = -1;
};

// A leader asks for another in-sync set. Nobody asks yet: with one broker there is nothing to ask for.
struct AlterPartition {
  BrokerId id = kNoBroker;
  int64_t epoch = -1;
  TopicId topic;
  PartitionIndex partition;
  LeaderEpoch leader_epoch;
  int32_t partition_epoch = -1;
  std::vector<BrokerId> in_sync;
  bool recovering = false;
};

struct ControllerRequest {
  std::variant<ForwardedRequest, RegisterBroker, BrokerHeartbeat, AllocateProducerIds, AlterPartition> what;
};

struct BrokerRegistered {
  int64_t epoch = -1;
};
struct HeartbeatTaken {
  bool caught_up = false;
  bool fenced = true;
  bool may_shut_down = false;
};
struct ProducerIdBlock {
  ProducerId first = kNoProducer;
  int32_t count = 0;
};

struct ControllerResponse {
  ErrorCode error = ErrorCode::none;  // of the whole: not_controller, request_timed_out, stale_broker_epoch, ...
  std::string message;
  Bytes body;  // of a forwarded request: the response's body, in the request's version; set when error is none
  std::variant<std::monostate, BrokerRegistered, HeartbeatTaken, ProducerIdBlock> what;
  Offset applied_end{0};  // see above; 0: nothing to wait for
};

class ControllerChannel {
 public:
  virtual ~ControllerChannel() = default;
  // Never answers from inside the call. Every request is answered once, by an error at the latest when it times out.
  virtual ControllerRequestId send(ControllerRequest request) = 0;
};

// What the owner of a channel is told.
struct ControllerAnswer {
  ControllerRequestId id;
  ControllerResponse response;
};

}  // namespace ottla
