// Nanoseconds to decode and to encode the messages that a busy broker handles most. The least of several rounds, since
// only noise makes one slower; arena and buffer are reused, as on a connection.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/wire/codec.h"
#include "core/wire/messages/00_produce.h"
#include "core/wire/messages/01_fetch.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/18_api_versions.h"

namespace ottla::wire {
namespace {

constexpr int kRounds = 300;
constexpr int kCalls = 100;

double nanoseconds(auto&& call) {
  double least = 1e18;
  for (int round = 0; round < kRounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < kCalls; ++i) call();
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - begin;
    least = std::min(least, spent.count() / kCalls);
  }
  return least;
}

template <WireMessage M>
void measure(const char* what, const M& message, Version version, bool gaps_wanted = false) {
  BytesBuffer bytes;
  OTTLA_ASSERT(encode(message, version, bytes).ok());
  Arena arena;
  M decoded;
  const double decoding = nanoseconds([&] {
    arena.reset();
    OTTLA_ASSERT(decode(bytes.view(), version, arena, decoded).ok());
  });
  BytesBuffer out;
  std::vector<Gap> gaps;
  const double encoding = nanoseconds([&] {
    out.clear();
    gaps.clear();
    OTTLA_ASSERT(encode(message, version, out, gaps_wanted ? &gaps : nullptr).ok());
  });
  size_t size = 0;
  const double sizing = nanoseconds([&] { size += encoded_size(message, version); });
  OTTLA_ASSERT(size == bytes.size() * kRounds * kCalls);
  std::printf("%-58s %8zu bytes  decode %7.0f ns  encode %7.0f ns  size %7.0f ns\n", what, bytes.size(), decoding,
              encoding, sizing);
}

void measure_produce(const char* what, Arena& arena, size_t records_size) {
  const std::vector<uint8_t> records(records_size, 0x5a);
  const auto partitions = arena.array<ProduceRequest::Partition>(10);
  for (size_t i = 0; i < partitions.size(); ++i) {
    partitions[i].index = static_cast<int32_t>(i);
    partitions[i].records = BytesView(records);
  }
  const auto topics = arena.array<ProduceRequest::Topic>(1);
  topics[0].name = "orders";
  topics[0].partition_data = partitions;
  ProduceRequest request;
  request.acks = -1;
  request.topic_data = topics;
  measure(what, request, 9, true);
}

void measure_fetch(Arena& arena) {
  const auto wanted = arena.array<FetchRequest::Partition>(100);
  for (size_t i = 0; i < wanted.size(); ++i) wanted[i].partition = static_cast<int32_t>(i);
  const auto topics = arena.array<FetchRequest::Topic>(1);
  topics[0].topic = "orders";
  topics[0].partitions = wanted;
  FetchRequest request;
  request.topics = topics;
  measure("Fetch v12 request, 100 partitions", request, 12);

  const std::vector<uint8_t> records(16 * 1024, 0x5a);
  const auto answered = arena.array<FetchResponse::Partition>(100);
  for (size_t i = 0; i < answered.size(); ++i) {
    answered[i].partition_index = static_cast<int32_t>(i);
    answered[i].records = BytesView(records);
  }
  const auto responses = arena.array<FetchResponse::Topic>(1);
  responses[0].topic = "orders";
  responses[0].partitions = answered;
  FetchResponse response;
  response.responses = responses;
  measure("Fetch v12 response, 100 partitions, 16 KiB each", response, 12, true);
}

void measure_metadata(Arena& arena) {
  static constexpr int32_t kReplicas[] = {1, 2, 3};
  const auto brokers = arena.array<MetadataResponse::Broker>(3);
  for (size_t i = 0; i < brokers.size(); ++i) {
    brokers[i] = {.node_id = static_cast<int32_t>(i + 1), .host = "broker.example.com", .port = 9092, .rack = null};
  }
  const auto topics = arena.array<MetadataResponse::Topic>(100);
  for (size_t i = 0; i < topics.size(); ++i) {
    topics[i].name = arena.copy("topic-" + std::to_string(i));
    const auto partitions = arena.array<MetadataResponse::Partition>(3);
    for (size_t p = 0; p < partitions.size(); ++p) {
      partitions[p].partition_index = static_cast<int32_t>(p);
      partitions[p].replica_nodes = kReplicas;
      partitions[p].isr_nodes = kReplicas;
    }
    topics[i].partitions = partitions;
  }
  MetadataResponse response;
  response.brokers = brokers;
  response.cluster_id = "4L6g3nShT-eMCtK--X86sw";
  response.topics = topics;
  measure("Metadata v12 response, 100 topics x 3 partitions", response, 12);
}

void measure_api_versions(Arena& arena) {
  const auto keys = arena.array<ApiVersionsResponse::ApiVersion>(60);
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = {.api_key = static_cast<int16_t>(i), .max_version = 9};
  const auto features = arena.array<ApiVersionsResponse::SupportedFeature>(3);
  for (auto& feature : features) feature = {.name = "metadata.version", .max_version = 30};
  ApiVersionsResponse response;
  response.api_keys = keys;
  response.supported_features = features;
  measure("ApiVersions v3 response, 60 keys, 3 features", response, 3);
}

}  // namespace
}  // namespace ottla::wire

int main() {
  using namespace ottla::wire;  // NOLINT(google-build-using-namespace): main has no other scope
  Arena arena;
  measure_produce("Produce v9 request, 10 partitions, 1,000 B each", arena, 1000);
  measure_produce("Produce v9 request, 10 partitions, 16 KiB each (gaps)", arena, 16 * 1024);
  measure_fetch(arena);
  measure_metadata(arena);
  measure_api_versions(arena);
}
