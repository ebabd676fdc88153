#include "core/sim/toy_log_testing.h"

#include <array>
#include <optional>
#include <utility>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/io/whole_file.h"

namespace ottla::sim {
namespace {

constexpr size_t kHeaderSize = 16;  // u32 size of the body, u32 CRC of what follows, u64 number
constexpr size_t kFileMax = 1 << 24;

struct ToyRecord {
  uint64_t number = 0;
  BytesView body;
};

// The record at the front of `bytes`, when it is whole as far as `checked` goes.
std::optional<ToyRecord> parse(BytesView bytes, bool checked) {
  if (bytes.size() < kHeaderSize) return std::nullopt;
  const auto size = load_be<uint32_t>(bytes.data());
  if (size == 0 || size > bytes.size() - kHeaderSize) return std::nullopt;
  const auto crc = load_be<uint32_t>(bytes.data() + 4);
  if (checked && crc != crc32c(bytes.slice(8, 8 + size))) return std::nullopt;
  return ToyRecord{load_be<uint64_t>(bytes.data() + 8), bytes.slice(kHeaderSize, size)};
}

}  // namespace

IoResult<> ToyLog::sync_tail() {
  const auto synced = tail_->sync();
  if (!synced.ok() && bug_ == ToyBug::believe_the_cache_after_failure) return tail_->sync();
  return synced;
}

IoResult<> ToyLog::append(std::string_view body) {
  std::array<uint8_t, kHeaderSize> header{};
  store_be(header.data(), static_cast<uint32_t>(body.size()));
  store_be(header.data() + 8, next_number_);
  const uint32_t crc = crc32c_extend(crc32c(BytesView(header).from(8)), BytesView::of(body));
  store_be(header.data() + 4, crc);
  const std::array parts{BytesView(header), BytesView::of(body)};
  OTTLA_TRY_DONE(tail_->write(end_, parts));
  end_ += static_cast<int64_t>(kHeaderSize + body.size());
  ++next_number_;
  return {};
}

IoResult<> ToyLog::acknowledge() {
  if (bug_ == ToyBug::acknowledge_before_sync) return {};
  return sync_tail();
}

IoResult<> ToyLog::begin_file(uint64_t number) {
  files_.push_back({.number = number, .first_number = next_number_});
  const std::string path = path_of(files_.back());
  // A crash between this step and the manifest leaves a file that nothing names: it is in the way now.
  if (disk_.status(path).ok()) OTTLA_TRY_DONE(disk_.unlink(path));
  OTTLA_TRY(tail_, disk_.create(path));
  end_ = 0;
  if (bug_ == ToyBug::create_without_directory_sync) return {};
  return disk_.sync_directory("wal");
}

IoResult<> ToyLog::roll() {
  OTTLA_TRY_DONE(sync_tail());
  OTTLA_TRY_DONE(begin_file(files_.back().number + 1));
  std::optional<WalFile> oldest;
  if (files_.size() > kFilesMax) {
    oldest = files_.front();
    files_.erase(files_.begin());
  }
  OTTLA_TRY_DONE(write_manifest());
  if (oldest.has_value()) OTTLA_TRY_DONE(disk_.unlink(path_of(*oldest)));
  return {};
}

IoResult<> ToyLog::write_manifest() {
  BytesBuffer bytes;
  for (const WalFile& file : files_) {
    store_be(bytes.extend(8), file.number);
    store_be(bytes.extend(8), file.first_number);
  }
  const bool skip_file = bug_ == ToyBug::rename_without_file_sync;
  const bool skip_directory = bug_ == ToyBug::rename_without_directory_sync;
  if (!skip_file && !skip_directory) return replace_file(disk_, "manifest", bytes.view());
  if (disk_.status("manifest.tmp").ok()) OTTLA_TRY_DONE(disk_.unlink("manifest.tmp"));
  OTTLA_TRY(const FilePtr file, disk_.create("manifest.tmp"));
  OTTLA_TRY_DONE(file->write(0, bytes.view()));
  if (!skip_file) OTTLA_TRY_DONE(file->sync());
  OTTLA_TRY_DONE(disk_.rename("manifest.tmp", "manifest"));
  if (!skip_directory) OTTLA_TRY_DONE(disk_.sync_directory(""));
  return {};
}

IoResult<> ToyLog::read_manifest() {
  files_.clear();
  OTTLA_TRY(const Bytes bytes, read_whole_file(disk_, "manifest", kFileMax));
  if (bytes.empty() || bytes.size() % 16 != 0) return Failure(IoError(IoError::short_read, IoOperation::read));
  for (size_t at = 0; at < bytes.size(); at += 16) {
    files_.push_back({load_be<uint64_t>(bytes.data() + at), load_be<uint64_t>(bytes.data() + at + 8)});
  }
  return {};
}

IoResult<> ToyLog::recover_file(const WalFile& file, Recovered& found) {
  OTTLA_TRY(tail_, disk_.open(path_of(file), Access::read_write));
  OTTLA_TRY(const Bytes bytes, read_whole_file(disk_, path_of(file), kFileMax));
  if (file.first_number != next_number_) return Failure(IoError(IoError::short_read, IoOperation::read));
  BytesView rest = bytes;
  while (const auto record = parse(rest, bug_ != ToyBug::no_checksum_on_the_tail)) {
    if (record->number != next_number_) break;
    found.bodies.emplace_back(record->body.text());
    ++next_number_;
    rest = rest.from(kHeaderSize + record->body.size());
  }
  end_ = static_cast<int64_t>(bytes.size() - rest.size());
  if (rest.empty()) return {};
  if (bug_ == ToyBug::torn_tail_kept) {
    end_ = static_cast<int64_t>(bytes.size());
    return {};
  }
  OTTLA_TRY_DONE(tail_->truncate(end_));
  // A crash after the first new record but before its sync could undo the cut: whole old records that lay behind the
  // torn one would follow the new one and be taken for its successors.
  if (bug_ == ToyBug::truncate_without_sync) return {};
  return tail_->sync();
}

IoResult<ToyLog::Recovered> ToyLog::recover() {
  Recovered found;
  const auto made = disk_.make_directory("wal");
  if (!made.ok() && made.error() != IoError::exists) return Failure(made.error());
  OTTLA_TRY_DONE(disk_.sync_directory(""));
  if (const auto manifest = disk_.status("manifest"); !manifest.ok()) {
    if (manifest.error() != IoError::not_found) return Failure(manifest.error());
    OTTLA_TRY_DONE(begin_file(0));
    OTTLA_TRY_DONE(write_manifest());
    return found;
  }
  OTTLA_TRY_DONE(read_manifest());
  found.first_number = next_number_ = files_.front().first_number;
  for (const WalFile& file : files_) OTTLA_TRY_DONE(recover_file(file, found));
  return found;
}

}  // namespace ottla::sim
