// An image as the records that make it: read into an empty image they give an equal one. The order is Kafka's: the level
// of metadata.version first, then what the others stand on.
#pragma once

#include "core/metadata/image.h"
#include "core/metadata/records.h"

namespace ottla {

// Not of an image that is in a transaction.
RecordList snapshot(const MetadataImage& image);

// The same as batches, of a size that readers like.
Bytes snapshot_batches(const MetadataImage& image, BatchBuilder& builder, Timestamp timestamp);

// The records that say all of one broker or partition.
void add_broker(const BrokerImage& broker, RecordList& records);
void add_partition(const TopicId& topic, PartitionIndex index, const PartitionImage& partition, RecordList& records);

}  // namespace ottla
