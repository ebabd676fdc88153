// From a request to its operation, and from what that answers to the bytes of a response.
#include "core/controller/operations.h"
#include "core/model/limits.h"
#include "core/wire/codec.h"

namespace ottla {

namespace {

using operations::alter_configs;
using operations::alter_partition_reassignments;
using operations::create_partitions;
using operations::create_topics;
using operations::delete_topics;
using operations::elect_leaders;
using operations::incremental_alter_configs;
using operations::update_features;

void refuse(ControllerResponse& response, ErrorCode code, std::string message) {
  response.error = code;
  response.message = std::move(message);
}

template <class Request, class Response>
void run(Operation& operation, Response (*perform)(Operation&, const Request&), const ForwardedRequest& forwarded,
         ControllerResponse& response) {
  const wire::Message& message = wire::message_of<Request>();
  if (!message.versions.contains(forwarded.api_version)) {
    return refuse(response, ErrorCode::unsupported_version, "The controller does not know this version.");
  }
  Request request;
  if (const auto read = wire::decode(forwarded.body, forwarded.api_version, operation.arena, request); !read.ok()) {
    return refuse(response, ErrorCode::invalid_request, read.error().text());
  }
  const Response answer = perform(operation, request);
  BytesBuffer out;
  const auto written = wire::encode(answer, forwarded.api_version, out);
  if (!written.ok()) {  // a text that this version cannot carry
    operation.records.cut(0);
    return refuse(response, ErrorCode::invalid_request, written.error().text());
  }
  response.body = out.freeze();
}

void run_forwarded(Operation& operation, const ForwardedRequest& forwarded, ControllerResponse& response) {
  switch (forwarded.api_key) {
    case 19: return run(operation, create_topics, forwarded, response);
    case 20: return run(operation, delete_topics, forwarded, response);
    case 33: return run(operation, alter_configs, forwarded, response);
    case 37: return run(operation, create_partitions, forwarded, response);
    case 43: return run(operation, elect_leaders, forwarded, response);
    case 44: return run(operation, incremental_alter_configs, forwarded, response);
    case 45: return run(operation, alter_partition_reassignments, forwarded, response);
    case 57: return run(operation, update_features, forwarded, response);
    default: return refuse(response, ErrorCode::unsupported_version, "The controller does not do this request.");
  }
}

}  // namespace

Outcome perform(const OperationContext& context, const ControllerRequest& request) {
  wire::Arena arena;
  Operation operation{context.image, context.node, context.entropy, arena, 0, context.next_offset, {}};
  Outcome outcome;
  if (const auto* forwarded = std::get_if<ForwardedRequest>(&request.what)) {
    operation.version = forwarded->api_version;
    run_forwarded(operation, *forwarded, outcome.response);
  } else if (const auto* registration = std::get_if<RegisterBroker>(&request.what)) {
    operations::register_broker(operation, *registration, outcome.response);
  } else if (const auto* heartbeat = std::get_if<BrokerHeartbeat>(&request.what)) {
    operations::broker_heartbeat(operation, *heartbeat, outcome.response);
  } else if (const auto* ids = std::get_if<AllocateProducerIds>(&request.what)) {
    operations::allocate_producer_ids(operation, *ids, outcome.response);
  } else {
    refuse(outcome.response, ErrorCode::unsupported_version, "In-sync sets of several replicas are not kept yet.");
  }
  if (operation.records.byte_size() > limits::kMetadataBatchSizeMax) {
    operation.records.cut(0);
    outcome.response = {};
    refuse(outcome.response, ErrorCode::policy_violation,
           "The request asks for more than fits one batch of the metadata log.");
  }
  outcome.records = std::move(operation.records);
  return outcome;
}

Outcome bootstrap(const OperationContext& context) {
  wire::Arena arena;
  Operation operation{context.image, context.node, context.entropy, arena, 0, context.next_offset, {}};
  operations::bootstrap(operation);
  return {std::move(operation.records), {}};
}

}  // namespace ottla
