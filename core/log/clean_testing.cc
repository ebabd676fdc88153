#include "core/log/clean_testing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "core/io/whole_file.h"
#include "core/record/record_iterator.h"

namespace ottla::log_testing {
namespace {

std::optional<BytesView> view(const std::optional<std::string>& text) {
  if (!text.has_value()) return std::nullopt;
  return BytesView::of(*text);
}

std::optional<std::string> text(const std::optional<BytesView>& bytes) {
  if (!bytes.has_value()) return std::nullopt;
  return std::string(bytes->text());
}

std::string path_of(Offset base, std::string_view suffix) {
  return std::string(HandMadeLog::kFolder) + "/" + offset_file_name(base, suffix);
}

}  // namespace

std::map<std::string, std::string> newest(const std::vector<CleanRecord>& records) {
  std::map<std::string, std::string> values;
  for (const CleanRecord& record : records) {
    if (!record.key.has_value()) continue;
    if (record.value.has_value()) {
      values[*record.key] = *record.value;
    } else {
      values.erase(*record.key);
    }
  }
  return values;
}

std::vector<int64_t> offsets(const std::vector<CleanRecord>& records) {
  std::vector<int64_t> result;
  for (const CleanRecord& record : records) result.push_back(record.offset.value());
  return result;
}

HandMadeLog::HandMadeLog(Disk& disk) : disk_(disk) {
  EXPECT_TRUE(disk.make_directory(kFolder).ok());
  EXPECT_TRUE(disk.sync_directory("").ok());
}

void HandMadeLog::write(const WrittenBatch& batch) {
  BatchOptions options;
  options.base_offset = end_;
  options.leader_epoch = LeaderEpoch(3);
  options.compression = batch.compression;
  options.transactional = batch.transactional;
  if (batch.producer != kNoProducer) {
    options.producer_id = batch.producer;
    options.producer_epoch = ProducerEpoch(0);
    options.base_sequence = Sequence(sequences_[batch.producer]);
    sequences_[batch.producer] += static_cast<int32_t>(batch.records.size());
  }
  BytesBuffer out;
  builder_.start(options, out);
  for (const auto& [key, value] : batch.records) {
    builder_.append({.timestamp = batch.timestamp, .key = view(key), .value = view(value)});
  }
  append(builder_.finish());
}

void HandMadeLog::end_transaction(ProducerId producer, bool commit) {
  BytesBuffer out;
  append(append_transaction_end({.type = commit ? ControlRecordType::commit : ControlRecordType::abort,
                                 .marker = {.coordinator_epoch = 1},
                                 .producer_id = producer,
                                 .producer_epoch = ProducerEpoch(0),
                                 .timestamp = Timestamp::from_ms(1000),
                                 .offset = end_,
                                 .leader_epoch = LeaderEpoch(3)},
                                builder_, out));
}

void HandMadeLog::append(BytesView batch) {
  const BatchView parsed = BatchView::only(batch).value();
  bytes_.append(batch);
  content_.append(PlacedBatch::of(batch), 4096);
  if (parsed.has_producer()) {
    const auto ended = producers_.apply(ProducerBatch::of(parsed).value());
    if (ended.has_value() && ended->aborted) {
      aborted_[content_.base()].push_back({.producer_id = ended->producer_id,
                                           .first_offset = ended->first_offset,
                                           .last_offset = ended->last_offset,
                                           .last_stable_offset = producers_.last_stable_after(*ended)});
    }
  }
  end_ = parsed.next_offset();
}

void HandMadeLog::roll() {
  const auto file = disk_.create(path_of(content_.base(), kLogSuffix));
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE((*file)->write(0, bytes_.view()).ok() && (*file)->sync().ok() && disk_.sync_directory(kFolder).ok());
  sources_.push_back({.facts = {.base = content_.base(),
                                .end = end_,
                                .size = content_.size(),
                                .first_timestamp = content_.first_timestamp(),
                                .largest_timestamp = content_.largest_timestamp(),
                                .index_size = static_cast<int64_t>(content_.indexes()->offsets.encoded_size()),
                                .time_index_size = static_cast<int64_t>(content_.indexes()->times.encoded_size())},
                      .sums = content_.sums()});
  bytes_.clear();
  content_ = SegmentContent(end_);
}

std::vector<AbortedTransaction> HandMadeLog::aborted() const {
  std::vector<AbortedTransaction> all;
  for (const auto& [base, entries] : aborted_) all.insert(all.end(), entries.begin(), entries.end());
  return all;
}

CleanInput HandMadeLog::input(Timestamp now, const LogSettings& settings) {
  CleanInput input;
  input.disk = &disk_;
  input.marks = &marks;
  input.folder = std::string(kFolder);
  input.sources = sources_;
  input.first_dirty = cleaned_end_;
  input.first_uncleanable = sources_.empty() ? Offset(0) : sources_.back().facts.end;
  input.aborted = aborted();
  for (const ProducerView& producer : producers_.producers()) {
    input.producers[producer.producer_id] = {producer.last_offset, producer.epoch};
  }
  input.settings = std::make_shared<const LogSettings>(settings);
  input.now = now;
  input.secret = {1, 2};
  return input;
}

bool HandMadeLog::clean(Timestamp now, const LogSettings& settings, size_t map_size_max) {
  CleanInput made = input(now, settings);
  made.map_size_max = map_size_max;
  auto pass = std::make_unique<CleanPass>(std::move(made));
  for (;;) {
    CleanJob job(std::move(pass));
    run_to_end(job);
    pass = job.take_pass();
    if (job.progress() == CleanPass::Progress::failed) return false;
    if (job.progress() == CleanPass::Progress::finished) break;
    if (!replace(pass->take_group()).ok()) return false;
  }
  last_counts_ = pass->counts();
  cleaned_end_ = pass->cleaned_end();
  return true;
}

IoResult<> HandMadeLog::replace(CleanedGroup group) {
  OTTLA_TRY_DONE(disk_.rename(path_of(group.first, kCleanedLogSuffix), path_of(group.first, kLogSuffix)));
  const SegmentContent& content = group.segment.content;
  const auto first = std::find_if(sources_.begin(), sources_.end(),
                                  [&](const CleanSource& source) { return source.facts.base == group.first; });
  const auto end =
      std::find_if(first, sources_.end(), [&](const CleanSource& source) { return source.facts.base >= group.end; });
  std::vector<Offset> gone;
  for (auto at = first; at != end; ++at) {
    if (at != first) gone.push_back(at->facts.base);
    aborted_.erase(at->facts.base);
  }
  for (size_t i = 0; i < content.indexes()->aborted.count(); ++i) {
    aborted_[group.first].push_back(content.indexes()->aborted.at(i));
  }
  first->facts.size = content.size();
  first->facts.end = group.end;
  first->sums = content.sums();
  sources_.erase(std::next(first), end);
  OTTLA_TRY_DONE(disk_.sync_directory(kFolder));
  OTTLA_TRY_DONE(disk_.unlink(path_of(group.first, kReplacedSuffix)));
  for (const Offset base : gone) {
    OTTLA_TRY_DONE(disk_.unlink(path_of(base, kLogSuffix)));
    OTTLA_TRY_DONE(disk_.sync_directory(kFolder));
  }
  return {};
}

HandMadeLog::Content HandMadeLog::read(Disk& disk) {
  Content content;
  std::vector<Offset> bases;
  const auto entries = disk.list(kFolder);
  EXPECT_TRUE(entries.ok());
  for (const DirectoryEntry& entry : *entries) {
    const auto name = parse_offset_file_name(entry.name);
    if (name.has_value() && name->suffix == kLogSuffix && name->state.empty()) bases.push_back(name->base);
  }
  content.file_count = bases.size();
  std::vector<Bytes> files;
  std::vector<std::pair<Offset, BatchView>> batches;
  std::vector<EndedTransaction> ended;
  Offset end(0);
  for (size_t i = 0; i < bases.size(); ++i) {
    auto bytes = read_whole_file(disk, path_of(bases[i], kLogSuffix), limits::kSegmentSizeMax);
    EXPECT_TRUE(bytes.ok());
    files.push_back(*bytes);
    for (BytesView rest = files.back(); !rest.empty();) {
      const auto batch = BatchView::first_of(rest);
      if (!batch.ok() || !batch->crc_matches() || batch->base_offset() < end) {
        ADD_FAILURE() << "no batch in the segment " << bases[i].value();
        return content;
      }
      if (i + 1 < bases.size() && batch->base_offset() >= bases[i + 1]) break;
      rest = rest.from(batch->size());
      end = batch->next_offset();
      content.batches.emplace_back(batch->bytes().text());
      batches.emplace_back(batch->base_offset(), *batch);
      if (!batch->has_producer()) continue;
      if (const auto done = content.producers.apply(ProducerBatch::of(*batch).value())) ended.push_back(*done);
    }
  }
  content.end = end;
  DecompressionScratch scratch;
  for (const auto& [base, batch] : batches) {
    if (batch.attributes().control()) continue;
    bool is_aborted = false;
    for (const EndedTransaction& one : ended) {
      is_aborted |= batch.attributes().transactional() && one.aborted && one.producer_id == batch.producer_id() &&
                    base >= one.first_offset && base < one.last_offset;
    }
    RecordIterator records(batch, scratch);
    RecordView record;
    while (records.next(record).value()) {
      (is_aborted ? content.uncommitted : content.records)
          .push_back({record.offset(), text(record.key()), text(record.value())});
    }
  }
  return content;
}

}  // namespace ottla::log_testing
