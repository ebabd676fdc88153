#include "core/raft/snapshot_file.h"

#include <algorithm>
#include <charconv>

#include "core/io/whole_file.h"
#include "core/model/limits.h"
#include "core/record/batch_check.h"
#include "core/record/batch_patch.h"
#include "core/record/control_records.h"
#include "core/record/record_iterator.h"
#include "core/wire/codec.h"
#include "core/wire/records/control.h"

namespace ottla {

namespace {

constexpr std::string_view kSuffix = ".checkpoint";
constexpr size_t kOffsetDigits = 20;
constexpr size_t kEpochDigits = 10;

void append_digits(std::string& name, int64_t number, size_t digits) {
  char text[kOffsetDigits];
  const auto [end, error] = std::to_chars(text, text + sizeof text, number);
  name.append(digits - static_cast<size_t>(end - text), '0').append(text, end);
}

template <class T>
std::optional<T> read_digits(std::string_view text) {
  T number{};
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// What a control batch of a snapshot has in it.
struct ControlFacts {
  bool header = false;
  bool footer = false;
};
FormatResult<ControlFacts> read_control(const BatchView& batch, DecompressionScratch& scratch,
                                        std::vector<BrokerId>& voters) {
  ControlFacts facts;
  RecordIterator records(batch, scratch);
  RecordView record;
  bool first = true;
  while (true) {
    const auto more = records.next(record);
    if (!more.ok()) return Failure(FormatFlaw::bad_text);
    if (!*more) return facts;
    const auto type = record.has_key() ? read_control_key(*record.key()) : ControlRecordType::unknown;
    if (!type.ok()) return Failure(FormatFlaw::bad_text);
    if (*type == ControlRecordType::snapshot_header) facts.header = first;
    if (*type == ControlRecordType::snapshot_footer) facts.footer = true;
    if (*type == ControlRecordType::kraft_voters && record.has_value()) {
      wire::Arena arena;
      wire::VotersRecord content;
      if (!wire::decode(*record.value(), 0, arena, content).ok()) return Failure(FormatFlaw::bad_text);
      voters.clear();
      for (const auto& voter : content.voters) voters.emplace_back(voter.voter_id);
    }
    first = false;
  }
}

}  // namespace

std::string snapshot_file_name(const SnapshotId& id) {
  OTTLA_ASSERT(id.end >= Offset(0) && id.epoch >= LeaderEpoch(0), id.end, id.epoch);
  std::string name;
  append_digits(name, id.end.value(), kOffsetDigits);
  name += '-';
  append_digits(name, id.epoch.value(), kEpochDigits);
  return name.append(kSuffix);
}

std::optional<SnapshotId> parse_snapshot_file_name(std::string_view name) {
  if (name.size() != kOffsetDigits + 1 + kEpochDigits + kSuffix.size() || !name.ends_with(kSuffix)) return std::nullopt;
  if (name[kOffsetDigits] != '-') return std::nullopt;
  const auto end = read_digits<int64_t>(name.substr(0, kOffsetDigits));
  const auto epoch = read_digits<int32_t>(name.substr(kOffsetDigits + 1, kEpochDigits));
  if (!end.has_value() || !epoch.has_value()) return std::nullopt;
  return SnapshotId{.end = Offset(*end), .epoch = LeaderEpoch(*epoch)};
}

void encode_snapshot(const ReplicatedLog::Snapshot& snapshot, const Voter& voter, Timestamp now, BytesBuffer& out) {
  BatchBuilder builder;
  Offset next(append_snapshot_start(voter, snapshot.last_timestamp, snapshot.epoch, now, builder, out));
  for (BytesView rest = snapshot.batches; !rest.empty();) {
    const auto batch = BatchView::first_of(rest);
    OTTLA_ASSERT(batch.ok());
    rest = rest.from(batch->size());
    const size_t start = out.size();
    out.append(batch->bytes());
    const std::span<uint8_t> copy(out.data() + start, batch->size());
    set_base_offset(copy, next);
    set_leader_epoch(copy, snapshot.epoch);
    next += int64_t{batch->last_offset_delta()} + 1;
  }
  append_snapshot_end(next, snapshot.epoch, now, builder, out);
}

FormatResult<Bytes> decode_snapshot(const SnapshotId& id, const Bytes& bytes, std::vector<BrokerId>& voters) {
  DecompressionScratch scratch;
  size_t records_start = 0;
  Offset next(0);
  for (BytesView rest = bytes; !rest.empty();) {
    const auto batch = BatchView::first_of(rest);
    if (!batch.ok()) return Failure(FormatFlaw::size_mismatch);
    if (!check_stored(*batch, scratch).ok()) return Failure(FormatFlaw::bad_checksum);
    if (batch->base_offset() != next || batch->leader_epoch() != id.epoch) return Failure(FormatFlaw::bad_identity);
    const bool first = rest.size() == bytes.size();
    const size_t start = bytes.size() - rest.size();
    next = batch->next_offset();
    rest = rest.from(batch->size());
    if (!batch->attributes().control()) {
      if (first) return Failure(FormatFlaw::bad_text);
      continue;
    }
    OTTLA_TRY(const ControlFacts facts, read_control(*batch, scratch, voters));
    if (facts.header != first || facts.footer != rest.empty()) return Failure(FormatFlaw::bad_text);
    // Control batches stand at the two ends and nowhere else.
    if (facts.footer) return bytes.slice(records_start, start - records_start);
    if (!first) return Failure(FormatFlaw::bad_text);
    records_start = bytes.size() - rest.size();
  }
  return Failure(FormatFlaw::too_short);
}

Job::Step QuorumFilesRead::step() { return looked_ ? read_newest() : look(); }

Job::Step QuorumFilesRead::look() {
  looked_ = true;
  const auto bytes = read_whole_file(disk_, folder_ + "/" + std::string(kQuorumStateFile), limits::kQuorumStateSizeMax);
  if (bytes.ok()) {
    auto state = decode_quorum_state(*bytes);
    state_damaged_ = !state.ok();
    if (state.ok()) state_ = std::move(*state);
  } else if (bytes.error() == IoError::too_large || bytes.error() == IoError::short_read) {
    state_damaged_ = true;
  } else if (bytes.error() != IoError::not_found) {
    error_ = bytes.error();
    return Step::done;
  }
  const auto entries = disk_.list(folder_);
  if (!entries.ok()) {
    error_ = entries.error();
    return Step::done;
  }
  for (const DirectoryEntry& entry : *entries) {
    if (entry.is_directory) continue;
    if (const auto id = parse_snapshot_file_name(entry.name)) unread_.push_back(*id);
  }
  std::sort(unread_.begin(), unread_.end());
  return unread_.empty() ? Step::done : Step::more;
}

// From the newest down to the first good one; those below are taken for good until somebody needs them.
Job::Step QuorumFilesRead::read_newest() {
  const SnapshotId id = unread_.back();
  unread_.pop_back();
  const auto bytes = read_whole_file(disk_, folder_ + "/" + snapshot_file_name(id), limits::kSnapshotSizeMax);
  if (!bytes.ok() && bytes.error() != IoError::too_large && bytes.error() != IoError::short_read) {
    error_ = bytes.error();
    return Step::done;
  }
  std::vector<BrokerId> voters;
  const auto batches =
      bytes.ok() ? decode_snapshot(id, *bytes, voters) : FormatResult<Bytes>(Failure(FormatFlaw::size_mismatch));
  if (!batches.ok()) {
    damaged_.push_back(id);
    return unread_.empty() ? Step::done : Step::more;
  }
  voters_ = std::move(voters);
  snapshot_ = ReplicatedLog::Snapshot{.end = id.end, .epoch = id.epoch, .last_timestamp = {}, .batches = *batches};
  good_ = std::exchange(unread_, {});
  good_.push_back(id);
  return Step::done;
}

Job::Step VoteSave::step() {
  if (std::exchange(folder_is_new_, false)) {
    const auto synced = disk_.sync_directory(parent_path(folder_));
    if (synced.ok()) return Step::more;
    error_ = synced.error();
    return Step::done;
  }
  BytesBuffer bytes;
  encode_quorum_state(state_, bytes);
  const auto written = replace_file(disk_, folder_ + "/" + std::string(kQuorumStateFile), bytes.view());
  if (!written.ok()) error_ = written.error();
  return Step::done;
}

Job::Step SnapshotSave::step() {
  if (!saved_) {
    BytesBuffer bytes;
    encode_snapshot(snapshot_, voter_, now_, bytes);
    const auto written = replace_file(disk_, folder_ + "/" + snapshot_file_name(id()), bytes.view());
    if (!written.ok()) {
      error_ = written.error();
      // A full disk has no room for half a snapshot either.
      (void)disk_.unlink(folder_ + "/" + snapshot_file_name(id()) + std::string(kReplacementSuffix)).ok();
      return Step::done;
    }
    saved_ = true;
  } else if (unlinked_ < superfluous_.size()) {
    // One that stays after all is found by the next start, and by the next snapshot's job.
    (void)disk_.unlink(folder_ + "/" + snapshot_file_name(superfluous_[unlinked_++])).ok();
  }
  return unlinked_ == superfluous_.size() ? Step::done : Step::more;
}

}  // namespace ottla
