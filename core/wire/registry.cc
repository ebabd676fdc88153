#include "core/wire/registry.h"

#include <algorithm>
#include <array>
#include <string>

// One line an API. Its file is messages/<key>_<name>.h; only the names are needed here.
#define OTTLA_WIRE_APIS(api)                                                                                           \
  api(0, Produce) api(1, Fetch) api(2, ListOffsets) api(3, Metadata) api(8, OffsetCommit) api(9, OffsetFetch)          \
      api(10, FindCoordinator) api(11, JoinGroup) api(12, Heartbeat) api(13, LeaveGroup) api(14, SyncGroup) api(       \
          15, DescribeGroups) api(16, ListGroups) api(17, SaslHandshake) api(18, ApiVersions) api(19, CreateTopics)    \
          api(20, DeleteTopics) api(21, DeleteRecords) api(22, InitProducerId) api(23, OffsetForLeaderEpoch) api(      \
              24, AddPartitionsToTxn) api(25, AddOffsetsToTxn) api(26, EndTxn) api(27, WriteTxnMarkers)                \
              api(28, TxnOffsetCommit) api(29, DescribeAcls) api(30, CreateAcls) api(31, DeleteAcls) api(              \
                  32, DescribeConfigs) api(33, AlterConfigs) api(34, AlterReplicaLogDirs) api(35, DescribeLogDirs)     \
                  api(36, SaslAuthenticate) api(37, CreatePartitions) api(38, CreateDelegationToken) api(              \
                      39, RenewDelegationToken) api(40, ExpireDelegationToken) api(41, DescribeDelegationToken)        \
                      api(42, DeleteGroups) api(43, ElectLeaders) api(44, IncrementalAlterConfigs) api(                \
                          45, AlterPartitionReassignments) api(46, ListPartitionReassignments) api(47, OffsetDelete)   \
                          api(48, DescribeClientQuotas) api(49, AlterClientQuotas)                                     \
                              api(50, DescribeUserScramCredentials) api(51, AlterUserScramCredentials) api(            \
                                  55, DescribeQuorum) api(57, UpdateFeatures)                                          \
                                  api(60, DescribeCluster) api(61, DescribeProducers) api(64, UnregisterBroker) api(   \
                                      65, DescribeTransactions) api(66,                                                \
                                                                    ListTransactions) api(68, ConsumerGroupHeartbeat)  \
                                      api(69, ConsumerGroupDescribe) api(71, GetTelemetrySubscriptions) api(           \
                                          72, PushTelemetry) api(74,                                                   \
                                                                 ListConfigResources) api(75, DescribeTopicPartitions) \
                                          api(76, ShareGroupHeartbeat) api(77, ShareGroupDescribe) api(                \
                                              78, ShareFetch) api(79, ShareAcknowledge)                                \
                                              api(80, AddRaftVoter) api(81, RemoveRaftVoter) api(                      \
                                                  83, InitializeShareGroupState) api(84, ReadShareGroupState)          \
                                                  api(85, WriteShareGroupState) api(86, DeleteShareGroupState) api(    \
                                                      87, ReadShareGroupStateSummary) api(88, StreamsGroupHeartbeat)   \
                                                      api(89, StreamsGroupDescribe) api(90, DescribeShareGroupOffsets) \
                                                          api(91, AlterShareGroupOffsets)                              \
                                                              api(92, DeleteShareGroupOffsets)                         \
                                                                  api(93, StreamsGroupTopologyDescriptionUpdate)       \
                                                                      api(94, UnregisterController)
namespace ottla::wire {

#define OTTLA_WIRE_DECLARE(key, name) \
  struct name##Request;               \
  struct name##Response;
OTTLA_WIRE_APIS(OTTLA_WIRE_DECLARE)

namespace {

#define OTTLA_WIRE_ROW(key, name) {key, #name, message_of<name##Request>, message_of<name##Response>},
constexpr ApiRow kRows[] = {OTTLA_WIRE_APIS(OTTLA_WIRE_ROW)};

constexpr size_t kKeyCount = std::end(kRows)[-1].key + 1;

// Index of a key's row; -1 for the keys of APIs that we do not serve.
constexpr std::array<int8_t, kKeyCount> index_by_key() {
  std::array<int8_t, kKeyCount> index{};
  index.fill(-1);
  for (size_t i = 0; i < std::size(kRows); ++i) index[static_cast<size_t>(kRows[i].key)] = static_cast<int8_t>(i);
  return index;
}
constexpr auto kIndex = index_by_key();

}  // namespace

Versions ApiRow::advertised() const {
  switch (key) {
    // Old librdkafka takes a broker without Produce 0 for one that cannot compress; it never sends it.
    case 0: return until(versions().last);
    // Version 6 is Kafka's draft of two-phase commit: understood for tools, not promised to anybody.
    case 22: return {versions().first, 5};
    default: return versions();
  }
}

std::span<const ApiRow> apis() { return kRows; }

const ApiRow* find_api(int16_t key) {
  if (key < 0 || static_cast<size_t>(key) >= kKeyCount) return nullptr;
  const int8_t at = kIndex[static_cast<size_t>(key)];
  return at < 0 ? nullptr : &kRows[at];
}

const ApiRow* find_api(std::string_view name) {
  const auto* row =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const ApiRow& api) { return api.name == name; });
  return row == std::end(kRows) ? nullptr : row;
}

const Message* find_message(std::string_view name) {
  for (const ApiRow& row : kRows) {
    for (const auto message : {row.request, row.response}) {
      if (message().name() == name) return &message();
    }
  }
  return nullptr;
}

}  // namespace ottla::wire
