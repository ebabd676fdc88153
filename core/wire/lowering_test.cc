// The table is right, and a wrong list of fields does not compile. What the compiler refuses is shown here by asking for
// the flaw instead of calling for the table.
#include "core/wire/lowering.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "core/wire/messages/01_fetch.h"

namespace ottla::wire {
namespace {

using lowering::Flaw;
using lowering::flaw_of;

struct Good {
  int8_t v3_and_below = 1;
  Nullable<String> name;
  Array<int32_t> numbers;

  static constexpr auto fields() {
    using M = Good;
    return wire::fields(field<&M::v3_and_below>(until(3)), field<&M::name>().nullable(since(1)),
                        field<&M::numbers>(since(2)).tagged(4));
  }
};
static_assert(flaw_of<Good>() == Flaw::none);

struct Empty0 {
  static constexpr auto fields() { return wire::fields(); }
};
static_assert(flaw_of<Empty0>() == Flaw::none);

struct Forgotten {
  String a;
  String b;
  static constexpr auto fields() { return wire::fields(field<&Forgotten::a>()); }
};
static_assert(flaw_of<Forgotten>() == Flaw::members);

struct Swapped {
  int32_t a = 0;
  int32_t b = 0;
  static constexpr auto fields() { return wire::fields(field<&Swapped::b>(), field<&Swapped::a>()); }
};
static_assert(flaw_of<Swapped>() == Flaw::members);

struct Twice {
  int32_t a = 0;
  int32_t b = 0;
  static constexpr auto fields() { return wire::fields(field<&Twice::a>(), field<&Twice::a>()); }
};
static_assert(flaw_of<Twice>() == Flaw::members);

// Structs of one type, exchanged: the marks lie inside them.
struct SwappedStructs {
  Good a;
  Good b;
  static constexpr auto fields() { return wire::fields(field<&SwappedStructs::b>(), field<&SwappedStructs::a>()); }
};
static_assert(flaw_of<SwappedStructs>() == Flaw::members);

struct NotNullable {
  String a;
  static constexpr auto fields() { return wire::fields(field<&NotNullable::a>().nullable()); }
};
static_assert(flaw_of<NotNullable>() == Flaw::nullable);

struct SilentlyNullable {
  Nullable<Good> a;
  static constexpr auto fields() { return wire::fields(field<&SilentlyNullable::a>()); }
};
static_assert(flaw_of<SilentlyNullable>() == Flaw::nullable);

struct TagFirst {
  String a;
  String b;
  static constexpr auto fields() { return wire::fields(field<&TagFirst::a>().tagged(0), field<&TagFirst::b>()); }
};
static_assert(flaw_of<TagFirst>() == Flaw::tags);

struct TagTwice {
  String a;
  String b;
  static constexpr auto fields() {
    return wire::fields(field<&TagTwice::a>().tagged(1), field<&TagTwice::b>().tagged(1));
  }
};
static_assert(flaw_of<TagTwice>() == Flaw::tags);

struct NoVersion {
  String a;
  static constexpr auto fields() { return wire::fields(field<&NoVersion::a>(between(3, 2))); }
};
static_assert(flaw_of<NoVersion>() == Flaw::versions);

static_assert(lowering::OnTheWire<Nullable<Array<Good>>> && lowering::OnTheWire<double>);
static_assert(!lowering::OnTheWire<float> && !lowering::OnTheWire<std::string_view> && !lowering::OnTheWire<int*>);

TEST(Lowering, names_are_kafkas) {
  const Schema& schema = lowering::Table<Good>::kSchema;
  EXPECT_STREQ(schema.name, "Good");
  EXPECT_STREQ(schema.fields[0].name, "v3AndBelow");
  EXPECT_STREQ(schema.fields[1].name, "name");
  EXPECT_EQ(schema.find("numbers"), &schema.fields[2]);
  EXPECT_EQ(schema.find("number"), nullptr);
}

TEST(Lowering, offsets_are_where_the_compiler_put_the_members) {
  using P = FetchRequest::Partition;
  const Schema& schema = lowering::Table<P>::kSchema;
  EXPECT_EQ(schema.size, sizeof(P));
  EXPECT_EQ(schema.find("partition")->offset, offsetof(P, partition));
  EXPECT_EQ(schema.find("fetchOffset")->offset, offsetof(P, fetch_offset));
  EXPECT_EQ(schema.find("lastFetchedEpoch")->offset, offsetof(P, last_fetched_epoch));
  EXPECT_EQ(schema.find("replicaDirectoryId")->offset, offsetof(P, replica_directory_id));
  EXPECT_EQ(schema.find("highWatermark")->offset, offsetof(P, high_watermark));
  EXPECT_EQ(lowering::Table<Good>::kSchema.find("name")->offset, offsetof(Good, name));
}

TEST(Lowering, tagged_fields_stand_apart_and_structs_know_their_smallest_size) {
  const Schema& good = lowering::Table<Good>::kSchema;
  EXPECT_EQ(good.plain().size(), 2U);
  EXPECT_EQ(good.tagged().size(), 1U);
  EXPECT_EQ(good.smallest, 1U);  // from version 4 on it is a name only
  EXPECT_EQ(lowering::Table<FetchRequest::Partition>::kSchema.smallest, 16U);
  EXPECT_EQ(lowering::Table<Empty0>::kSchema.smallest, 1U);
}

TEST(Lowering, defaults_are_the_members_initializers) {
  FetchRequest::Partition partition;
  partition.high_watermark = 0;
  partition.fetch_offset = 7;
  lowering::Table<FetchRequest::Partition>::kSchema.set_defaults(&partition);
  EXPECT_EQ(partition.high_watermark, INT64_MAX);
  EXPECT_EQ(partition.fetch_offset, 0);
  EXPECT_EQ(partition.current_leader_epoch, -1);
}

}  // namespace
}  // namespace ottla::wire
