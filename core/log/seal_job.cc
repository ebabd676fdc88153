#include "core/log/seal_job.h"

#include "core/io/whole_file.h"
#include "core/log/checkpoints.h"

namespace ottla {

Job::Step SealJob::step() {
  const auto more = next();
  if (!more.ok()) {
    error_ = more.error();
    return Step::done;
  }
  return *more ? Step::more : Step::done;
}

std::string SealJob::snapshot_path() const {
  return path_of(offset_file_name(input_.snapshot->first, kSnapshotSuffix));
}

Bytes SealJob::side_file() const {
  BytesBuffer bytes;
  encode_side_file(input_.side, bytes);
  return bytes.freeze();
}

IoResult<bool> SealJob::next() {
  Disk& disk = *input_.disk;
  switch (phase_) {
    case Phase::indexes:
      if (indexes_done_ < input_.indexes.size()) {
        const auto& [base, indexes] = input_.indexes[indexes_done_++];
        OTTLA_TRY_DONE(write_indexes(disk, input_.folder, base, indexes, input_.durable));
        return true;
      }
      phase_ = Phase::snapshot;
      return true;
    case Phase::snapshot:
      phase_ = Phase::epochs;
      if (input_.snapshot.has_value()) OTTLA_TRY_DONE(replace_file(disk, snapshot_path(), input_.snapshot->second));
      return true;
    case Phase::epochs:
      phase_ = Phase::side_file;
      if (input_.epochs.has_value()) OTTLA_TRY_DONE(replace_file(disk, path_of(kLeaderEpochFile), *input_.epochs));
      return true;
    case Phase::side_file:
      phase_ = Phase::unlinking;
      OTTLA_TRY_DONE(replace_file(disk, path_of(kSideFile), side_file()));
      return true;
    case Phase::unlinking:
      if (unlinked_ < input_.to_unlink.size()) {
        OTTLA_TRY_DONE(unlink_segment(disk, input_.folder, input_.to_unlink[unlinked_++]));
        OTTLA_TRY_DONE(disk.sync_directory(input_.folder));
        return true;
      }
      // What compaction's marks say is written down, and no originals are left.
      for (const Offset base : input_.to_unmark) {
        OTTLA_TRY_DONE(unlink_if_there(disk, companion_path(input_.folder, base, kReplacedSuffix)));
      }
      return false;
  }
  return false;
}

// --- Many at once

IoResult<> SealJob::write_all() {
  Disk& disk = *input_.disk;
  for (const auto& [base, indexes] : input_.indexes) {
    OTTLA_TRY_DONE(write_indexes(disk, input_.folder, base, indexes, false));
  }
  if (input_.snapshot.has_value()) OTTLA_TRY_DONE(write_replacement(disk, snapshot_path(), input_.snapshot->second));
  if (input_.epochs.has_value()) OTTLA_TRY_DONE(write_replacement(disk, path_of(kLeaderEpochFile), *input_.epochs));
  return write_replacement(disk, path_of(kSideFile), side_file());
}

IoResult<> SealJob::put_companions_in_place() {
  if (input_.snapshot.has_value()) OTTLA_TRY_DONE(put_in_place(*input_.disk, snapshot_path()));
  if (input_.epochs.has_value()) OTTLA_TRY_DONE(put_in_place(*input_.disk, path_of(kLeaderEpochFile)));
  return {};
}

IoResult<> SealJob::put_side_file_in_place() { return put_in_place(*input_.disk, path_of(kSideFile)); }

Job::Step SealAllJob::step() {
  if (at_ < seals_.size()) {
    SealJob& seal = *seals_[at_].job;
    // One that failed is left as it is: its log is none the worse for it.
    if (seal.error().has_value() || step_of(seal) == Step::done) ++at_;
    return Step::more;
  }
  at_ = 0;
  switch (phase_) {
    case Phase::write: phase_ = Phase::companions; break;
    case Phase::companions: phase_ = Phase::side_files; break;
    case Phase::side_files: phase_ = Phase::rest; break;
    case Phase::rest:
    case Phase::one_by_one: return Step::done;
  }
  sync();
  return Step::more;
}

Job::Step SealAllJob::step_of(SealJob& seal) {
  IoResult<> done;
  switch (phase_) {
    case Phase::write: done = seal.write_all(); break;
    case Phase::companions: done = seal.put_companions_in_place(); break;
    case Phase::side_files: done = seal.put_side_file_in_place(); break;
    case Phase::rest:
      if (!seal.unlinks()) return Step::done;
      seal.only_unlink();
      return seal.step();
    case Phase::one_by_one: return seal.step();
  }
  if (!done.ok()) seal.fail(done.error());
  return Step::done;
}

// It failed, or there is no such thing (a kernel before 5.8): then each file by itself, made anew from the beginning, for its
// own sync alone says what became of it. This one also tells of errors that others were told before.
void SealAllJob::sync() {
  if (!disk_.sync_all().ok()) phase_ = Phase::one_by_one;
}

}  // namespace ottla
