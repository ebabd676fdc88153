// What producer state reads off a batch.
#include <gtest/gtest.h>

#include "core/log/log_files_testing.h"
#include "core/log/producer_testing.h"
#include "core/record/record_testing.h"

namespace ottla {
namespace {

using producer_testing::Partition;

TEST(ProducerBatch, is_read_from_a_data_batch) {
  record_testing::RawBatch raw;
  raw.base_offset = 40;
  raw.last_offset_delta = 2;
  raw.max_timestamp = 1009;
  raw.producer_id = 7;
  raw.producer_epoch = 3;
  raw.base_sequence = INT32_MAX;
  raw.attributes = BatchAttributes::kTransactional;
  const std::string bytes = raw.encode();
  const auto batch = ProducerBatch::of(BatchView::only(BytesView::of(bytes)).value());
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->producer_id, ProducerId(7));
  EXPECT_EQ(batch->epoch, ProducerEpoch(3));
  EXPECT_EQ(batch->first_sequence, Sequence(INT32_MAX));
  EXPECT_EQ(batch->last_sequence, Sequence(1));
  EXPECT_EQ(batch->first_offset, Offset(40));
  EXPECT_EQ(batch->last_offset, Offset(42));
  EXPECT_EQ(batch->timestamp, Timestamp::from_ms(1009));
  EXPECT_TRUE(batch->transactional);
  EXPECT_FALSE(batch->control || batch->marker);
}

TEST(ProducerBatch, is_read_from_a_marker) {
  for (const ControlRecordType type : {ControlRecordType::abort, ControlRecordType::commit}) {
    TransactionEnd end;
    end.type = type;
    end.marker.coordinator_epoch = 12;
    end.producer_id = ProducerId(7);
    end.producer_epoch = ProducerEpoch(3);
    end.timestamp = Timestamp::from_ms(5000);
    end.offset = Offset(99);
    BatchBuilder builder;
    BytesBuffer out;
    const auto batch = ProducerBatch::of(BatchView::only(append_transaction_end(end, builder, out)).value());
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(batch->marker, (ProducerBatch::Marker{type == ControlRecordType::commit, 12}));
    EXPECT_EQ(batch->last_offset, Offset(99));
    EXPECT_EQ(batch->timestamp, Timestamp::from_ms(5000));
    EXPECT_TRUE(batch->control);
  }
}

// Compaction leaves the header of a marker whose transaction is gone. It is no data, and no marker.
TEST(ProducerBatch, of_an_emptied_marker_changes_nothing) {
  Partition p;
  p.send(7, 3, 0, 1, true);
  TransactionEnd end;
  end.producer_id = ProducerId(7);
  end.producer_epoch = ProducerEpoch(3);
  end.timestamp = Timestamp::from_ms(5000);
  end.offset = Offset(1);
  BatchBuilder builder;
  BytesBuffer out;
  BytesBuffer emptied;
  append_emptied_batch(BatchView::only(append_transaction_end(end, builder, out)).value(), emptied);
  const auto batch = ProducerBatch::of(BatchView::only(emptied.view()).value());
  ASSERT_TRUE(batch.ok());
  EXPECT_TRUE(batch->control);
  EXPECT_FALSE(batch->marker.has_value());
  EXPECT_EQ(p.state.apply(*batch), std::nullopt);
  EXPECT_EQ(p.state.first_unstable(Offset(0)), Offset(0));
  EXPECT_EQ(p.state.map_end(), Offset(2));
}

TEST(ProducerBatch, is_not_read_from_a_header_that_lies) {
  const auto read = [](const record_testing::RawBatch& raw) {
    const std::string bytes = raw.encode();
    return log_testing::flaw_of_log(ProducerBatch::of(BatchView::only(BytesView::of(bytes)).value()));
  };
  record_testing::RawBatch good;
  good.producer_id = 7;
  good.producer_epoch = 3;
  good.base_sequence = 0;
  EXPECT_EQ(read(good), "accepted");
  auto bad = good;
  bad.producer_id = -1;
  EXPECT_EQ(read(bad), "batch malformed");
  bad = good;
  bad.producer_epoch = -1;
  EXPECT_EQ(read(bad), "batch malformed");
  bad = good;
  bad.last_offset_delta = -1;
  EXPECT_EQ(read(bad), "batch malformed");
  bad = good;
  bad.base_offset = INT64_MAX;
  bad.last_offset_delta = 1;
  EXPECT_EQ(read(bad), "batch malformed");
  bad = good;
  bad.base_offset = INT64_MAX;
  EXPECT_EQ(read(bad), "batch malformed") << "no offset is left for what comes after";
  bad = good;
  bad.base_sequence = -2;
  EXPECT_EQ(read(bad), "batch malformed");
  bad = good;
  bad.attributes = BatchAttributes::kControl;
  EXPECT_EQ(read(bad), "batch malformed") << "its record's key is no control key";
}

}  // namespace
}  // namespace ottla
