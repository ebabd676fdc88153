#include "core/wire/registry.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "core/model/limits.h"
#include "core/wire/internal_records.h"

namespace ottla::wire {
namespace {

// Nothing that a version table could say is known to our declarations: the file was made from Kafka's own tables.
TEST(Registry, versions_are_those_of_kafka_4_4_and_3_9) {
  std::ifstream in(OTTLA_SOURCE_DIR "/core/wire/testdata/api-versions.tsv");
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  size_t rows = 0;
  for (; std::getline(in, line); ++rows) {
    std::istringstream cells(line);
    std::string name;
    std::string flexible;
    int key = 0;
    int first = 0;
    int last = 0;
    int advertised_first = 0;
    int advertised_last = 0;
    ASSERT_TRUE(cells >> key >> name >> first >> last >> flexible >> advertised_first >> advertised_last) << line;
    const ApiRow* api = find_api(static_cast<int16_t>(key));
    ASSERT_NE(api, nullptr) << line;
    EXPECT_EQ(api->name, name);
    EXPECT_EQ(api->versions(), between(static_cast<Version>(first), static_cast<Version>(last))) << line;
    EXPECT_EQ(api->advertised(), between(static_cast<Version>(advertised_first), static_cast<Version>(advertised_last)))
        << line;
    EXPECT_EQ(api->flexible(), flexible == "-" ? never : since(static_cast<Version>(std::stoi(flexible)))) << line;
  }
  EXPECT_EQ(rows, 79U);
  EXPECT_EQ(apis().size(), rows);
}

TEST(Registry, a_row_is_found_by_key_and_by_name_and_agrees_with_its_messages) {
  int16_t previous = -1;
  for (const ApiRow& api : apis()) {
    EXPECT_LT(previous, api.key);
    previous = api.key;
    EXPECT_EQ(find_api(api.key), &api);
    EXPECT_EQ(find_api(api.name), &api);
    EXPECT_EQ(api.request().name(), std::string(api.name) + "Request");
    EXPECT_EQ(api.response().name(), std::string(api.name) + "Response");
    EXPECT_EQ(find_message(std::string(api.name) + "Request"), &api.request());
    EXPECT_EQ(find_message(std::string(api.name) + "Response"), &api.response());
    for (const Message* message : {&api.request(), &api.response()}) {
      EXPECT_EQ(message->key, api.key) << message->name();
      EXPECT_EQ(message->versions, api.versions()) << message->name();
      EXPECT_EQ(message->flexible, api.flexible()) << message->name();
    }
  }
  for (const int key : {-1, 4, 52, 95, 1000, INT16_MIN, INT16_MAX}) {
    EXPECT_EQ(find_api(static_cast<int16_t>(key)), nullptr) << key;
  }
  EXPECT_EQ(find_api("produce"), nullptr);
  EXPECT_EQ(find_message("Produce"), nullptr);
}

TEST(InternalRecords, each_is_found_by_name_and_by_what_its_bytes_say) {
  std::set<std::string> names;
  for (const MessageTable record : internal_records()) {
    const Message& message = record();
    EXPECT_TRUE(names.insert(message.name()).second) << message.name() << " twice";
    EXPECT_EQ(find_record(message.name()), &message);
    const bool typed = message.family != RecordFamily::versioned && message.family != RecordFamily::plain;
    EXPECT_EQ(message.key >= 0, typed) << message.name();
    if (typed) {
      EXPECT_EQ(find_record(message.family, message.key), &message);
    }
  }
  EXPECT_EQ(find_record("offsetCommitValue"), nullptr);
  EXPECT_EQ(find_record(RecordFamily::metadata, -1), nullptr);
}

// A message whose table exists but stands in no list would be dead, and its golden lines unread.
TEST(Registry, every_declared_message_is_in_one_of_the_two_lists) {
  size_t declared = 0;
  for (const char* folder : {"messages", "records"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(OTTLA_SOURCE_DIR "/core/wire/") + folder)) {
      if (entry.path().extension() != ".cc") continue;
      std::ifstream in(entry.path());
      constexpr std::string_view kDeclaration = "OTTLA_WIRE_MESSAGE(";
      for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(kDeclaration)) continue;
        const std::string name = line.substr(kDeclaration.size(), line.find(')') - kDeclaration.size());
        EXPECT_TRUE(find_message(name) != nullptr || find_record(name) != nullptr) << name << " in " << entry.path();
        ++declared;
      }
    }
  }
  EXPECT_EQ(declared, apis().size() * 2 + internal_records().size());
}

int depth_of(const Schema& schema) {
  int deepest = 0;
  for (const Field& field : schema.all()) {
    if (field.kind == Kind::structure) deepest = std::max(deepest, depth_of(*field.nested));
  }
  return deepest + 1;
}

void expect_sound(const Message& message, const Schema& schema) {
  int16_t tag = -1;
  for (const Field& field : schema.all()) {
    const std::string where = std::string(message.name()) + " " + schema.name + "." + field.name;
    // A version beyond the message's would be a slip of the declaration: no byte of it is ever written.
    const Versions& versions = field.versions;
    EXPECT_LE(versions.first, message.versions.last) << where;
    EXPECT_TRUE(versions.last == kVersionLast || versions.last <= message.versions.last) << where;
    EXPECT_GE(versions.last, message.versions.first) << where;
    if (field.tagged()) {
      EXPECT_GT(field.tag, tag) << where;
      tag = field.tag;
      const Version first = std::max(versions.first, message.versions.first);
      EXPECT_TRUE(message.flexible.contains(first)) << where << " has tags in a version without";
    }
    if (field.kind == Kind::structure) expect_sound(message, *field.nested);
  }
  EXPECT_GE(schema.smallest, 1U);
  EXPECT_LE(schema.alignment, alignof(uint64_t));
}

TEST(Registry, every_table_is_sound_and_none_nests_too_deep) {
  for (const ApiRow& api : apis()) {
    for (const Message* message : {&api.request(), &api.response()}) {
      expect_sound(*message, *message->schema);
      EXPECT_LE(depth_of(*message->schema), limits::kMessageNestingMax) << message->name();
    }
  }
  for (const MessageTable record : internal_records()) {
    expect_sound(record(), *record().schema);
    EXPECT_LE(depth_of(*record().schema), limits::kMessageNestingMax) << record().name();
  }
}

}  // namespace
}  // namespace ottla::wire
