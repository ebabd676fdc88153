// A whole node on real sockets and a real disk, as its clients see it.
#include "cluster/node/node.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "cluster/net/client_host.h"
#include "cluster/net/test_client_testing.h"
#include "cluster/node/test_node_testing.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Duration kPatience = Duration::from_s(10);

class NodeClient {
 public:
  explicit NodeClient(uint16_t port) : client_({.network = {.bootstrap = {{"127.0.0.1", port}}}}), host_(client_) {}

  ErrorCode create(const std::string& topic, int32_t partitions = 1) {
    std::optional<TopicOutcome> outcome;
    client_.admin().create_topic({.name = topic, .partition_count = partitions}, kPatience,
                                 [&](const TopicOutcome& done) { outcome = done; });
    EXPECT_TRUE(host_.run_until([&] { return outcome.has_value(); }, kPatience));
    return outcome ? outcome->error : ErrorCode::unknown_server_error;
  }
  // The offset of the record.
  int64_t produce(const std::string& topic, const std::string& value) {
    if (producer_ == nullptr) producer_ = &client_.add_producer({});
    EXPECT_EQ(producer_->append({topic, PartitionIndex(0)},
                                {.timestamp = Timestamp::from_ms(1), .value = BytesView::of(value)}, 7),
              ErrorCode::none);
    producer_->flush();
    std::vector<Delivery> deliveries;
    const auto delivered = [&] {
      producer_->take_deliveries(deliveries);
      return !deliveries.empty();
    };
    EXPECT_TRUE(host_.run_until(delivered, kPatience));
    if (deliveries.empty()) return -1;
    EXPECT_EQ(deliveries[0].error, ErrorCode::none);
    return deliveries[0].offset.value();
  }
  std::vector<std::string> read(const std::string& topic, size_t count) {
    Fetcher& fetcher = client_.add_fetcher({});
    fetcher.assign({topic, PartitionIndex(0)}, Offset(0));
    std::vector<std::string> values;
    DecompressionScratch scratch;
    const auto read_some = [&] {
      Fetched fetched;
      while (fetcher.take(fetched)) {
        EXPECT_EQ(fetched.error, ErrorCode::none);
        const auto done = for_each_record(fetched, scratch, [&](const BatchView&, const RecordView& record) {
          values.emplace_back(record.value()->text());
        });
        EXPECT_TRUE(done.ok());
      }
      return values.size() >= count;
    };
    EXPECT_TRUE(host_.run_until(read_some, kPatience));
    fetcher.remove({topic, PartitionIndex(0)});
    return values;
  }

 private:
  Client client_;
  ClientHost host_;
  Producer* producer_ = nullptr;
};

TEST(Node, serves_a_topic_at_once_and_keeps_it_over_a_restart) {
  const TemporaryDirectory directory;
  {
    TestNode node(directory / "data");
    ASSERT_EQ(node.failure(), "");
    NodeClient client(node.port());
    EXPECT_EQ(client.create("orders"), ErrorCode::none);
    EXPECT_EQ(client.produce("orders", "one"), 0);
    EXPECT_EQ(client.produce("orders", "two"), 1);
    EXPECT_THAT(client.read("orders", 2), ElementsAre("one", "two"));
    EXPECT_EQ(client.create("orders"), ErrorCode::topic_already_exists);
  }
  TestNode node(directory / "data");
  ASSERT_EQ(node.failure(), "");
  NodeClient client(node.port());
  EXPECT_THAT(client.read("orders", 2), ElementsAre("one", "two"));
  EXPECT_EQ(client.produce("orders", "three"), 2);
  EXPECT_THAT(client.read("orders", 3), ElementsAre("one", "two", "three"));
}

TEST(Node, spreads_partitions_over_its_data_directories) {
  const TemporaryDirectory directory;
  const std::string both = (directory / "a") + "," + (directory / "b");
  {
    TestNode node(both);
    ASSERT_EQ(node.failure(), "");
    NodeClient client(node.port());
    EXPECT_EQ(client.create("t", 4), ErrorCode::none);
    EXPECT_EQ(client.produce("t", "x"), 0);
  }
  const auto count = [&](const char* name) {
    size_t folders = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory / name)) {
      folders += entry.path().filename().string().starts_with("t-") ? 1 : 0;
    }
    return folders;
  };
  EXPECT_EQ(count("a"), 2U);
  EXPECT_EQ(count("b"), 2U);
  TestNode node(both);
  ASSERT_EQ(node.failure(), "");
  EXPECT_THAT(NodeClient(node.port()).read("t", 1), ElementsAre("x"));
}

TEST(Node, tells_each_listeners_clients_where_to_go) {
  const TemporaryDirectory directory;
  TestNode node(directory / "data",
                {"listeners=INSIDE://127.0.0.1:0,OUTSIDE://127.0.0.1:0",
                 "listener.security.protocol.map=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
                 "inter.broker.listener.name=INSIDE", "advertised.listeners=OUTSIDE://kafka.example.org:19092"});
  ASSERT_EQ(node.failure(), "");
  EXPECT_NE(node.port(0), node.port(1));
  const auto metadata = [](uint16_t port) {
    // Metadata v0 of all topics: size, key 3, version 0, correlation 1, no client id, no topics.
    static const std::string request("\0\0\0\x0e\0\x03\0\0\0\0\0\x01\xff\xff\0\0\0\0", 18);
    TestClient client(port);
    client.send(request);
    const std::string size = client.receive(4);
    return client.receive(static_cast<size_t>(static_cast<unsigned char>(size.at(3))));
  };
  EXPECT_THAT(metadata(node.port(0)), HasSubstr("127.0.0.1"));
  EXPECT_THAT(metadata(node.port(1)), HasSubstr("kafka.example.org"));
}

TEST(Node, says_why_it_does_not_start) {
  const TemporaryDirectory directory;
  TestNode first(directory / "data");
  ASSERT_EQ(first.failure(), "");
  EXPECT_THAT(TestNode(directory / "data").failure(), HasSubstr(directory / "data"));
  const std::string taken = "PLAINTEXT://127.0.0.1:" + std::to_string(first.port());
  EXPECT_THAT(TestNode(directory / "other", {"listeners=" + taken}).failure(), HasSubstr("Address already in use"));
  EXPECT_FALSE(std::filesystem::exists(directory / "other"));
  EXPECT_THAT(TestNode("/proc/nowhere/data").failure(), HasSubstr("log.dirs: "));
  EXPECT_THAT(
      TestNode(directory / "third", {"listeners=PLAINTEXT://[::zz]:1", "ottla.insecure.listeners=true"}).failure(),
      HasSubstr("cannot resolve ::zz"));
  EXPECT_THAT(TestNode(directory / "third", {"listeners=PLAINTEXT://0.0.0.0:0"}).failure(),
              HasSubstr("ottla.insecure.listeners"));
  EXPECT_THAT(TestNode(directory / "third", {"listeners=CONTROLLER://127.0.0.1:0"}).failure(), HasSubstr("listeners"));
}

TEST(Node, gives_its_metrics_as_a_page) {
  const TemporaryDirectory directory;
  TestNode node(directory / "data", {"ottla.metrics.listener=127.0.0.1:0"});
  ASSERT_EQ(node.failure(), "");
  NodeClient client(node.port());
  EXPECT_EQ(client.create("orders", 3), ErrorCode::none);
  EXPECT_EQ(client.produce("orders", "x"), 0);
  EXPECT_THAT(client.read("orders", 1), ElementsAre("x"));
  const std::string address = node.metrics_address();
  ASSERT_THAT(address, testing::EndsWith("/metrics"));
  const size_t colon = address.rfind(':');
  TestClient scraper(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
  scraper.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string page = scraper.receive_all();
  EXPECT_THAT(page, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  for (const char* line :
       {"ottla_requests_total{api=\"CreateTopics\"} 1", "ottla_requests_total{api=\"Produce\"} 1",
        "ottla_request_seconds_count{api=\"Produce\"} 1", "ottla_topic_records_in_total{topic=\"orders\"} 1",
        "ottla_topics 1", "ottla_partitions 3", "ottla_log_end_offset{topic=\"orders\",partition=\"0\"} 1",
        "ottla_log_end_offset{topic=\"orders\",partition=\"2\"} 0", "ottla_logs_offline 0"}) {
    EXPECT_THAT(page, HasSubstr("\n" + std::string(line) + "\n"));
  }
  EXPECT_THAT(page, HasSubstr("\nprocess_resident_memory_bytes "));
}

// What was begun is answered: a consumer that waits for records gets its empty answer, not a closed connection.
TEST(Node, answers_who_waits_before_it_stops) {
  const TemporaryDirectory directory;
  TestNode node(directory / "data");
  ASSERT_EQ(node.failure(), "");
  NodeClient setup(node.port());
  EXPECT_EQ(setup.create("t"), ErrorCode::none);
  // Fetch v4 of t-0 from 0: replica -1, 60 s, at least 1 byte, at most 1 MiB, uncommitted.
  const std::string body = std::string("\0\x01\0\x04\0\0\0\x07\xff\xff", 10) +
                           std::string("\xff\xff\xff\xff\0\0\xea\x60\0\0\0\x01\0\x10\0\0\0", 17) +
                           std::string("\0\0\0\x01\0\x01t\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\x10\0\0", 27);
  TestClient waiting(node.port());
  waiting.send(std::string("\0\0\0", 3) + static_cast<char>(body.size()) + body);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  node.stop();
  const std::string size = waiting.receive(4);
  ASSERT_EQ(size.size(), 4U);
  EXPECT_THAT(waiting.receive(static_cast<size_t>(static_cast<unsigned char>(size[3]))),
              HasSubstr(std::string("\0\x01t", 3)));
  EXPECT_TRUE(waiting.ended());
}

}  // namespace
}  // namespace ottla
