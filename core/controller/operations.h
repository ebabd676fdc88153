// Every operation of the controller, one a file. For this room only: others send requests through the channel.
#pragma once

#include "core/controller/operation.h"
#include "core/wire/messages/19_create_topics.h"
#include "core/wire/messages/20_delete_topics.h"
#include "core/wire/messages/33_alter_configs.h"
#include "core/wire/messages/37_create_partitions.h"
#include "core/wire/messages/43_elect_leaders.h"
#include "core/wire/messages/44_incremental_alter_configs.h"
#include "core/wire/messages/45_alter_partition_reassignments.h"
#include "core/wire/messages/57_update_features.h"

namespace ottla::operations {

// Clients'. The answer's views point into the request, the image and the operation's arena.
wire::CreateTopicsResponse create_topics(Operation& operation, const wire::CreateTopicsRequest& request);
wire::DeleteTopicsResponse delete_topics(Operation& operation, const wire::DeleteTopicsRequest& request);
wire::CreatePartitionsResponse create_partitions(Operation& operation, const wire::CreatePartitionsRequest& request);
wire::AlterConfigsResponse alter_configs(Operation& operation, const wire::AlterConfigsRequest& request);
wire::IncrementalAlterConfigsResponse incremental_alter_configs(Operation& operation,
                                                                const wire::IncrementalAlterConfigsRequest& request);
wire::UpdateFeaturesResponse update_features(Operation& operation, const wire::UpdateFeaturesRequest& request);
wire::ElectLeadersResponse elect_leaders(Operation& operation, const wire::ElectLeadersRequest& request);
wire::AlterPartitionReassignmentsResponse alter_partition_reassignments(
    Operation& operation, const wire::AlterPartitionReassignmentsRequest& request);

// Brokers'. They fill in the response's error or what it tells.
void register_broker(Operation& operation, const RegisterBroker& request, ControllerResponse& response);
void broker_heartbeat(Operation& operation, const BrokerHeartbeat& request, ControllerResponse& response);
void allocate_producer_ids(Operation& operation, const AllocateProducerIds& request, ControllerResponse& response);

// The first records of a metadata log that has none.
void bootstrap(Operation& operation);

}  // namespace ottla::operations
