#include "core/record/batch_builder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "core/record/batch_check.h"
#include "core/record/batch_patch.h"
#include "core/record/control_records.h"
#include "core/record/record_testing.h"

namespace ottla {
namespace {

using record_testing::append_samples;
using record_testing::bytes_of;
using record_testing::random_records;
using record_testing::RawBatch;
using record_testing::read_samples;
using record_testing::SampleRecord;

constexpr CompressionType kAllTypes[] = {CompressionType::none, CompressionType::gzip, CompressionType::snappy,
                                         CompressionType::lz4, CompressionType::zstd};

std::span<uint8_t> writable(BytesBuffer& buffer) { return {buffer.data(), buffer.size()}; }

TEST(BatchBuilder, what_it_writes_passes_the_check_and_reads_back_the_same) {
  DecompressionScratch scratch;
  BatchBuilder builder;
  EXPECT_TRUE(rc::check([&](uint64_t seed) {
    Prng prng(seed);
    const CompressionType type = kAllTypes[prng.below(std::size(kAllTypes))];
    const auto records = random_records(prng, 1 + prng.below(60), prng.chance(1, 10) ? 200'000 : 300);
    const bool idempotent = prng.chance(1, 2);
    BytesBuffer out;
    out.append(BytesView::of("before"));
    builder.start({.compression = type,
                   .producer_id = ProducerId(idempotent ? 77 : -1),
                   .producer_epoch = ProducerEpoch(idempotent ? 3 : -1),
                   .base_sequence = Sequence(idempotent ? 2147483640 : -1),
                   .transactional = idempotent && prng.chance(1, 2)},
                  out);
    append_samples(builder, records);
    const size_t plain_size = builder.plain_size();
    const BatchView batch = BatchView::only(builder.finish()).value();

    RC_ASSERT(out.view().first(6) == BytesView::of("before"));
    RC_ASSERT(out.view().from(6) == batch.bytes());
    const auto facts = check_append(batch, AppendRules(), scratch);
    RC_ASSERT(facts.ok());
    RC_ASSERT(facts->max_timestamp == batch.max_timestamp());
    RC_ASSERT(facts->records_size + batch_format::kHeaderSize == plain_size);
    RC_ASSERT(read_samples(batch, scratch) == records);
  }));
}

TEST(BatchBuilder, a_copied_record_is_the_same_bytes) {
  Prng prng(21);
  DecompressionScratch scratch;
  BatchBuilder builder;
  for (const CompressionType type : kAllTypes) {
    BytesBuffer first;
    builder.start({.compression = type}, first);
    append_samples(builder, random_records(prng, 50, 2000));
    const BatchView batch = BatchView::only(builder.finish()).value();

    BytesBuffer second;
    BatchBuilder other;
    other.start({.compression = type}, second);
    RecordIterator records(batch, scratch);
    for (RecordView record; records.next(record).value();) other.append_copy(record);
    other.finish();
    EXPECT_EQ(first.view(), second.view()) << compression_name(type);
  }
}

TEST(BatchBuilder, keeps_offsets_that_compaction_chose) {
  DecompressionScratch scratch;
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.base_offset = Offset(100)}, out);
  builder.append_at(Offset(103), {.timestamp = Timestamp::from_ms(5), .key = BytesView::of("a")});
  builder.append({.timestamp = Timestamp::from_ms(6), .key = BytesView::of("b")});
  builder.append_at(Offset(109), {.timestamp = Timestamp::from_ms(7), .key = BytesView::of("c")});
  builder.reserve_last_offset(Offset(120));
  const BatchView batch = BatchView::only(builder.finish()).value();
  ASSERT_TRUE(check_stored(batch, scratch).ok());
  EXPECT_EQ(batch.last_offset(), Offset(120));
  EXPECT_EQ(batch.next_offset(), Offset(121));
  std::vector<int64_t> offsets;
  RecordIterator records(batch, scratch);
  for (RecordView record; records.next(record).value();) offsets.push_back(record.offset().value());
  EXPECT_EQ(offsets, (std::vector<int64_t>{103, 104, 109}));
}

TEST(BatchBuilder, leaves_nothing_of_a_batch_that_was_given_up) {
  Prng prng(22);
  for (const CompressionType type : kAllTypes) {
    BatchBuilder builder;
    BytesBuffer out;
    out.append(BytesView::of("before"));
    builder.start({.compression = type}, out);
    append_samples(builder, random_records(prng, 5, 100));
    builder.abandon();
    EXPECT_EQ(out.view().text(), "before");

    const std::vector<SampleRecord> records = random_records(prng, 1, 100);
    builder.start({.compression = type}, out);
    append_samples(builder, records);
    DecompressionScratch scratch;
    EXPECT_EQ(read_samples(BatchView::only(builder.finish()).value(), scratch), records);
  }
}

TEST(BatchBuilder, estimates_what_it_will_write_from_what_it_wrote) {
  BatchBuilder builder;
  const std::string value(1000, 'v');
  size_t estimated = 0;
  size_t written = 0;
  for (int batch = 0; batch < 40; ++batch) {
    BytesBuffer out;
    builder.start({.compression = CompressionType::zstd}, out);
    for (int i = 0; i < 100; ++i) builder.append({.timestamp = Timestamp::from_ms(i), .value = BytesView::of(value)});
    estimated = builder.estimated_size();
    EXPECT_GE(builder.plain_size(), 100'000U);
    written = builder.finish().size();
    if (batch == 0) {
      EXPECT_GE(estimated, 100'000U) << "nothing is known yet: as if nothing compressed";
    }
  }
  EXPECT_GE(estimated, written);
  EXPECT_LE(estimated, written + 2000);
}

TEST(BatchBuilder, bounds_a_record_before_it_is_there) {
  Prng prng(23);
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.base_offset = Offset(0)}, out);
  for (int i = 0; i < 200; ++i) {
    const std::string key(prng.below(200), 'k');
    const std::string value(prng.below(100'000), 'v');
    const HeaderView header{BytesView::of(key), BytesView::of(value)};
    const RecordToAppend record{.timestamp = Timestamp::from_ms(static_cast<int64_t>(prng.next() >> 2)),
                                .key = BytesView::of(key),
                                .headers = {&header, 1}};
    const size_t before = builder.plain_size();
    builder.append(record);
    EXPECT_LE(builder.plain_size() - before, BatchBuilder::record_size_max(record));
    EXPECT_GE(builder.plain_size() - before + kVarintMax + kVarlongMax + kVarintMax,
              BatchBuilder::record_size_max(record));
  }
}

TEST(BatchBuilderDeathTest, offsets_go_up_and_a_batch_has_records) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.base_offset = Offset(10)}, out);
  EXPECT_DEATH(builder.finish(), "record_count_");
  builder.append({.timestamp = Timestamp::from_ms(1)});
  EXPECT_DEATH(builder.append_at(Offset(10), {.timestamp = Timestamp::from_ms(1)}), "delta");
}

TEST(BatchView, sequences_start_again_at_zero_after_the_largest) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start(
      {.producer_id = ProducerId(1), .producer_epoch = ProducerEpoch(0), .base_sequence = Sequence(2147483646)}, out);
  for (int i = 0; i < 4; ++i) builder.append({.timestamp = Timestamp::from_ms(1)});
  const BatchView batch = BatchView::only(builder.finish()).value();
  EXPECT_EQ(batch.last_sequence(), Sequence(1));
  DecompressionScratch scratch;
  RecordIterator records(batch, scratch);
  std::vector<int32_t> sequences;
  for (RecordView record; records.next(record).value();) sequences.push_back(record.sequence().value());
  EXPECT_EQ(sequences, (std::vector<int32_t>{2147483646, 2147483647, 0, 1}));
}

TEST(BatchView, without_records_there_is_no_stream_whatever_codec_it_names) {
  RawBatch raw = RawBatch().compressed(CompressionType::zstd);
  raw.record_count = 0;
  raw.body.clear();
  const std::string bytes = raw.encode();
  const BatchView batch = BatchView::only(bytes_of(bytes)).value();
  ASSERT_EQ(batch.compression(), CompressionType::zstd);
  DecompressionScratch scratch;
  RecordIterator records(batch, scratch);
  RecordView record;
  EXPECT_FALSE(records.next(record).value());

  BytesBuffer emptied;
  append_emptied_batch(batch, emptied);
  EXPECT_EQ(BatchView::only(emptied.view())->compression(), CompressionType::none);
}

TEST(BatchView, batches_in_a_row_are_walked_one_by_one) {
  Prng prng(25);
  BatchBuilder builder;
  BytesBuffer out;
  for (int64_t base = 0; base < 30; base += 3) {
    builder.start({.base_offset = Offset(base), .compression = kAllTypes[static_cast<size_t>(base) / 3 % 5]}, out);
    append_samples(builder, random_records(prng, 3, 50));
    builder.finish();
  }
  Offset expected(0);
  BytesView rest = out.view();
  while (!rest.empty()) {
    const BatchView batch = BatchView::first_of(rest).value();
    EXPECT_EQ(batch.base_offset(), expected);
    expected = batch.next_offset();
    rest = rest.from(batch.size());
  }
  EXPECT_EQ(expected, Offset(30));
  EXPECT_EQ(BatchView::only(out.view()).error().flaw, BatchFlaw::trailing_bytes);
}

TEST(BatchPatch, offsets_and_epochs_are_set_without_touching_the_checksum) {
  Prng prng(24);
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.base_offset = Offset(0)}, out);
  append_samples(builder, random_records(prng, 10, 100));
  const uint32_t crc = BatchView::only(builder.finish()).value().crc();
  set_base_offset(writable(out), Offset(1'000'000'000'000));
  set_leader_epoch(writable(out), LeaderEpoch(42));
  const BatchView batch = BatchView::only(out.view()).value();
  EXPECT_EQ(batch.base_offset(), Offset(1'000'000'000'000));
  EXPECT_EQ(batch.last_offset(), Offset(1'000'000'000'009));
  EXPECT_EQ(batch.leader_epoch(), LeaderEpoch(42));
  EXPECT_EQ(batch.crc(), crc);
  EXPECT_TRUE(batch.crc_matches());
}

TEST(BatchPatch, a_timestamp_is_set_with_its_checksum_at_any_size) {
  DecompressionScratch scratch;
  BatchBuilder builder;
  EXPECT_TRUE(rc::check([&](uint64_t seed) {
    Prng prng(seed);
    BytesBuffer out;
    builder.start({.compression = kAllTypes[prng.below(std::size(kAllTypes))]}, out);
    append_samples(builder, random_records(prng, 1 + prng.below(20), 1000));
    builder.finish();
    const Timestamp when = Timestamp::from_ms(static_cast<int64_t>(prng.next()));
    set_timestamp(writable(out), TimestampType::log_append_time, when);
    BatchView batch = BatchView::only(out.view()).value();
    RC_ASSERT(batch.crc_matches());
    RC_ASSERT(batch.max_timestamp() == when);
    RC_ASSERT(check_stored(batch, scratch).value().max_timestamp == when);
    for (const SampleRecord& record : read_samples(batch, scratch)) RC_ASSERT(record.timestamp_ms == when.ms());

    set_timestamp(writable(out), TimestampType::create_time, Timestamp::from_ms(1));
    batch = BatchView::only(out.view()).value();
    RC_ASSERT(batch.crc_matches());
    RC_ASSERT(batch.attributes().timestamp_type() == TimestampType::create_time);
  }));
}

// Scenario: a batch passes its check, memory is damaged, the broker stamps it. A checksum computed anew would vouch for
// the damage, and every replica would store it as good.
TEST(BatchPatch, damage_before_a_timestamp_is_set_still_shows_after_it) {
  BatchBuilder builder;
  BytesBuffer out;
  builder.start({.base_offset = Offset(0)}, out);
  builder.append({.timestamp = Timestamp::from_ms(1), .value = BytesView::of("value")});
  builder.finish();
  out.data()[out.size() - 2] ^= 1;
  set_timestamp(writable(out), TimestampType::log_append_time, Timestamp::from_ms(2));
  EXPECT_FALSE(BatchView::only(out.view()).value().crc_matches());
}

TEST(ControlRecords, keys_of_later_versions_and_types_can_be_skipped) {
  const auto read = [](const char* hex) {
    const std::string bytes = record_testing::from_hex(hex);
    return read_control_key(bytes_of(bytes));
  };
  EXPECT_EQ(read("00000001").value(), ControlRecordType::commit);
  EXPECT_EQ(read("00050000ffff").value(), ControlRecordType::abort);
  EXPECT_EQ(read("00000007").value(), ControlRecordType::unknown);
  EXPECT_EQ(read("0000ffff").value(), ControlRecordType::unknown);
  EXPECT_EQ(read("000000").error(), BatchFlaw::control_key_too_short);
  EXPECT_EQ(read("ffff0000").error(), BatchFlaw::control_version_invalid);
}

TEST(ControlRecords, markers_of_later_versions_still_name_their_coordinators_epoch) {
  const auto read = [](const char* hex) {
    const std::string bytes = record_testing::from_hex(hex);
    return read_end_transaction_marker(bytes_of(bytes));
  };
  EXPECT_EQ(read("00000000000c").value().coordinator_epoch, 12);
  EXPECT_EQ(read("00010000000c0001").value().coordinator_epoch, 12);
  EXPECT_EQ(read("0000000000").error(), BatchFlaw::control_value_too_short);
  EXPECT_EQ(read("80000000000c").error(), BatchFlaw::control_version_invalid);
  const EndTransactionMarker marker{-5};
  EXPECT_EQ(read_end_transaction_marker(BytesView(end_transaction_marker(marker))).value(), marker);
}

}  // namespace
}  // namespace ottla
