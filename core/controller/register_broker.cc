// A broker registers. Another incarnation than the one that is known takes its place: it is fenced until it has caught up,
// and its epoch is the offset of its record. The same incarnation amends what it said of itself and keeps its epoch.
#include <algorithm>

#include "core/controller/leadership.h"
#include "core/controller/operations.h"
#include "core/metadata/features.h"
#include "core/metadata/snapshot.h"

namespace ottla::operations {

namespace {

Refusal check_directories(const MetadataImage& image, const RegisterBroker& request, std::vector<Uuid>& sorted) {
  const auto refuse = [](std::string message) { return Refusal{ErrorCode::invalid_registration, std::move(message)}; };
  if (request.directories.empty()) return refuse("A broker has at least one data directory.");
  sorted = request.directories;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
    return refuse("Two data directories have the same id.");
  }
  for (const Uuid& id : sorted) {
    constexpr Uuid last_reserved{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100}};
    if (id <= last_reserved) return refuse("The data directory id " + id.text() + " is reserved.");
    for (const auto& [number, other] : image.brokers()) {
      if (number != request.id && std::binary_search(other->directories.begin(), other->directories.end(), id)) {
        return refuse("Broker " + std::to_string(number.value()) + " has the data directory " + id.text() +
                      " already.");
      }
    }
  }
  return {};
}

// Every feature of the cluster must be within what the broker can do.
Refusal check_features(const MetadataImage& image, const std::vector<FeatureRange>& features) {
  for (const auto& [name, level] : image.features()) {
    const auto range = std::find_if(features.begin(), features.end(),
                                    [&, &wanted = name](const FeatureRange& each) { return each.name == wanted; });
    if (range == features.end() || level < range->first || level > range->last) {
      return {ErrorCode::unsupported_version, "The broker cannot do " + name + " at level " + std::to_string(level) +
                                                  ", which the cluster has finalized."};
    }
  }
  return {};
}

Refusal check(const Operation& operation, const RegisterBroker& request, BrokerImage& broker) {
  const auto refuse = [](std::string message) { return Refusal{ErrorCode::invalid_registration, std::move(message)}; };
  if (request.id.value() < 0) return refuse("A broker's number is not negative.");
  if (request.incarnation.is_zero()) return refuse("A broker's incarnation is not zero.");
  if (request.listeners.empty()) return refuse("A broker has at least one listener.");
  for (size_t at = 0; at < request.listeners.size(); ++at) {
    for (size_t before = 0; before < at; ++before) {
      if (request.listeners[at].name == request.listeners[before].name) {
        return refuse("Two listeners are named " + request.listeners[at].name + ".");
      }
    }
  }
  if (Refusal refusal = check_directories(operation.image, request, broker.directories)) return refusal;
  broker.features = request.features;
  if (broker.features.empty()) {
    for (const SupportedFeature& feature : kSupportedFeatures) {
      broker.features.push_back({std::string(feature.name), feature.first, feature.last});
    }
  }
  return check_features(operation.image, broker.features);
}

}  // namespace

void register_broker(Operation& operation, const RegisterBroker& request, ControllerResponse& response) {
  BrokerImage broker;
  if (Refusal refusal = check(operation, request, broker)) {
    response.error = refusal.code;
    response.message = std::move(refusal.message);
    return;
  }
  broker.id = request.id;
  broker.incarnation = request.incarnation;
  broker.rack = request.rack;
  broker.listeners = request.listeners;
  const BrokerImage* before = operation.image.find_broker(request.id);
  if (before != nullptr && before->incarnation == request.incarnation) {
    broker.epoch = before->epoch;
    broker.fenced = before->fenced;
    broker.shutting_down = before->shutting_down;
    broker.cordoned = before->cordoned;
  } else {
    leave_partitions(operation, request.id, BrokerFate::replaced);
    broker.epoch = operation.next_offset.value() + static_cast<int64_t>(operation.records.size());
  }
  add_broker(broker, operation.records);
  response.what = BrokerRegistered{broker.epoch};
}

}  // namespace ottla::operations
