// Batches that Kafka's own Java classes wrote (testdata/README.md says how): every one must read as they read it, and an
// uncompressed one must come out again byte for byte.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/record/batch_check.h"
#include "core/record/control_records.h"
#include "core/record/record_testing.h"

namespace ottla {
namespace {

using nlohmann::json;
using record_testing::bytes_of;
using record_testing::from_hex;

struct Golden {
  std::string name;
  std::string bytes;
  json expected;
};

const std::vector<Golden>& golden_batches() {
  static const std::vector<Golden> batches = [] {
    std::vector<Golden> read;
    std::ifstream file(OTTLA_SOURCE_DIR "/core/record/testdata/batches.tsv");
    for (std::string line; std::getline(file, line);) {
      const size_t first = line.find('\t');
      const size_t second = line.find('\t', first + 1);
      read.push_back({line.substr(0, first), from_hex(line.substr(first + 1, second - first - 1)),
                      json::parse(line.substr(second + 1))});
    }
    return read;
  }();
  return batches;
}

std::string base64(BytesView bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    for (size_t j = 0; j < 3; ++j) three = three << 8 | (i + j < bytes.size() ? bytes[i + j] : 0);
    for (size_t j = 0; j < 4; ++j) text += i + j <= bytes.size() ? kDigits[three >> (18 - 6 * j) & 63] : '=';
  }
  return text;
}

json nullable(const std::optional<BytesView>& bytes) { return bytes.has_value() ? json(base64(*bytes)) : json(); }

// The file shortens long repetitive values; ours is told in the same words, by the unit that the file chose.
json told_like(const json& expected, const std::optional<BytesView>& bytes) {
  if (!expected.is_object() || !bytes.has_value()) return nullable(bytes);
  const size_t count = expected["count"];
  const BytesView unit = bytes->first(bytes->size() / count);
  for (size_t i = 0; i < count; ++i) {
    if (bytes->slice(i * unit.size(), unit.size()) != unit) return "not repeated";
  }
  return {{"repeat", base64(unit)}, {"count", count}};
}

json describe(const BatchView& batch, const json& expected, DecompressionScratch& scratch) {
  const BatchAttributes attributes = batch.attributes();
  json told = {
      {"baseOffset", batch.base_offset().value()},
      {"batchLength", batch.size() - batch_format::kLengthEnd},
      {"partitionLeaderEpoch", batch.leader_epoch().value()},
      {"magic", 2},
      {"crc", batch.crc()},
      {"attributes", attributes.bits()},
      {"compression", compression_name(batch.compression())},
      {"timestampType", attributes.timestamp_type() == TimestampType::create_time ? "CreateTime" : "LogAppendTime"},
      {"transactional", attributes.transactional()},
      {"control", attributes.control()},
      {"deleteHorizonMs", batch.delete_horizon() ? json(batch.delete_horizon()->ms()) : json()},
      {"lastOffsetDelta", batch.last_offset_delta()},
      {"baseTimestamp", batch.base_timestamp().ms()},
      {"maxTimestamp", batch.max_timestamp().ms()},
      {"producerId", batch.producer_id().value()},
      {"producerEpoch", batch.producer_epoch().value()},
      {"baseSequence", batch.base_sequence().value()},
      {"count", batch.record_count()},
      {"records", json::array()},
  };
  RecordIterator records(batch, scratch);
  RecordView record;
  for (size_t i = 0; records.next(record).value(); ++i) {
    json headers = json::array();
    for (const HeaderView& header : record.headers()) {
      headers.push_back({{"key", base64(header.key)}, {"value", nullable(header.value)}});
    }
    told["records"].push_back({{"offset", record.offset().value()},
                               {"timestamp", record.timestamp().ms()},
                               {"key", nullable(record.key())},
                               {"value", told_like(expected["records"][i]["value"], record.value())},
                               {"headers", headers}});
  }
  return told;
}

TEST(GoldenBatches, read_as_kafka_reads_them) {
  ASSERT_GE(golden_batches().size(), 70U);
  DecompressionScratch scratch;
  for (const Golden& golden : golden_batches()) {
    SCOPED_TRACE(golden.name);
    const auto batch = BatchView::only(bytes_of(golden.bytes));
    if (golden.expected.contains("legacy")) {
      ASSERT_FALSE(batch.ok());
      EXPECT_EQ(batch.error().flaw, BatchFlaw::legacy_format);
      continue;
    }
    ASSERT_TRUE(batch.ok()) << flaw_name(batch.error().flaw);
    const auto facts = check_stored(*batch, scratch);
    ASSERT_TRUE(facts.ok()) << flaw_name(facts.error().flaw);
    EXPECT_EQ(describe(*batch, golden.expected, scratch), golden.expected);
    if (batch->record_count() > 0) {
      EXPECT_EQ(facts->max_timestamp, batch->max_timestamp());
    }
  }
}

TEST(GoldenBatches, that_a_producer_could_have_sent_pass_its_check) {
  DecompressionScratch scratch;
  size_t passed = 0;
  for (const Golden& golden : golden_batches()) {
    SCOPED_TRACE(golden.name);
    const json& e = golden.expected;
    if (e.contains("legacy")) continue;
    const bool sendable = e["baseOffset"] == 0 && !e["control"] && e["count"] == int64_t{e["lastOffsetDelta"]} + 1 &&
                          e["timestampType"] == "CreateTime" && e["deleteHorizonMs"].is_null();
    const auto facts = check_append(BatchView::only(bytes_of(golden.bytes)).value(), AppendRules(), scratch);
    EXPECT_EQ(facts.ok(), sendable);
    passed += facts.ok() ? 1 : 0;
  }
  EXPECT_GE(passed, 30U);
}

TEST(GoldenBatches, uncompressed_ones_are_rebuilt_byte_for_byte) {
  DecompressionScratch scratch;
  BatchBuilder builder;
  size_t rebuilt = 0;
  for (const Golden& golden : golden_batches()) {
    SCOPED_TRACE(golden.name);
    if (golden.expected.contains("legacy") || golden.expected["compression"] != "none") continue;
    const BatchView batch = BatchView::only(bytes_of(golden.bytes)).value();
    BytesBuffer out;
    if (batch.record_count() == 0) {
      append_emptied_batch(batch, out);
    } else {
      BatchOptions options;
      options.base_offset = batch.base_offset();
      options.leader_epoch = batch.leader_epoch();
      options.producer_id = batch.producer_id();
      options.producer_epoch = batch.producer_epoch();
      options.base_sequence = batch.base_sequence();
      options.transactional = batch.attributes().transactional();
      options.control = batch.attributes().control();
      options.base_timestamp = batch.base_timestamp();
      options.delete_horizon = batch.delete_horizon();
      if (batch.attributes().timestamp_type() == TimestampType::log_append_time) {
        options.log_append_time = batch.max_timestamp();
      }
      builder.start(options, out);
      RecordIterator records(batch, scratch);
      for (RecordView record; records.next(record).value();) builder.append_copy(record);
      builder.reserve_last_offset(batch.last_offset());
      builder.finish();
    }
    EXPECT_EQ(out.view(), bytes_of(golden.bytes));
    ++rebuilt;
  }
  EXPECT_GE(rebuilt, 20U);
}

TEST(GoldenBatches, control_records_are_of_the_kind_that_their_name_says) {
  const std::vector<std::pair<std::string, ControlRecordType>> kinds = {
      {"control-abort", ControlRecordType::abort},
      {"control-commit", ControlRecordType::commit},
      {"control-leader-change", ControlRecordType::leader_change},
      {"control-snapshot-header", ControlRecordType::snapshot_header},
      {"control-snapshot-footer", ControlRecordType::snapshot_footer},
      {"control-kraft-version", ControlRecordType::kraft_version},
      {"control-voters", ControlRecordType::kraft_voters},
  };
  DecompressionScratch scratch;
  size_t seen = 0;
  for (const Golden& golden : golden_batches()) {
    for (const auto& [name, type] : kinds) {
      if (golden.name != name) continue;
      SCOPED_TRACE(name);
      RecordIterator records(BatchView::only(bytes_of(golden.bytes)).value(), scratch);
      RecordView record;
      ASSERT_TRUE(records.next(record).value());
      EXPECT_EQ(read_control_key(*record.key()).value(), type);
      EXPECT_EQ(BytesView(control_key(type)), *record.key());
      ++seen;
    }
  }
  EXPECT_EQ(seen, kinds.size());
}

// The markers of control-abort and control-commit, written by us.
TEST(GoldenBatches, a_transaction_ends_in_the_same_bytes) {
  BatchBuilder builder;
  size_t seen = 0;
  for (const Golden& golden : golden_batches()) {
    if (golden.name != "control-abort" && golden.name != "control-commit") continue;
    const bool commit = golden.name == "control-commit";
    BytesBuffer out;
    append_transaction_end({.type = commit ? ControlRecordType::commit : ControlRecordType::abort,
                            .marker = {.coordinator_epoch = commit ? 12 : 11},
                            .producer_id = ProducerId(9),
                            .producer_epoch = ProducerEpoch(2),
                            .timestamp = Timestamp::from_ms(1'700'000'000'000),
                            .offset = Offset(commit ? 78 : 77),
                            .leader_epoch = LeaderEpoch(5)},
                           builder, out);
    EXPECT_EQ(out.view(), bytes_of(golden.bytes)) << golden.name;
    ++seen;
  }
  EXPECT_EQ(seen, 2U);
}

}  // namespace
}  // namespace ottla
