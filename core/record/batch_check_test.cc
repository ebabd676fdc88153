#include "core/record/batch_check.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

#include "core/record/control_records.h"
#include "core/record/record_testing.h"

namespace ottla {
namespace {

using record_testing::bytes_of;
using record_testing::encode_varint;
using record_testing::RawBatch;
using record_testing::RawRecord;

constexpr CompressionType kAllTypes[] = {CompressionType::none, CompressionType::gzip, CompressionType::snappy,
                                         CompressionType::lz4, CompressionType::zstd};

Result<BatchFacts, BatchRefusal> append(const std::string& bytes, const AppendRules& rules = {}) {
  DecompressionScratch scratch;
  OTTLA_TRY(const BatchView batch, BatchView::only(bytes_of(bytes)));
  return check_append(batch, rules, scratch);
}

Result<BatchFacts, BatchRefusal> store(const std::string& bytes) {
  DecompressionScratch scratch;
  OTTLA_TRY(const BatchView batch, BatchView::first_of(bytes_of(bytes)));
  return check_stored(batch, scratch);
}

// A lie, told with a right checksum unless that is the lie, and the reason it must be refused with.
struct Lie {
  BatchFlaw flaw;
  RawBatch batch;
  AppendRules rules = {};
  int32_t record_index = -1;
};

RawBatch with(void (*change)(RawBatch&)) {
  RawBatch batch;
  change(batch);
  return batch;
}

RawBatch with_record(void (*change)(RawRecord&)) {
  RawRecord record;
  change(record);
  RawBatch batch;
  batch.body = record.encode();
  return batch;
}

RawBatch with_body(std::string body, int32_t count = 1) {
  RawBatch batch;
  batch.body = std::move(body);
  batch.record_count = count;
  batch.last_offset_delta = count - 1;
  return batch;
}

AppendRules rules_with(void (*change)(AppendRules&)) {
  AppendRules rules;
  change(rules);
  return rules;
}

std::vector<Lie> lies_of_the_header() {
  return {
      {BatchFlaw::size_too_small, with([](RawBatch& b) { b.length = 13; })},
      {BatchFlaw::size_too_small, with([](RawBatch& b) { b.length = 48; })},
      {BatchFlaw::size_too_small, with([](RawBatch& b) { b.length = -1; })},
      {BatchFlaw::size_too_large, with([](RawBatch& b) { b.length = std::numeric_limits<int32_t>::max(); })},
      {BatchFlaw::size_too_large, with([](RawBatch&) {}), rules_with([](AppendRules& r) { r.batch_size_max = 61; })},
      {BatchFlaw::truncated, with([](RawBatch& b) { b.length = 500; })},
      {BatchFlaw::trailing_bytes, with([](RawBatch& b) { b.length = 52; })},
      {BatchFlaw::legacy_format, with([](RawBatch& b) { b.magic = 0; })},
      {BatchFlaw::legacy_format, with([](RawBatch& b) { b.magic = 1; })},
      {BatchFlaw::unknown_magic, with([](RawBatch& b) { b.magic = 3; })},
      {BatchFlaw::unknown_magic, with([](RawBatch& b) { b.magic = -1; })},
      {BatchFlaw::crc_mismatch, with([](RawBatch& b) { b.crc = 7; })},
      {BatchFlaw::unknown_compression, with([](RawBatch& b) { b.attributes = 5; })},
      {BatchFlaw::unknown_compression, with([](RawBatch& b) { b.attributes = 7; })},
      {BatchFlaw::reserved_attributes, with([](RawBatch& b) { b.attributes = 0x80; })},
      {BatchFlaw::reserved_attributes, with([](RawBatch& b) { b.attributes = 0x8000; })},
      {BatchFlaw::base_offset_not_zero, with([](RawBatch& b) { b.base_offset = 1; })},
      {BatchFlaw::base_offset_not_zero, with([](RawBatch& b) { b.base_offset = -1; })},
      {BatchFlaw::record_count_invalid, with([](RawBatch& b) { b.record_count = 0; })},
      {BatchFlaw::record_count_invalid, with([](RawBatch& b) { b.record_count = -1; })},
      {BatchFlaw::last_offset_delta_mismatch, with([](RawBatch& b) { b.last_offset_delta = 1; })},
      {BatchFlaw::last_offset_delta_mismatch, with([](RawBatch& b) { b.last_offset_delta = -1; })},
      {BatchFlaw::last_offset_delta_mismatch,
       with([](RawBatch& b) { b.record_count = b.last_offset_delta = std::numeric_limits<int32_t>::max(); })},
      {BatchFlaw::control_from_client, with([](RawBatch& b) { b.attributes = 0x20; })},
      {BatchFlaw::log_append_time_from_client, with([](RawBatch& b) { b.attributes = 0x08; })},
      {BatchFlaw::delete_horizon_from_client, with([](RawBatch& b) { b.attributes = 0x40; })},
      {BatchFlaw::producer_id_invalid, with([](RawBatch& b) { b.producer_id = -2; })},
      {BatchFlaw::producer_epoch_invalid, with([](RawBatch& b) { b.producer_id = b.base_sequence = 0; })},
      {BatchFlaw::sequence_invalid, with([](RawBatch& b) { b.producer_id = b.producer_epoch = 0; })},
      {BatchFlaw::transactional_without_producer, with([](RawBatch& b) { b.attributes = 0x10; })},
      {BatchFlaw::zstd_not_allowed, RawBatch().compressed(CompressionType::zstd),
       rules_with([](AppendRules& r) { r.zstd_allowed = false; })},
      {BatchFlaw::compressed_malformed, with([](RawBatch& b) { b.attributes = 1; }), {}, 0},
      {BatchFlaw::uncompressed_too_large, with_body(RawRecord().encode()).compressed(CompressionType::lz4),
       rules_with([](AppendRules& r) { r.uncompressed_size_max = 5; }), 0},
  };
}

// These lie in the records, so they are told in every codec.
std::vector<Lie> lies_of_the_records() {
  const std::string one = RawRecord().encode();
  const std::string overflowing = "\xff\xff\xff\xff\x7f";
  RawRecord wrong_delta;
  wrong_delta.offset_delta = 1;
  std::vector<Lie> lies = {
      {BatchFlaw::records_missing, with_body(one, 2), {}, 1},
      {BatchFlaw::bytes_after_records, with_body(one + one)},
      {BatchFlaw::bytes_after_records, with_body(one + '\0')},
      {BatchFlaw::records_missing, with_record([](RawRecord& r) { r.length = 100; }), {}, 0},
      {BatchFlaw::records_missing, with_record([](RawRecord& r) { r.length = 1'000'000; }), {}, 0},
      {BatchFlaw::records_missing, with_body("\x80\x80\x80", 1), {}, 0},
      {BatchFlaw::varint_overflow, with_body(overflowing + one), {}, 0},
      {BatchFlaw::negative_size, with_record([](RawRecord& r) { r.length = -1; }), {}, 0},
      {BatchFlaw::negative_size, with_record([](RawRecord& r) { r.key_size = -2; }), {}, 0},
      {BatchFlaw::negative_size, with_record([](RawRecord& r) { r.value_size = -2; }), {}, 0},
      {BatchFlaw::negative_size, with_record([](RawRecord& r) { r.header_count = -1; }), {}, 0},
      {BatchFlaw::negative_size,
       with_record([](RawRecord& r) {
         r.header_count = 1;
         r.headers = encode_varint(-1) + encode_varint(0);
       }),
       {},
       0},
      {BatchFlaw::negative_size,
       with_record([](RawRecord& r) {
         r.header_count = 1;
         r.headers = encode_varint(0) + encode_varint(-2);
       }),
       {},
       0},
      {BatchFlaw::record_cut_off, with_record([](RawRecord& r) { r.key_size = 50; }), {}, 0},
      {BatchFlaw::record_cut_off, with_record([](RawRecord& r) { r.value_size = 7; }), {}, 0},
      {BatchFlaw::record_cut_off, with_record([](RawRecord& r) { r.header_count = 1; }), {}, 0},
      {BatchFlaw::record_cut_off,
       with_record([](RawRecord& r) {
         r.header_count = std::numeric_limits<int32_t>::max();
         r.headers = std::string(20, '\0');
       }),
       {},
       0},
      {BatchFlaw::record_cut_off, with_body(std::string("\0abcdef", 7)), {}, 0},
      {BatchFlaw::record_length_mismatch, with_record([](RawRecord& r) { r.headers = "x"; }), {}, 0},
      {BatchFlaw::record_attributes, with_record([](RawRecord& r) { r.attributes = 1; }), {}, 0},
      {BatchFlaw::offset_delta_mismatch, with_body(wrong_delta.encode()), {}, 0},
      {BatchFlaw::offset_delta_mismatch, with_body(one + one, 2), {}, 1},
      {BatchFlaw::varint_overflow, with_record([](RawRecord& r) { r.key_size = int64_t{1} << 40; }), {}, 0},
      {BatchFlaw::timestamp_overflow,
       with_record([](RawRecord& r) { r.timestamp_delta = std::numeric_limits<int64_t>::max(); }),
       {},
       0},
      {BatchFlaw::timestamp_out_of_range, RawBatch(),
       rules_with([](AppendRules& r) { r.earliest = Timestamp::from_ms(1001); }), 0},
      {BatchFlaw::timestamp_out_of_range, RawBatch(),
       rules_with([](AppendRules& r) { r.latest = Timestamp::from_ms(999); }), 0},
      {BatchFlaw::key_missing, with_record([](RawRecord& r) {
         r.key.clear();
         r.key_size = -1;
       }),
       rules_with([](AppendRules& r) { r.keys_required = true; }), 0},
  };
  return lies;
}

TEST(BatchCheck, refuses_each_lie_of_the_header_with_its_own_reason) {
  for (const Lie& lie : lies_of_the_header()) {
    SCOPED_TRACE(flaw_name(lie.flaw));
    const auto facts = append(lie.batch.encode(), lie.rules);
    ASSERT_FALSE(facts.ok());
    EXPECT_EQ(flaw_name(facts.error().flaw), flaw_name(lie.flaw));
    EXPECT_EQ(facts.error().record_index, lie.record_index);
  }
}

TEST(BatchCheck, refuses_each_lie_of_the_records_whatever_the_codec) {
  for (const CompressionType type : kAllTypes) {
    SCOPED_TRACE(compression_name(type));
    for (const Lie& lie : lies_of_the_records()) {
      SCOPED_TRACE(flaw_name(lie.flaw));
      const RawBatch batch = type == CompressionType::none ? lie.batch : lie.batch.compressed(type);
      const auto facts = append(batch.encode(), lie.rules);
      ASSERT_FALSE(facts.ok());
      EXPECT_EQ(flaw_name(facts.error().flaw), flaw_name(lie.flaw));
      EXPECT_EQ(facts.error().record_index, lie.record_index);
    }
  }
}

// Told of a record that is larger than the window, the same lies pass through another reader.
TEST(BatchCheck, refuses_lies_about_a_record_that_no_window_holds) {
  for (const CompressionType type : kAllTypes) {
    SCOPED_TRACE(compression_name(type));
    RawRecord large;
    large.value = std::string(300'000, 'v');
    const auto flaw_of = [&](const RawRecord& record) {
      const RawBatch batch = with_body(record.encode());
      const auto facts = append((type == CompressionType::none ? batch : batch.compressed(type)).encode());
      return facts.ok() ? "none" : flaw_name(facts.error().flaw);
    };
    EXPECT_EQ(flaw_of(large), "none");
    RawRecord lie = large;
    lie.attributes = 1;
    EXPECT_EQ(flaw_of(lie), "record_attributes");
    lie = large;
    lie.value_size = 300'001;
    EXPECT_EQ(flaw_of(lie), "record_cut_off");
    lie = large;
    lie.value_size = 299'990;
    EXPECT_NE(flaw_of(lie), "none");
    lie = large;
    lie.key_size = -2;
    EXPECT_EQ(flaw_of(lie), "negative_size");
    lie = large;
    lie.header_count = 1;
    EXPECT_EQ(flaw_of(lie), "record_cut_off");
    lie = large;
    lie.header_count = 2;
    lie.headers = encode_varint(1) + "k" + encode_varint(-1) + encode_varint(200'000) + std::string(200'000, 'k') +
                  encode_varint(1) + "v";
    EXPECT_EQ(flaw_of(lie), "none");
    lie.headers += "x";
    EXPECT_EQ(flaw_of(lie), "record_length_mismatch");
  }
}

TEST(BatchCheck, refuses_what_only_a_stored_batch_can_lie_about) {
  const std::vector<Lie> lies = {
      {BatchFlaw::offset_out_of_range, with([](RawBatch& b) { b.base_offset = -1; })},
      {BatchFlaw::offset_out_of_range, with([](RawBatch& b) { b.base_offset = std::numeric_limits<int64_t>::max(); })},
      {BatchFlaw::record_count_invalid, with([](RawBatch& b) { b.record_count = -1; })},
      {BatchFlaw::last_offset_delta_mismatch, with([](RawBatch& b) { b.record_count = 2; })},
      {BatchFlaw::bytes_after_records, with([](RawBatch& b) { b.record_count = 0; })},
      {BatchFlaw::control_key_too_short, with([](RawBatch& b) { b.attributes = 0x20; }), {}, 0},
  };
  for (const Lie& lie : lies) {
    const auto facts = store(lie.batch.encode());
    ASSERT_FALSE(facts.ok()) << flaw_name(lie.flaw);
    EXPECT_EQ(flaw_name(facts.error().flaw), flaw_name(lie.flaw));
    EXPECT_EQ(facts.error().record_index, lie.record_index);
  }
}

TEST(BatchCheck, has_a_lie_for_every_flaw) {
  std::set<BatchFlaw> told = {BatchFlaw::control_value_too_short,
                              BatchFlaw::control_version_invalid,                                 // control_records
                              BatchFlaw::control_key_too_short, BatchFlaw::offset_out_of_range};  // stored batches
  for (const Lie& lie : lies_of_the_header()) told.insert(lie.flaw);
  for (const Lie& lie : lies_of_the_records()) told.insert(lie.flaw);
  for (size_t i = 0; i < kBatchFlawCount; ++i) {
    EXPECT_TRUE(told.contains(static_cast<BatchFlaw>(i))) << flaw_name(static_cast<BatchFlaw>(i));
  }
}

TEST(BatchRefusal, answers_with_codes_that_tell_a_producer_whether_to_try_again) {
  for (size_t i = 0; i < kBatchFlawCount; ++i) {
    const auto flaw = static_cast<BatchFlaw>(i);
    EXPECT_NE(error_code(flaw), ErrorCode::none);
    EXPECT_NE(error_code(flaw), ErrorCode::unknown_server_error);
    EXPECT_FALSE(is_local(error_code(flaw)));
    EXPECT_EQ(is_retriable(error_code(flaw)), error_code(flaw) == ErrorCode::corrupt_message);
    EXPECT_TRUE(flaw_sentence(flaw).ends_with('.'));
  }
  EXPECT_EQ(static_cast<int>(error_code(BatchFlaw::crc_mismatch)), 2);
  EXPECT_EQ(static_cast<int>(error_code(BatchFlaw::size_too_large)), 10);
  EXPECT_EQ(static_cast<int>(error_code(BatchFlaw::timestamp_out_of_range)), 32);
  EXPECT_EQ(static_cast<int>(error_code(BatchFlaw::unknown_compression)), 76);
  EXPECT_EQ(static_cast<int>(error_code(BatchFlaw::legacy_format)), 87);
}

TEST(BatchCheck, tells_the_latest_timestamp_where_the_header_is_wrong) {
  RawRecord late;
  late.offset_delta = 1;
  late.timestamp_delta = 500;
  RawRecord early;
  early.offset_delta = 2;
  early.timestamp_delta = -1001;  // Timestamp::none()
  RawBatch batch = with_body(RawRecord().encode() + late.encode() + early.encode(), 3);
  batch.max_timestamp = 99;
  for (const CompressionType type : kAllTypes) {
    const BatchFacts facts = append((type == CompressionType::none ? batch : batch.compressed(type)).encode()).value();
    EXPECT_EQ(facts.max_timestamp.ms(), 1500);
    EXPECT_EQ(facts.max_timestamp_offset_delta, 1);
    EXPECT_EQ(facts.record_count, 3);
    EXPECT_EQ(facts.records_size, batch.body.size());
  }
}

TEST(BatchCheck, timestamp_bounds_let_a_missing_timestamp_pass_and_may_be_endless) {
  AppendRules rules;
  rules.bound_timestamps(Timestamp::from_ms(1'000'000), 10, 20);
  const auto accepts = [&](int64_t timestamp) {
    RawBatch batch;
    batch.base_timestamp = timestamp;
    return append(batch.encode(), rules).ok();
  };
  EXPECT_FALSE(accepts(999'989));
  EXPECT_TRUE(accepts(999'990));
  EXPECT_TRUE(accepts(1'000'020));
  EXPECT_FALSE(accepts(1'000'021));
  EXPECT_TRUE(accepts(-1));
  EXPECT_FALSE(accepts(-2));

  constexpr int64_t kEndless = std::numeric_limits<int64_t>::max();
  rules.bound_timestamps(Timestamp::from_ms(1'000'000), kEndless, kEndless);
  EXPECT_TRUE(accepts(0));
  EXPECT_TRUE(accepts(kEndless));
}

// kafkajs and Sarama leave an epoch or sequence of 0 in batches without a producer id.
TEST(BatchCheck, does_not_mind_what_clients_leave_in_fields_without_a_meaning) {
  RawBatch batch;
  batch.producer_epoch = 0;
  batch.base_sequence = 0;
  batch.leader_epoch = 0;
  EXPECT_TRUE(append(batch.encode()).ok());
}

TEST(BatchCheck, takes_stored_batches_that_no_producer_could_send) {
  RawRecord marker;
  marker.key = std::string(BytesView(control_key(ControlRecordType::commit)).text());
  RawBatch control;
  control.base_offset = 17;
  control.attributes = 0x30;
  control.producer_id = 5;
  control.producer_epoch = 0;
  control.body = marker.encode();
  EXPECT_TRUE(store(control.encode()).ok());
  EXPECT_FALSE(append(control.encode()).ok());

  RawRecord gap;
  gap.offset_delta = 4;
  RawBatch compacted = with_body(gap.encode());
  compacted.last_offset_delta = 9;
  compacted.attributes = 0x48;
  EXPECT_TRUE(store(compacted.encode()).ok());
  compacted.last_offset_delta = 3;
  EXPECT_EQ(store(compacted.encode()).error().flaw, BatchFlaw::offset_delta_mismatch);
}

}  // namespace
}  // namespace ottla
