// Handles of the settings that the broker reads, by the name they have there. A room that needs another one adds it here.
#pragma once

#include "core/model/settings_values.h"

namespace ottla::settings {

using IntegerSetting = SettingHandle<int64_t>;
using BooleanSetting = SettingHandle<bool>;
using RealSetting = SettingHandle<double>;
using TextSetting = SettingHandle<std::string_view>;
using ListSetting = SettingHandle<SettingList>;

// --- a topic ---

inline constexpr TextSetting kDurability{SettingScope::topic, "ottla.durability"};
inline constexpr ListSetting kCleanupPolicy{SettingScope::topic, "cleanup.policy"};
inline constexpr IntegerSetting kCompressionGzipLevel{SettingScope::topic, "compression.gzip.level"};
inline constexpr IntegerSetting kCompressionLz4Level{SettingScope::topic, "compression.lz4.level"};
inline constexpr TextSetting kCompressionType{SettingScope::topic, "compression.type"};
inline constexpr IntegerSetting kCompressionZstdLevel{SettingScope::topic, "compression.zstd.level"};
inline constexpr IntegerSetting kDeleteRetentionMs{SettingScope::topic, "delete.retention.ms"};
inline constexpr IntegerSetting kFileDeleteDelayMs{SettingScope::topic, "file.delete.delay.ms"};
inline constexpr IntegerSetting kFlushMessages{SettingScope::topic, "flush.messages"};
inline constexpr IntegerSetting kFlushMs{SettingScope::topic, "flush.ms"};
inline constexpr IntegerSetting kIndexIntervalBytes{SettingScope::topic, "index.interval.bytes"};
inline constexpr IntegerSetting kMaxCompactionLagMs{SettingScope::topic, "max.compaction.lag.ms"};
inline constexpr IntegerSetting kMaxMessageBytes{SettingScope::topic, "max.message.bytes"};
inline constexpr IntegerSetting kMessageTimestampAfterMaxMs{SettingScope::topic, "message.timestamp.after.max.ms"};
inline constexpr IntegerSetting kMessageTimestampBeforeMaxMs{SettingScope::topic, "message.timestamp.before.max.ms"};
inline constexpr TextSetting kMessageTimestampType{SettingScope::topic, "message.timestamp.type"};
inline constexpr RealSetting kMinCleanableDirtyRatio{SettingScope::topic, "min.cleanable.dirty.ratio"};
inline constexpr IntegerSetting kMinCompactionLagMs{SettingScope::topic, "min.compaction.lag.ms"};
inline constexpr IntegerSetting kMinInsyncReplicas{SettingScope::topic, "min.insync.replicas"};
inline constexpr BooleanSetting kPreallocate{SettingScope::topic, "preallocate"};
inline constexpr IntegerSetting kRetentionBytes{SettingScope::topic, "retention.bytes"};
inline constexpr IntegerSetting kRetentionMs{SettingScope::topic, "retention.ms"};
inline constexpr IntegerSetting kSegmentBytes{SettingScope::topic, "segment.bytes"};
inline constexpr IntegerSetting kSegmentIndexBytes{SettingScope::topic, "segment.index.bytes"};
inline constexpr IntegerSetting kSegmentJitterMs{SettingScope::topic, "segment.jitter.ms"};
inline constexpr IntegerSetting kSegmentMs{SettingScope::topic, "segment.ms"};
inline constexpr BooleanSetting kUncleanLeaderElectionEnable{SettingScope::topic, "unclean.leader.election.enable"};

// --- a node ---

inline constexpr ListSetting kAdvertisedListeners{SettingScope::node, "advertised.listeners"};
inline constexpr BooleanSetting kAutoCreateTopicsEnable{SettingScope::node, "auto.create.topics.enable"};
inline constexpr IntegerSetting kBrokerHeartbeatIntervalMs{SettingScope::node, "broker.heartbeat.interval.ms"};
inline constexpr IntegerSetting kBrokerId{SettingScope::node, "broker.id"};
inline constexpr TextSetting kBrokerRack{SettingScope::node, "broker.rack"};
inline constexpr IntegerSetting kConnectionsMaxIdleMs{SettingScope::node, "connections.max.idle.ms"};
inline constexpr ListSetting kControllerListenerNames{SettingScope::node, "controller.listener.names"};
inline constexpr ListSetting kControllerQuorumVoters{SettingScope::node, "controller.quorum.voters"};
inline constexpr BooleanSetting kDeleteTopicEnable{SettingScope::node, "delete.topic.enable"};
inline constexpr IntegerSetting kDefaultReplicationFactor{SettingScope::node, "default.replication.factor"};
inline constexpr IntegerSetting kFetchMaxBytes{SettingScope::node, "fetch.max.bytes"};
inline constexpr BooleanSetting kInsecureListeners{SettingScope::node, "ottla.insecure.listeners"};
inline constexpr ListSetting kListenerSecurityProtocolMap{SettingScope::node, "listener.security.protocol.map"};
inline constexpr ListSetting kListeners{SettingScope::node, "listeners"};
inline constexpr IntegerSetting kLogCleanerBackoffMs{SettingScope::node, "log.cleaner.backoff.ms"};
inline constexpr IntegerSetting kLogCleanerDedupeBufferSize{SettingScope::node, "log.cleaner.dedupe.buffer.size"};
inline constexpr ListSetting kLogDirs{SettingScope::node, "log.dirs"};
inline constexpr IntegerSetting kLogFlushOffsetCheckpointIntervalMs{SettingScope::node,
                                                                    "log.flush.offset.checkpoint.interval.ms"};
inline constexpr IntegerSetting kLogIdleMs{SettingScope::node, "ottla.log.idle.ms"};
inline constexpr IntegerSetting kLogRetentionCheckIntervalMs{SettingScope::node, "log.retention.check.interval.ms"};
inline constexpr IntegerSetting kMaxConnections{SettingScope::node, "max.connections"};
inline constexpr IntegerSetting kMaxIncrementalFetchSessionCacheSlots{SettingScope::node,
                                                                      "max.incremental.fetch.session.cache.slots"};
inline constexpr IntegerSetting kMaxRequestPartitionSizeLimit{SettingScope::node, "max.request.partition.size.limit"};
inline constexpr IntegerSetting kMetadataLogMaxRecordBytesBetweenSnapshots{
    SettingScope::node, "metadata.log.max.record.bytes.between.snapshots"};
inline constexpr IntegerSetting kMetadataLogMaxSnapshotIntervalMs{SettingScope::node,
                                                                  "metadata.log.max.snapshot.interval.ms"};
inline constexpr IntegerSetting kMetadataLogSegmentBytes{SettingScope::node, "metadata.log.segment.bytes"};
inline constexpr IntegerSetting kMetadataLogSegmentMs{SettingScope::node, "metadata.log.segment.ms"};
inline constexpr IntegerSetting kNodeId{SettingScope::node, "node.id"};
inline constexpr IntegerSetting kNumPartitions{SettingScope::node, "num.partitions"};
inline constexpr ListSetting kProcessRoles{SettingScope::node, "process.roles"};
inline constexpr IntegerSetting kProducerIdExpirationCheckIntervalMs{SettingScope::node,
                                                                     "producer.id.expiration.check.interval.ms"};
inline constexpr IntegerSetting kProducerIdExpirationMs{SettingScope::node, "producer.id.expiration.ms"};
inline constexpr IntegerSetting kSocketRequestMaxBytes{SettingScope::node, "socket.request.max.bytes"};

// --- groups ---

inline constexpr IntegerSetting kGroupConsumerHeartbeatIntervalMs{SettingScope::node,
                                                                  "group.consumer.heartbeat.interval.ms"};
inline constexpr IntegerSetting kGroupConsumerMaxSize{SettingScope::node, "group.consumer.max.size"};
inline constexpr TextSetting kGroupConsumerMigrationPolicy{SettingScope::node, "group.consumer.migration.policy"};
inline constexpr IntegerSetting kGroupConsumerSessionTimeoutMs{SettingScope::node, "group.consumer.session.timeout.ms"};
inline constexpr IntegerSetting kGroupInitialRebalanceDelayMs{SettingScope::node, "group.initial.rebalance.delay.ms"};
inline constexpr IntegerSetting kGroupMaxSessionTimeoutMs{SettingScope::node, "group.max.session.timeout.ms"};
inline constexpr IntegerSetting kGroupMaxSize{SettingScope::node, "group.max.size"};
inline constexpr IntegerSetting kGroupMinSessionTimeoutMs{SettingScope::node, "group.min.session.timeout.ms"};
inline constexpr IntegerSetting kOffsetMetadataMaxBytes{SettingScope::node, "offset.metadata.max.bytes"};
inline constexpr IntegerSetting kOffsetsCommitTimeoutMs{SettingScope::node, "offsets.commit.timeout.ms"};
inline constexpr IntegerSetting kOffsetsRetentionCheckIntervalMs{SettingScope::node,
                                                                 "offsets.retention.check.interval.ms"};
inline constexpr IntegerSetting kOffsetsRetentionMinutes{SettingScope::node, "offsets.retention.minutes"};
inline constexpr IntegerSetting kOffsetsTopicCompressionCodec{SettingScope::node, "offsets.topic.compression.codec"};
inline constexpr IntegerSetting kOffsetsTopicNumPartitions{SettingScope::node, "offsets.topic.num.partitions"};
inline constexpr IntegerSetting kOffsetsTopicReplicationFactor{SettingScope::node, "offsets.topic.replication.factor"};
inline constexpr IntegerSetting kOffsetsTopicSegmentBytes{SettingScope::node, "offsets.topic.segment.bytes"};

// --- transactions ---

inline constexpr IntegerSetting kAddPartitionsToTxnRetryBackoffMaxMs{SettingScope::node,
                                                                     "add.partitions.to.txn.retry.backoff.max.ms"};
inline constexpr IntegerSetting kAddPartitionsToTxnRetryBackoffMs{SettingScope::node,
                                                                  "add.partitions.to.txn.retry.backoff.ms"};
inline constexpr IntegerSetting kTransactionMaxTimeoutMs{SettingScope::node, "transaction.max.timeout.ms"};
inline constexpr BooleanSetting kTransactionPartitionVerificationEnable{SettingScope::node,
                                                                        "transaction.partition.verification.enable"};
inline constexpr IntegerSetting kTransactionRemoveExpiredTransactionCleanupIntervalMs{
    SettingScope::node, "transaction.remove.expired.transaction.cleanup.interval.ms"};
inline constexpr IntegerSetting kTransactionStateLogMinIsr{SettingScope::node, "transaction.state.log.min.isr"};
inline constexpr IntegerSetting kTransactionStateLogNumPartitions{SettingScope::node,
                                                                  "transaction.state.log.num.partitions"};
inline constexpr IntegerSetting kTransactionStateLogReplicationFactor{SettingScope::node,
                                                                      "transaction.state.log.replication.factor"};
inline constexpr IntegerSetting kTransactionStateLogSegmentBytes{SettingScope::node,
                                                                 "transaction.state.log.segment.bytes"};
inline constexpr IntegerSetting kTransactionalIdExpirationMs{SettingScope::node, "transactional.id.expiration.ms"};

// --- the program of a node ---

inline constexpr TextSetting kLogFormat{SettingScope::node, "ottla.log.format"};
inline constexpr TextSetting kLogLevel{SettingScope::node, "ottla.log.level"};
inline constexpr TextSetting kMetricsListener{SettingScope::node, "ottla.metrics.listener"};

// --- a node's sockets ---

inline constexpr IntegerSetting kMaxConnectionCreationRate{SettingScope::node, "max.connection.creation.rate"};
inline constexpr IntegerSetting kMaxConnectionsPerIp{SettingScope::node, "max.connections.per.ip"};
inline constexpr TextSetting kMaxConnectionsPerIpOverrides{SettingScope::node, "max.connections.per.ip.overrides"};
inline constexpr IntegerSetting kSocketListenBacklogSize{SettingScope::node, "socket.listen.backlog.size"};
inline constexpr IntegerSetting kSocketReceiveBufferBytes{SettingScope::node, "socket.receive.buffer.bytes"};
inline constexpr IntegerSetting kSocketSendBufferBytes{SettingScope::node, "socket.send.buffer.bytes"};

}  // namespace ottla::settings
