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

IoResult<bool> SealJob::next() {
  Disk& disk = *input_.disk;
  const auto path = [&](std::string_view name) { return input_.folder + "/" + std::string(name); };
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
      if (input_.snapshot.has_value()) {
        const std::string name = offset_file_name(input_.snapshot->first, kSnapshotSuffix);
        OTTLA_TRY_DONE(replace_file(disk, path(name), input_.snapshot->second));
      }
      return true;
    case Phase::epochs:
      phase_ = Phase::side_file;
      if (input_.epochs.has_value()) OTTLA_TRY_DONE(replace_file(disk, path(kLeaderEpochFile), *input_.epochs));
      return true;
    case Phase::side_file: {
      phase_ = Phase::unlinking;
      BytesBuffer bytes;
      encode_side_file(input_.side, bytes);
      OTTLA_TRY_DONE(replace_file(disk, path(kSideFile), bytes.view()));
      return true;
    }
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

}  // namespace ottla
