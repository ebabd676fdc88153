// DescribeLogDirs of a whole broker: its directory, what lies in it, and nothing that clients do not know.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/broker/broker_testing.h"
#include "core/wire/messages/03_metadata.h"
#include "core/wire/messages/35_describe_log_dirs.h"

namespace ottla {
namespace {

using Asked = wire::DescribeLogDirsRequest;
using Told = wire::DescribeLogDirsResponse;

class LogDirs : public testing::Test {
 protected:
  template <wire::WireMessage M, wire::WireMessage R>
  R ask(const M& request, wire::Version version) {
    return host_.ask<R>(connection_, request, version);
  }
  void make_topics(std::initializer_list<const char*> names) {
    std::vector<wire::MetadataRequest::Topic> topics;
    for (const char* name : names) topics.push_back({Uuid::zero(), wire::String(name)});
    wire::MetadataRequest request;
    request.topics = topics;
    const auto told = ask<wire::MetadataRequest, wire::MetadataResponse>(request, 12);
    for (const auto& topic : told.topics) ASSERT_EQ(topic.error_code, 0) << topic.name.or_empty().view();
  }
  // "a:0,1 b:0" of the one directory.
  static std::string text_of(const Told& told) {
    OTTLA_ASSERT(told.results.size() == 1);
    std::string text;
    for (const auto& topic : told.results[0].topics) {
      text += (text.empty() ? "" : " ") + std::string(topic.name);
      for (const auto& partition : topic.partitions) text += ":" + std::to_string(partition.partition_index);
    }
    return text;
  }

  BrokerHost host_{{{"num.partitions", "2"}}};
  ConnectionId connection_ = host_.connect();
};

TEST_F(LogDirs, tell_every_partition_and_the_room_there_is) {
  make_topics({"b", "a"});
  Asked all;
  all.topics = wire::null;
  for (wire::Version version = 0; version <= 5; ++version) {
    const auto told = ask<Asked, Told>(all, version);
    EXPECT_EQ(told.error_code, 0);
    EXPECT_EQ(text_of(told), "a:0:1 b:0:1") << "the metadata log is none of them";
    EXPECT_EQ(told.results[0].error_code, 0);
    EXPECT_EQ(told.results[0].log_dir.view(), "sim");
    EXPECT_EQ(told.results[0].topics[0].partitions[0].partition_size, 0);
    EXPECT_FALSE(told.results[0].topics[0].partitions[0].is_future_key);
    if (version < 4) continue;
    EXPECT_GT(told.results[0].total_bytes, 0);
    EXPECT_LE(told.results[0].usable_bytes, told.results[0].total_bytes);
  }
}

TEST_F(LogDirs, tell_what_was_asked_for_once) {
  make_topics({"a", "b", "c"});
  const int32_t one[] = {1};
  const int32_t some[] = {7, 0, -1, 0};
  const Asked::Topic topics[] = {{"c", one}, {"a", some}, {"unknown", one}, {"c", some}, {"__cluster_metadata", some}};
  Asked asked;
  asked.topics = topics;
  EXPECT_EQ(text_of(ask<Asked, Told>(asked, 5)), "a:0 c:0:1");
  asked.topics = wire::empty;
  EXPECT_EQ(text_of(ask<Asked, Told>(asked, 5)), "");
}

}  // namespace
}  // namespace ottla
