// The checker's own examination: each way to break a promise is shown to it.
#include "core/sim/world/promises.h"

#include <gtest/gtest.h>

namespace ottla::sim {
namespace {

const TopicPartition kKept{"kept", PartitionIndex(0)};    // persisted
const TopicPartition kLoose{"loose", PartitionIndex(0)};  // replicated
const TopicPartition kShort{"short", PartitionIndex(0)};  // expires
const TopicPartition kKeyed{"keyed", PartitionIndex(0)};  // compacted
constexpr Instant kEarly = Instant::from_ns(0);
constexpr Instant kLate = kEarly + Promises::kDeletionKept;

class Promised : public testing::Test {
 protected:
  Promised() {
    promises_.add_topic("kept", {.persisted = true});
    promises_.add_topic("loose", {.persisted = false});
    promises_.add_topic("short", {.expires = true});
    promises_.add_topic("keyed", {.compacted = true});
  }
  // A record as its writer made it.
  struct Written {
    RecordNumber number;
    std::string key;
    std::string value;
    Timestamp timestamp;
  };
  Written write(const TopicPartition& partition, uint32_t writer = 0) {
    RecordToAppend record;
    const RecordNumber number = promises_.write(writer, partition, record);
    return {number, record.key ? std::string(record.key->text()) : "", std::string(record.value->text()),
            record.timestamp};
  }
  void acknowledge(const Written& record, int64_t offset) {
    promises_.delivered({record.number, ErrorCode::none, Offset(offset)});
  }
  Fetched fetched(const TopicPartition& partition, int64_t base, const std::vector<Written>& records) {
    BatchBuilder builder;
    BytesBuffer out;
    builder.start({.base_offset = Offset(base)}, out);
    for (const Written& record : records) {
      RecordToAppend append{.timestamp = record.timestamp, .value = BytesView::of(record.value)};
      if (!record.key.empty()) append.key = BytesView::of(record.key);
      builder.append(append);
    }
    builder.finish();
    return {.partition = partition,
            .position = Offset(base),
            .high_watermark = Offset(base + static_cast<int64_t>(records.size())),
            .records = out.freeze()};
  }
  // The log begins at `start` and has this.
  std::string end(const TopicPartition& partition, int64_t start, const Promises::Content& content) {
    const Offset last = content.empty() ? Offset(start) : content.rbegin()->first + 1;
    promises_.check_at_the_end(partition, Offset(start), last, content);
    return promises_.broken();
  }
  std::string end(const TopicPartition& partition, const Promises::Content& content) {
    promises_.check_at_the_end(partition, Offset(0), Offset(static_cast<int64_t>(content.size())), content);
    return promises_.broken();
  }

  Promises promises_{1};
};

TEST_F(Promised, is_content_when_all_is_kept) {
  const Written a = write(kKept);
  const Written b = write(kKept);
  acknowledge(a, 0);
  acknowledge(b, 1);
  promises_.saw(fetched(kKept, 0, {a, b}));
  promises_.power_was_cut(Instant());
  EXPECT_EQ(end(kKept, {{Offset(0), a.number}, {Offset(1), b.number}}), "");
  EXPECT_EQ(promises_.acknowledged_count(), 2U);
  EXPECT_EQ(promises_.seen_count(), 2U);
}

TEST_F(Promised, sees_that_an_acknowledged_record_is_lost) {
  const Written a = write(kKept);
  acknowledge(a, 0);
  EXPECT_NE(end(kKept, {}).find("is lost"), std::string::npos);
}

TEST_F(Promised, sees_that_a_record_that_was_read_is_lost) {
  const Written a = write(kKept);
  promises_.saw(fetched(kKept, 0, {a}));
  promises_.power_was_cut(Instant());
  EXPECT_NE(end(kKept, {}).find("is lost"), std::string::npos);
}

TEST_F(Promised, sees_another_record_in_its_place) {
  const Written a = write(kKept);
  const Written b = write(kKept);
  acknowledge(a, 0);
  promises_.saw(fetched(kKept, 0, {b}));
  EXPECT_NE(promises_.broken().find("was read where"), std::string::npos);
}

TEST_F(Promised, sees_a_record_twice) {
  const Written a = write(kKept);
  acknowledge(a, 0);
  promises_.saw(fetched(kKept, 5, {a}));
  EXPECT_NE(promises_.broken().find("and before at 0"), std::string::npos);
}

TEST_F(Promised, sees_a_record_twice_that_nobody_read) {
  const Written a = write(kKept);
  EXPECT_NE(end(kKept, {{Offset(0), a.number}, {Offset(1), a.number}}).find("again"), std::string::npos);
}

TEST_F(Promised, sees_records_out_of_order) {
  const Written a = write(kKept);
  const Written b = write(kKept);
  EXPECT_NE(end(kKept, {{Offset(0), b.number}, {Offset(1), a.number}}).find("behind"), std::string::npos);
}

TEST_F(Promised, sees_a_gap) {
  const Written a = write(kKept);
  const Written b = write(kKept);
  EXPECT_NE(end(kKept, {{Offset(0), a.number}, {Offset(2), b.number}}).find("a gap"), std::string::npos);
}

TEST_F(Promised, sees_an_altered_record) {
  Written a = write(kKept);
  a.value.back() = static_cast<char>(a.value.back() ^ 1);
  promises_.saw(fetched(kKept, 0, {a}));
  EXPECT_NE(promises_.broken().find("altered"), std::string::npos);
}

TEST_F(Promised, sees_a_record_of_another_partition) {
  const Written a = write(kLoose);
  promises_.saw(fetched(kKept, 0, {a}));
  EXPECT_NE(promises_.broken().find("nobody wrote there"), std::string::npos);
}

TEST_F(Promised, sees_a_torn_batch) {
  const Written a = write(kKept);
  Fetched torn = fetched(kKept, 0, {a});
  BytesBuffer bytes;
  bytes.append(torn.records.view());
  bytes.data()[bytes.size() - 1] ^= 1;
  torn.records = bytes.freeze();
  promises_.saw(torn);
  EXPECT_NE(promises_.broken().find("torn"), std::string::npos);
}

TEST_F(Promised, sees_what_is_served_above_the_high_watermark) {
  const Written a = write(kKept);
  Fetched early = fetched(kKept, 0, {a});
  early.high_watermark = Offset(0);
  promises_.saw(early);
  EXPECT_NE(promises_.broken().find("high watermark"), std::string::npos);
}

TEST_F(Promised, lets_a_power_cut_take_a_suffix_of_what_was_not_to_be_on_disk) {
  const Written a = write(kLoose);
  const Written b = write(kLoose);
  const Written c = write(kLoose);
  acknowledge(a, 0);
  acknowledge(b, 1);
  promises_.power_was_cut(Instant());
  acknowledge(c, 1);
  EXPECT_EQ(end(kLoose, {{Offset(0), a.number}, {Offset(1), c.number}}), "");
}

TEST_F(Promised, lets_it_take_nothing_from_the_middle) {
  const Written a = write(kLoose);
  const Written b = write(kLoose);
  const Written c = write(kLoose, 1);
  acknowledge(a, 0);
  acknowledge(b, 1);
  promises_.power_was_cut(Instant());
  EXPECT_NE(end(kLoose, {{Offset(0), c.number}, {Offset(1), b.number}}).find("one before it is lost"),
            std::string::npos);
}

TEST_F(Promised, lets_nothing_be_lost_without_a_power_cut) {
  const Written a = write(kLoose);
  acknowledge(a, 0);
  EXPECT_NE(end(kLoose, {}).find("is lost"), std::string::npos);
}

TEST_F(Promised, takes_no_excuse_from_a_broker_that_forgot_a_producer) {
  const Written a = write(kKept);
  promises_.delivered({a.number, ErrorCode::out_of_order_sequence_number, Offset(-1)});
  EXPECT_NE(promises_.broken().find("OUT_OF_ORDER"), std::string::npos);
}

TEST_F(Promised, lets_records_be_deleted_by_who_asks_and_no_others) {
  const Written a = write(kKept);
  const Written b = write(kKept);
  acknowledge(a, 0);
  acknowledge(b, 1);
  promises_.asked_to_delete(kKept, Offset(1));
  EXPECT_EQ(end(kKept, 1, {{Offset(1), b.number}}), "");
  EXPECT_NE(end(kKept, 2, {}).find("nobody asked"), std::string::npos);
}

TEST_F(Promised, sees_that_deleted_records_are_back) {
  const Written a = write(kKept);
  acknowledge(a, 0);
  promises_.asked_to_delete(kKept, Offset(1));
  promises_.log_starts_at(kKept, Offset(1), kEarly);
  promises_.process_was_killed(kLate);
  EXPECT_NE(end(kKept, 0, {{Offset(0), a.number}}).find("was deleted"), std::string::npos);
}

TEST_F(Promised, lets_a_kill_undo_a_young_deletion) {
  const Written a = write(kKept);
  acknowledge(a, 0);
  promises_.asked_to_delete(kKept, Offset(1));
  promises_.log_starts_at(kKept, Offset(1), kEarly + Duration::from_ns(1));
  promises_.process_was_killed(kLate);
  EXPECT_EQ(end(kKept, 0, {{Offset(0), a.number}}), "");
}

TEST_F(Promised, sees_what_is_served_below_the_log_start) {
  const Written a = write(kKept);
  Fetched deleted = fetched(kKept, 0, {a});
  deleted.log_start = Offset(1);
  promises_.saw(deleted);
  EXPECT_NE(promises_.broken().find("the log starts at 1"), std::string::npos);
}

TEST_F(Promised, lets_what_expires_go_from_the_front_alone) {
  const Written a = write(kShort);
  const Written b = write(kShort);
  const Written c = write(kShort);
  acknowledge(a, 0);
  acknowledge(b, 1);
  acknowledge(c, 2);
  EXPECT_EQ(end(kShort, 1, {{Offset(1), b.number}, {Offset(2), c.number}}), "");
  EXPECT_NE(end(kShort, 0, {{Offset(0), a.number}, {Offset(2), c.number}}).find("is lost"), std::string::npos);
}

TEST_F(Promised, lets_compaction_take_what_has_a_newer_record_of_its_key) {
  const Written first = write(kKeyed);
  for (int i = 1; i < 17; ++i) write(kKeyed);  // keys repeat after seventeen
  const Written again = write(kKeyed);
  ASSERT_EQ(first.key, again.key);
  ASSERT_NE(first.key, "");
  acknowledge(first, 0);
  acknowledge(again, 5);
  EXPECT_EQ(end(kKeyed, 0, {{Offset(5), again.number}}), "");
}

TEST_F(Promised, sees_that_compaction_took_the_newest_record_of_a_key) {
  const Written first = write(kKeyed);
  const Written other = write(kKeyed);
  ASSERT_NE(first.key, other.key);
  acknowledge(first, 0);
  acknowledge(other, 5);
  EXPECT_NE(end(kKeyed, 0, {{Offset(5), other.number}}).find("is lost"), std::string::npos);
}

TEST_F(Promised, wants_to_find_what_was_acknowledged_without_a_place) {
  const Written a = write(kKept);
  acknowledge(a, -1);
  EXPECT_NE(end(kKept, {}).find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace ottla::sim
