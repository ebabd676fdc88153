// Every message in every version against bytes and JSON made by Kafka's own classes.
#include "core/wire/golden_testing.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/model/limits.h"
#include "core/wire/codec.h"

namespace ottla::wire {
namespace {

using Json = nlohmann::json;

std::string json_of(const Message& message, const void* structure, Version version) {
  std::string text;
  JsonWriter writer(text);
  write_json(message, structure, version, writer);
  return text;
}

TEST(Golden, there_are_thousands_of_lines_and_each_names_a_message_we_have) {
  EXPECT_GT(golden_lines().size(), 4000U);
  for (const GoldenLine& line : golden_lines()) {
    const Message* message = golden_message(line);
    ASSERT_NE(message, nullptr) << line.where << ": no " << line.name;
    EXPECT_TRUE(message->versions.contains(line.version)) << line.where << ": " << line.name << " v" << line.version;
  }
}

TEST(Golden, every_version_of_every_message_has_a_line) {
  std::set<std::pair<std::string, Version>> have;
  for (const GoldenLine& line : golden_lines()) have.emplace(line.name, line.version);
  const auto expect_all = [&](const Message& message) {
    for (Version version = message.versions.first; version <= message.versions.last; ++version) {
      EXPECT_TRUE(have.contains({message.name(), version})) << message.name() << " v" << version;
    }
  };
  for (const ApiRow& api : apis()) {
    expect_all(api.request());
    expect_all(api.response());
  }
  for (const MessageTable record : internal_records()) expect_all(record());
}

TEST(Golden, bytes_decode_to_the_same_json_and_encode_to_the_same_bytes) {
  for (const GoldenLine& line : golden_lines()) {
    SCOPED_TRACE(line.where + " " + line.name + " v" + std::to_string(line.version));
    const Message& message = *golden_message(line);
    Arena arena;
    AnyMessage decoded(message);
    const auto result = decode(message, line.bytes, line.version, arena, decoded.get());
    ASSERT_TRUE(result.ok()) << result.error().text();

    EXPECT_EQ(Json::parse(json_of(message, decoded.get(), line.version)), Json::parse(line.json));

    BytesBuffer encoded;
    ASSERT_TRUE(encode(message, decoded.get(), line.version, encoded).ok());
    EXPECT_EQ(encoded_size(message, decoded.get(), line.version), encoded.size());
    if (!line.has_unknown_tags) {
      EXPECT_EQ(hex_encode(encoded.view()), hex_encode(line.bytes));
    } else {
      EXPECT_LT(encoded.size(), line.bytes.size());
      AnyMessage again(message);
      ASSERT_TRUE(decode(message, encoded.view(), line.version, arena, again.get()).ok());
      EXPECT_TRUE(equal(*message.schema, decoded.get(), again.get()));
    }
  }
}

TEST(Golden, every_proper_prefix_is_refused_and_so_is_a_byte_more) {
  for (const GoldenLine& line : golden_lines()) {
    const Message& message = *golden_message(line);
    Arena arena;
    AnyMessage decoded(message);
    for (size_t size = 0; size < line.bytes.size(); ++size) {
      // A copy of exactly this size, so that the address sanitizer sees a read beyond it.
      const std::vector<uint8_t> prefix(line.bytes.data(), line.bytes.data() + size);
      arena.reset();
      const auto result = decode(message, BytesView(prefix), line.version, arena, decoded.get());
      ASSERT_FALSE(result.ok()) << line.where << " cut to " << size;
      ASSERT_LE(result.error().position, size) << line.where;
    }
    BytesBuffer longer;
    longer.append(line.bytes);
    longer.append(uint8_t{0});
    const auto result = decode(message, longer.view(), line.version, arena, decoded.get());
    ASSERT_FALSE(result.ok()) << line.where;
    EXPECT_EQ(result.error().what, Error::What::left_over) << line.where;
    EXPECT_EQ(result.error().position, line.bytes.size()) << line.where;
  }
}

// What comes out of damaged bytes is refused, or a message that can be written and read again; never a crash, nor more
// memory than the bytes may ask for.
TEST(Golden, a_changed_byte_anywhere_does_no_harm) {
  size_t accepted = 0;
  size_t refused = 0;
  for (const GoldenLine& line : golden_lines()) {
    const Message& message = *golden_message(line);
    AnyMessage decoded(message);
    AnyMessage again(message);
    std::vector<uint8_t> bytes(line.bytes.data(), line.bytes.data() + line.bytes.size());
    BytesBuffer encoded;
    Arena arena;
    Arena second;
    for (size_t at = 0; at < bytes.size(); ++at) {
      const uint8_t original = bytes[at];
      for (const int changed : {original ^ 0x01, original ^ 0x80, 0x7f, 0xff, original + 1}) {
        bytes[at] = static_cast<uint8_t>(changed);
        arena.reset();
        const auto result = decode(message, BytesView(bytes), line.version, arena, decoded.get());
        ASSERT_LE(arena.capacity(), 3 * limits::arena_size_max(bytes.size())) << line.where << " at " << at;
        ++(result.ok() ? accepted : refused);
        if (!result.ok()) continue;
        encoded.clear();
        second.reset();
        ASSERT_TRUE(encode(message, decoded.get(), line.version, encoded).ok()) << line.where << " at " << at;
        ASSERT_TRUE(decode(message, encoded.view(), line.version, second, again.get()).ok())
            << line.where << " at " << at;
        ASSERT_TRUE(equal(*message.schema, decoded.get(), again.get())) << line.where << " at " << at;
      }
      bytes[at] = original;
    }
  }
  EXPECT_GT(accepted, 100'000U);
  EXPECT_GT(refused, 100'000U);
}

}  // namespace
}  // namespace ottla::wire
