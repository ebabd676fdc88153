// Handles of the settings that the broker reads, by the name they have there. A room that needs another one adds it here.
#pragma once

#include "core/model/settings_values.h"

namespace ottla::settings {

using IntegerSetting = SettingHandle<int64_t>;
using BooleanSetting = SettingHandle<bool>;
using RealSetting = SettingHandle<double>;
using TextSetting = SettingHandle<std::string_view>;
using ListSetting = SettingHandle<SettingList>;

// --- a topic -----------------------------------------------------------------------------------------------------------

inline constexpr TextSetting durability{SettingScope::topic, "ottla.durability"};
inline constexpr ListSetting cleanup_policy{SettingScope::topic, "cleanup.policy"};
inline constexpr TextSetting compression_type{SettingScope::topic, "compression.type"};
inline constexpr IntegerSetting delete_retention_ms{SettingScope::topic, "delete.retention.ms"};
inline constexpr IntegerSetting file_delete_delay_ms{SettingScope::topic, "file.delete.delay.ms"};
inline constexpr IntegerSetting flush_messages{SettingScope::topic, "flush.messages"};
inline constexpr IntegerSetting flush_ms{SettingScope::topic, "flush.ms"};
inline constexpr IntegerSetting index_interval_bytes{SettingScope::topic, "index.interval.bytes"};
inline constexpr IntegerSetting max_compaction_lag_ms{SettingScope::topic, "max.compaction.lag.ms"};
inline constexpr IntegerSetting max_message_bytes{SettingScope::topic, "max.message.bytes"};
inline constexpr IntegerSetting message_timestamp_after_max_ms{SettingScope::topic, "message.timestamp.after.max.ms"};
inline constexpr IntegerSetting message_timestamp_before_max_ms{SettingScope::topic, "message.timestamp.before.max.ms"};
inline constexpr TextSetting message_timestamp_type{SettingScope::topic, "message.timestamp.type"};
inline constexpr RealSetting min_cleanable_dirty_ratio{SettingScope::topic, "min.cleanable.dirty.ratio"};
inline constexpr IntegerSetting min_compaction_lag_ms{SettingScope::topic, "min.compaction.lag.ms"};
inline constexpr IntegerSetting min_insync_replicas{SettingScope::topic, "min.insync.replicas"};
inline constexpr BooleanSetting preallocate{SettingScope::topic, "preallocate"};
inline constexpr IntegerSetting retention_bytes{SettingScope::topic, "retention.bytes"};
inline constexpr IntegerSetting retention_ms{SettingScope::topic, "retention.ms"};
inline constexpr IntegerSetting segment_bytes{SettingScope::topic, "segment.bytes"};
inline constexpr IntegerSetting segment_index_bytes{SettingScope::topic, "segment.index.bytes"};
inline constexpr IntegerSetting segment_jitter_ms{SettingScope::topic, "segment.jitter.ms"};
inline constexpr IntegerSetting segment_ms{SettingScope::topic, "segment.ms"};
inline constexpr BooleanSetting unclean_leader_election_enable{SettingScope::topic, "unclean.leader.election.enable"};

// --- a node ------------------------------------------------------------------------------------------------------------

inline constexpr ListSetting advertised_listeners{SettingScope::node, "advertised.listeners"};
inline constexpr IntegerSetting broker_id{SettingScope::node, "broker.id"};
inline constexpr TextSetting broker_rack{SettingScope::node, "broker.rack"};
inline constexpr ListSetting controller_listener_names{SettingScope::node, "controller.listener.names"};
inline constexpr ListSetting controller_quorum_voters{SettingScope::node, "controller.quorum.voters"};
inline constexpr BooleanSetting insecure_listeners{SettingScope::node, "ottla.insecure.listeners"};
inline constexpr ListSetting listener_security_protocol_map{SettingScope::node, "listener.security.protocol.map"};
inline constexpr ListSetting listeners{SettingScope::node, "listeners"};
inline constexpr ListSetting log_dirs{SettingScope::node, "log.dirs"};
inline constexpr IntegerSetting max_connections{SettingScope::node, "max.connections"};
inline constexpr IntegerSetting node_id{SettingScope::node, "node.id"};
inline constexpr ListSetting process_roles{SettingScope::node, "process.roles"};
inline constexpr IntegerSetting socket_request_max_bytes{SettingScope::node, "socket.request.max.bytes"};

}  // namespace ottla::settings
