#include "core/raft/control_batches.h"

#include <span>

#include "core/record/control_records.h"
#include "core/wire/codec.h"
#include "core/wire/records/control.h"

namespace ottla {

namespace {

constexpr int16_t kVotersInTheLog = 1;  // kraft.version

template <wire::WireMessage M>
void append_control(ControlRecordType type, const M& record, wire::Version version, Timestamp now,
                    BatchBuilder& builder) {
  const auto key = control_key(type);
  BytesBuffer value;
  const auto encoded = wire::encode(record, version, value);
  OTTLA_ASSERT(encoded.ok());
  builder.append({.timestamp = now, .key = BytesView(key), .value = value.view()});
}

void append_voters(const Voter& voter, Timestamp now, BatchBuilder& builder) {
  wire::KRaftVersionRecord quorum_version;
  quorum_version.k_raft_version = kVotersInTheLog;
  append_control(ControlRecordType::kraft_version, quorum_version, 0, now, builder);

  wire::VotersRecord::Voter one;
  one.voter_id = voter.id.value();
  one.voter_directory_id = voter.directory;
  one.k_raft_version_feature = {.min_supported_version = 0, .max_supported_version = kVotersInTheLog};
  wire::VotersRecord voters;
  voters.voters = std::span(&one, 1);
  append_control(ControlRecordType::kraft_voters, voters, 0, now, builder);
}

BatchOptions control_batch(Offset base, LeaderEpoch epoch) {
  return {.base_offset = base, .leader_epoch = epoch, .control = true};
}

}  // namespace

Bytes epoch_start_batch(const Voter& leader, bool with_voters, LeaderEpoch epoch, Timestamp now,
                        BatchBuilder& builder) {
  BytesBuffer out;
  builder.start(control_batch(Offset(0), epoch), out);
  wire::LeaderChangeMessage::Voter self;
  self.voter_id = leader.id.value();
  self.voter_directory_id = leader.directory;
  wire::LeaderChangeMessage change;
  change.version = 1;
  change.leader_id = leader.id.value();
  change.voters = std::span(&self, 1);
  change.granting_voters = std::span(&self, 1);
  append_control(ControlRecordType::leader_change, change, change.version, now, builder);
  if (with_voters) append_voters(leader, now, builder);
  builder.finish();
  return out.freeze();
}

int32_t append_snapshot_start(const Voter& voter, Timestamp last_contained, LeaderEpoch epoch, Timestamp now,
                              BatchBuilder& builder, BytesBuffer& out) {
  builder.start(control_batch(Offset(0), epoch), out);
  wire::SnapshotHeaderRecord header;
  header.last_contained_log_timestamp = last_contained.ms();
  append_control(ControlRecordType::snapshot_header, header, 0, now, builder);
  append_voters(voter, now, builder);
  const int32_t count = builder.record_count();
  builder.finish();
  return count;
}

void append_snapshot_end(Offset offset, LeaderEpoch epoch, Timestamp now, BatchBuilder& builder, BytesBuffer& out) {
  builder.start(control_batch(offset, epoch), out);
  append_control(ControlRecordType::snapshot_footer, wire::SnapshotFooterRecord{}, 0, now, builder);
  builder.finish();
}

}  // namespace ottla
