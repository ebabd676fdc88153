// Random messages of every API and record in every version survive a round trip.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/wire/codec.h"
#include "core/wire/golden_testing.h"
#include "core/wire/random_testing.h"

namespace ottla::wire {
namespace {

constexpr uint64_t kSeed = 2024;
constexpr int kRounds = 60;

void for_each_version(const std::function<void(const Message&, Version)>& visit) {
  const auto visit_all = [&](const Message& message) {
    for (Version version = message.versions.first; version <= message.versions.last; ++version) visit(message, version);
  };
  for (const ApiRow& api : apis()) {
    visit_all(api.request());
    visit_all(api.response());
  }
  for (const MessageTable record : internal_records()) visit_all(record());
}

TEST(RoundTrip, a_random_message_of_any_version_comes_back_equal) {
  Prng prng(kSeed);
  size_t versions = 0;
  for_each_version([&](const Message& message, Version version) {
    ++versions;
    AnyMessage original(message);
    AnyMessage decoded(message);
    Arena arena;
    BytesBuffer bytes;
    BytesBuffer again;
    for (int round = 0; round < kRounds; ++round) {
      SCOPED_TRACE(std::string(message.name()) + " v" + std::to_string(version) + " seed " + std::to_string(kSeed) +
                   " round " + std::to_string(round));
      arena.reset();
      bytes.clear();
      again.clear();
      random_message(message, version, prng, arena, original.get());
      ASSERT_TRUE(encode(message, original.get(), version, bytes).ok());
      ASSERT_EQ(encoded_size(message, original.get(), version), bytes.size());
      const auto result = decode(message, bytes.view(), version, arena, decoded.get());
      ASSERT_TRUE(result.ok()) << result.error().text();
      ASSERT_TRUE(equal(*message.schema, original.get(), decoded.get()));
      ASSERT_TRUE(encode(message, decoded.get(), version, again).ok());
      ASSERT_EQ(bytes.view(), again.view());
    }
  });
  EXPECT_GT(versions, 700U);
}

TEST(RoundTrip, json_has_every_field_of_the_version_and_tagged_ones_that_are_set) {
  Prng prng(kSeed);
  for_each_version([&](const Message& message, Version version) {
    Arena arena;
    AnyMessage original(message);
    random_message(message, version, prng, arena, original.get());
    std::string text;
    JsonWriter writer(text);
    write_json(message, original.get(), version, writer);
    ASSERT_TRUE(writer.done());
    const auto json = nlohmann::json::parse(text);
    for (const Field& field : message.schema->all()) {
      const bool set = !equal_member(field, original.get(), message.schema->prototype);
      const bool expected = field.versions.contains(version) && (!field.tagged() || set);
      ASSERT_EQ(json.contains(field.name), expected) << message.name() << " v" << version << " " << field.name;
    }
  });
}

TEST(RoundTrip, equality_sees_any_one_field_that_differs) {
  Prng prng(kSeed);
  size_t seen = 0;
  for_each_version([&](const Message& message, Version version) {
    Arena arena;
    AnyMessage one(message);
    AnyMessage other(message);
    random_message(message, version, prng, arena, one.get());
    random_message(message, version, prng, arena, other.get());
    for (const Field& field : message.schema->all()) {
      if (equal_member(field, one.get(), other.get())) continue;
      ++seen;
      ASSERT_FALSE(equal(*message.schema, one.get(), other.get())) << message.name() << " " << field.name;
    }
    ASSERT_TRUE(equal(*message.schema, one.get(), one.get()));
  });
  EXPECT_GT(seen, 1000U);
}

}  // namespace
}  // namespace ottla::wire
