// Records of __transaction_state.
#include <gmock/gmock.h>

#include "core/base/hex.h"
#include "core/transaction/transaction_records.h"
#include "core/transaction/transaction_testing.h"

namespace ottla {
namespace {

using namespace transaction_testing;

const Transaction kFull{.producer = ProducerId(9),
                        .epoch = ProducerEpoch(3),
                        .previous_producer = ProducerId(8),
                        .next_producer = ProducerId(10),
                        .timeout = Duration::from_ms(60'000),
                        .status = TransactionStatus::prepare_commit,
                        .partitions = {kA0, kA3, kB1},
                        .updated_at = Timestamp::from_ms(1'700'000'000'001),
                        .started_at = Timestamp::from_ms(1'700'000'000'000),
                        .client_version = 2};

std::string dump_of(const TenantRecords& records) {
  Timeline timeline;
  TransactionState state(timeline);
  wire::Arena arena;
  for (size_t i = 0; i < records.size(); ++i) {
    timeline.advance(Offset(static_cast<int64_t>(i)));
    EXPECT_TRUE(
        state.replay({Offset(static_cast<int64_t>(i)), Timestamp(), records[i].key, records[i].value, {}}, arena));
  }
  return state.dump();
}

TEST(TransactionRecords, say_all_of_a_transaction) {
  TenantRecords records;
  add_transaction(records, "t", kFull, 1);
  wire::Arena arena;
  EXPECT_EQ(read_transaction_key(records[0].key, arena), "t");
  const TransactionPtr read = read_transaction(*records[0].value, arena);
  ASSERT_NE(read, nullptr);
  EXPECT_EQ(dump_of(records),
            "\"t\" producer 9 epoch 3 previous 8 next 10 timeout 60000000000 PrepareCommit updated 1700000000001 "
            "started 1700000000000 version 2 \"topic-00000\" 0 \"topic-00000\" 3 \"topic-00001\" 1 \n");
}

TEST(TransactionRecords, of_version_0_leave_out_what_it_cannot_say) {
  TenantRecords old;
  add_transaction(old, "t", kFull, 0);
  Transaction less = kFull;
  less.previous_producer = less.next_producer = kNoProducer;
  less.client_version = 0;
  TenantRecords records;
  add_transaction(records, "t", less, 1);
  EXPECT_EQ(dump_of(old), dump_of(records));
  add_transaction_tombstone(records, "t");
  EXPECT_EQ(dump_of(records), "");
}

TEST(TransactionRecords, are_bytes_that_Kafka_reads) {
  Transaction small;
  small.producer = ProducerId(1);
  small.epoch = ProducerEpoch(2);
  small.timeout = Duration::from_ms(3);
  small.updated_at = Timestamp::from_ms(4);
  TenantRecords records;
  add_transaction(records, "ab", small, 0);
  add_transaction(records, "ab", kFull, 1);
  EXPECT_EQ(hex_encode(records[0].key), "000000026162");
  EXPECT_EQ(hex_encode(*records[0].value),
            "0000"                // version
            "0000000000000001"    // producer
            "0002"                // epoch
            "00000003"            // time-out
            "00"                  // empty
            "ffffffff"            // no partitions
            "0000000000000004"    // updated
            "ffffffffffffffff");  // never started
  EXPECT_EQ(hex_encode(*records[1].value).substr(0, 4), "0001");
}

TEST(TransactionRecords, that_are_odd_are_left_alone) {
  TenantRecords records;
  add_transaction(records, "t", kFull, 1);
  const std::string key(records[0].key.text());
  const std::string value(records[0].value->text());
  Timeline timeline;
  TransactionState state(timeline);
  wire::Arena arena;
  const auto replay = [&](const std::string& k, const std::string& v) {
    return state.replay({Offset(0), Timestamp(), BytesView::of(k), BytesView::of(v), {}}, arena);
  };
  for (size_t size = 0; size < value.size(); ++size) EXPECT_FALSE(replay(key, value.substr(0, size))) << size;
  for (size_t size = 0; size < key.size(); ++size) EXPECT_FALSE(replay(key.substr(0, size), value)) << size;
  std::string odd = value;
  odd[2 + 8 + 2 + 4] = 8;  // a status that there is not
  EXPECT_FALSE(replay(key, odd));
  odd = value;
  odd[1] = 2;  // a version of the future
  EXPECT_FALSE(replay(key, odd));
  EXPECT_EQ(state.dump(), "");
  EXPECT_TRUE(replay(key, value));
}

}  // namespace
}  // namespace ottla
