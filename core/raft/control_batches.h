// The batches that the quorum itself writes, with their control records in Kafka's versions.
#pragma once

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/model/ids.h"
#include "core/record/batch_builder.h"

namespace ottla {

// Who votes. A quorum of one has this one.
struct Voter {
  BrokerId id = kNoBroker;
  Uuid directory;
};

// The first batch of an epoch: LeaderChange. The first epoch of all says too that voters stand in the log
// (kraft.version 1), and who they are.
Bytes epoch_start_batch(const Voter& leader, bool with_voters, LeaderEpoch epoch, Timestamp now, BatchBuilder& builder);

// The first and last batch of a snapshot; the first one's records have the offsets from 0 on. Appended to `out`; the count
// of records is returned.
int32_t append_snapshot_start(const Voter& voter, Timestamp last_contained, LeaderEpoch epoch, Timestamp now,
                              BatchBuilder& builder, BytesBuffer& out);
void append_snapshot_end(Offset offset, LeaderEpoch epoch, Timestamp now, BatchBuilder& builder, BytesBuffer& out);

}  // namespace ottla
