// What of producer state outlives a restart: Kafka's snapshot, and the windows in our side file.
#include <gtest/gtest.h>

#include "core/base/crc32c.h"
#include "core/base/endian.h"
#include "core/log/log_files_testing.h"
#include "core/log/producer_testing.h"

namespace ottla {
namespace {

using log_testing::flaw_of;
using producer_testing::Partition;

std::string snapshot_of(const ProducerState& state) {
  return log_testing::written_by([&](BytesBuffer& out) { state.encode_snapshot(out); });
}
std::string windows_of(const ProducerState& state) {
  return log_testing::written_by([&](BytesBuffer& out) { state.encode_windows(out); });
}
FormatResult<ProducerState> read(const std::string& bytes, Offset offset = Offset(INT64_MAX)) {
  return ProducerState::decode_snapshot(offset, BytesView::of(bytes));
}

Partition busy() {
  Partition p;
  for (int i = 0; i < 7; ++i) {
    p.now = 100 + i;
    p.send(1, 0, i * 2, 2);
    p.send(2, 4, i, 1, true);
  }
  p.send(3, 1, 0, 1);
  p.now = 200;
  p.mark(3, 1, true);
  p.mark(4, 9, false, {.coordinator_epoch = 5});
  return p;
}

TEST(ProducerSnapshot, is_read_and_written_as_kafka_does) {
  for (const char* name : {"producer-snapshot", "producer-snapshot-empty"}) {
    const auto golden = log_testing::golden_file(name);
    const auto state = read(golden.bytes, Offset(200));
    ASSERT_TRUE(state.ok()) << flaw_of(state);
    std::vector<ProducerView> expected;
    for (const auto& entry : golden.expected["entries"]) {
      ProducerView view;
      view.producer_id = ProducerId(entry["producerId"]);
      view.epoch = ProducerEpoch(entry["epoch"]);
      view.last_sequence = Sequence(entry["lastSequence"]);
      view.last_offset = Offset(entry["lastOffset"]);
      view.last_timestamp = Timestamp::from_ms(entry["timestamp"]);
      view.coordinator_epoch = entry["coordinatorEpoch"];
      if (entry["transactionFirstOffset"] >= 0) view.transaction_first_offset = Offset(entry["transactionFirstOffset"]);
      expected.push_back(view);
    }
    EXPECT_EQ(state->producers(), expected);
    EXPECT_EQ(state->map_end(), Offset(200));
    EXPECT_EQ(snapshot_of(*state), golden.bytes);
  }
}

TEST(ProducerSnapshot, brings_back_the_last_batch_and_what_was_open) {
  Partition p = busy();
  const Offset open = *p.state.first_unstable(p.end());
  Partition after;
  after.state = read(snapshot_of(p.state), p.end()).value();
  EXPECT_EQ(after.state.producers(), p.state.producers());
  EXPECT_EQ(after.end(), p.end());
  EXPECT_EQ(after.state.first_unstable(after.end()), open);
  EXPECT_EQ(after.send(1, 0, 12, 2), "again 18-19");
  EXPECT_EQ(after.send(1, 0, 10, 2), "sequence out of order") << "Kafka's format has no room for more";
  EXPECT_EQ(p.send(1, 0, 10, 2), "again 15-16");
}

TEST(ProducerSnapshot, with_its_windows_forgets_nothing) {
  Partition p = busy();
  Partition after;
  after.state = read(snapshot_of(p.state), p.end()).value();
  const auto all = after.state.restore_windows(BytesView::of(windows_of(p.state)));
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(*all);
  for (const auto& [sequence, where] : {std::pair{4, "again 6-7"}, {6, "again 9-10"}, {12, "again 18-19"}}) {
    EXPECT_EQ(after.send(1, 0, sequence, 2), where);
    EXPECT_EQ(p.send(1, 0, sequence, 2), where);
  }
  EXPECT_EQ(after.send(1, 0, 2, 2), "sequence out of order");
  const auto time_of = [](const Partition& of) {
    return of.state.check(of.data(3, 1, 0, 1), BatchOrigin::client)->duplicate->timestamp;
  };
  EXPECT_EQ(time_of(after), Timestamp::from_ms(106)) << "the batch's, not the marker's after it";
  EXPECT_EQ(time_of(p), time_of(after));
  EXPECT_EQ(windows_of(after.state), windows_of(p.state));
}

TEST(ProducerWindows, of_another_snapshot_are_left_alone) {
  Partition p = busy();
  const std::string windows = windows_of(p.state);
  p.send(1, 0, 14, 1);
  Partition after;
  after.state = read(snapshot_of(p.state), p.end()).value();
  const auto all = after.state.restore_windows(BytesView::of(windows));
  ASSERT_TRUE(all.ok());
  EXPECT_FALSE(*all);
  EXPECT_EQ(after.send(1, 0, 12, 2), "sequence out of order") << "its window was not of this moment";
  EXPECT_EQ(after.send(1, 0, 14, 1), p.send(1, 0, 14, 1));
  Partition nobody;
  EXPECT_FALSE(*nobody.state.restore_windows(BytesView::of(windows)));
  EXPECT_TRUE(nobody.state.empty());
}

TEST(ProducerSnapshot, cut_or_flipped_anywhere_is_refused) {
  const std::string bytes = snapshot_of(busy().state);
  const auto decode = [](BytesView view) { return ProducerState::decode_snapshot(Offset(1000), view); };
  log_testing::expect_cuts_refused(bytes, decode);
  log_testing::expect_flips_refused(bytes, decode);
}

TEST(ProducerWindows, cut_or_flipped_anywhere_are_refused_or_mean_what_stands_there) {
  const Partition p = busy();
  const std::string bytes = windows_of(p.state);
  const auto decode = [&](BytesView view) -> FormatResult<ProducerState> {
    ProducerState state = read(snapshot_of(p.state), p.end()).value();
    const auto restored = state.restore_windows(view);
    if (!restored.ok()) {
      EXPECT_EQ(windows_of(state), windows_of(read(snapshot_of(p.state), p.end()).value())) << "refused, yet changed";
      return Failure(restored.error());
    }
    if (!*restored) return Failure(FormatFlaw::bad_identity);
    return state;
  };
  log_testing::expect_cuts_refused(bytes, decode);
  const size_t refused = log_testing::flips_refused_or_meant(bytes, decode, windows_of);
  EXPECT_GT(refused, bytes.size() * 8 / 3);
}

TEST(ProducerSnapshot, with_a_right_checksum_is_not_believed_when_it_cannot_be_right) {
  Partition p;
  p.send(1, 3, 0, 4);
  p.send(2, 3, 0, 4, true);
  p.send(3, 3, 0, 4, true);
  const std::string good = snapshot_of(p.state);
  constexpr size_t kSecond = 10 + 46;
  const auto with = [&](size_t at, std::string_view bytes) {
    BytesBuffer out;
    out.append(BytesView::of(good));
    std::copy(bytes.begin(), bytes.end(), out.data() + at);
    store_be(out.data() + 2, crc32c(out.view().from(6)));
    return flaw_of(ProducerState::decode_snapshot(p.end(), out.view()));
  };
  using std::string_view_literals::operator""sv;
  EXPECT_EQ(with(0, "\0\1"sv), "accepted");
  EXPECT_EQ(with(0, "\0\2"sv), text(FormatFlaw::bad_version));
  EXPECT_EQ(with(6, "\x7f\xff\xff\xff"sv), text(FormatFlaw::size_mismatch)) << "a count beyond the bytes";
  EXPECT_EQ(with(9, "\2"sv), text(FormatFlaw::size_mismatch));
  EXPECT_EQ(with(10, "\x80"sv), text(FormatFlaw::bad_number));
  EXPECT_EQ(with(18, "\x80"sv), text(FormatFlaw::bad_number)) << "the epoch";
  EXPECT_EQ(with(20, "\x80"sv), text(FormatFlaw::bad_number)) << "the sequence";
  EXPECT_EQ(with(24, "\x80"sv), text(FormatFlaw::bad_number)) << "the last offset";
  EXPECT_EQ(with(24, "\1"sv), text(FormatFlaw::beyond_log));
  EXPECT_EQ(with(35, "\4"sv), text(FormatFlaw::bad_number)) << "it starts below 0";
  EXPECT_EQ(with(48, "\0"sv), text(FormatFlaw::beyond_log)) << "a transaction from the future";
  EXPECT_EQ(with(kSecond + 7, "\1"sv), text(FormatFlaw::bad_identity)) << "twice the same producer";
  EXPECT_EQ(with(kSecond + 45, "\x08"sv), text(FormatFlaw::bad_identity)) << "two transactions from one offset";
  EXPECT_EQ(flaw_of(read(std::string(limits::kProducerSnapshotSizeMax + 1, '\0'))), text(FormatFlaw::too_large));
}

}  // namespace
}  // namespace ottla
