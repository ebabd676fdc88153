// Compaction over whole logs with transactions and idempotent producers.
#include <gtest/gtest.h>

#include "core/log/compacted_log_testing.h"

namespace ottla::log_testing {
namespace {

TEST(CleanerOfTransactions, removes_aborted_data_and_serves_what_was_committed) {
  CompactedLog one;
  write_transactions(one);
  ASSERT_EQ(one.committed(), after_write_transactions());
  const size_t records = one.world.read(one.log()).values.size();
  one.clean();
  EXPECT_EQ(one.committed(), after_write_transactions());
  const auto left = one.world.read(one.log()).values;
  EXPECT_LT(left.size(), records / 4);
  for (const auto& [offset, value] : left) EXPECT_EQ(value.find("never"), std::string::npos) << value;
  EXPECT_GT(one.world.marks.count(Mark::aborted_data_removed), 0U);
  // A crash brings none of it back, nor does a stop.
  one.world.crash();
  EXPECT_EQ(one.committed(), after_write_transactions());
  one.world.restart();
  EXPECT_EQ(one.committed(), after_write_transactions());
}

TEST(CleanerOfTransactions, keeps_markers_until_their_horizon_and_then_drops_them) {
  CompactedLog one;
  write_transactions(one);
  const auto written = one.markers();
  ASSERT_EQ(written.size(), 12U);
  one.clean();
  EXPECT_EQ(one.markers(), written) << "this pass met their data";
  one.clean(Duration::from_s(1));
  // What is clean is not cleaned again before something new is there.
  const auto add = [&] {
    one.put({"last=one"});
    ASSERT_TRUE(one.log().roll().ok());
    one.put({"last=one"});
    one.world.settle();
  };
  add();
  one.clean();
  EXPECT_EQ(one.markers(), written) << "they have a horizon from here on";
  add();
  one.clean(Duration::from_ms(999));
  EXPECT_EQ(one.markers(), written);
  add();
  one.clean(Duration::from_ms(1));
  EXPECT_LT(one.markers().size(), written.size());
  EXPECT_GT(one.world.marks.count(Mark::marker_dropped), 0U);
  EXPECT_EQ(one.committed(), after_write_transactions());
  EXPECT_EQ(one.log().stable_end(one.log().log_end()), one.log().log_end()) << "no transaction looks open";
  one.world.crash();
  EXPECT_EQ(one.committed(), after_write_transactions());
  EXPECT_EQ(one.log().stable_end(one.log().log_end()), one.log().log_end());
}

TEST(CleanerOfTransactions, leaves_an_open_transaction_and_all_above_it_alone) {
  CompactedLog one;
  one.put({"a=1"});
  one.put({"a=2"});
  ASSERT_TRUE(one.log().roll().ok());
  one.send(2, {"a=perhaps"}, true);
  const Offset open = one.log().active().base();
  for (int i = 0; i < 30; ++i) one.put({"a=above", "b=above"});
  ASSERT_TRUE(one.log().roll().ok());
  one.put({"a=last"});
  one.world.settle();
  const auto before = one.world.read(one.log(), open).values;
  one.clean();
  EXPECT_EQ(one.world.read(one.log(), open).values, before);
  EXPECT_EQ(one.world.read(one.log(), Offset(0)).values.size(), before.size() + 1) << "a=2 is the newest below it";
  one.end_transaction(2, false);
  one.world.settle();
  one.clean();
  EXPECT_EQ(one.committed(), (ByKey{{"a", "last"}, {"b", "above"}}));
}

TEST(CleanerOfTransactions, keeps_what_producers_sent_last_through_stops_crashes_and_lost_snapshots) {
  for (const int how : {0, 1, 2, 3}) {
    SCOPED_TRACE(how);
    CompactedLog one;
    write_transactions(one);
    one.clean();
    one.pass_a_minute();
    EXPECT_GT(one.world.marks.count(Mark::segments_compacted), 0U);
    if (how == 1) one.world.restart();
    if (how == 2) one.world.crash();
    if (how == 3) {
      one.world.restart();
      const auto entries = one.world.disk.list("t-0");
      for (const DirectoryEntry& entry : *entries) {
        if (!entry.name.ends_with(kSnapshotSuffix) && entry.name != kSideFile) continue;
        ASSERT_TRUE(one.world.disk.unlink("t-0/" + entry.name).ok());
      }
      one.world.kill();
    }
    one.ready();
    one.expect_producers_go_on();
  }
}

}  // namespace
}  // namespace ottla::log_testing
