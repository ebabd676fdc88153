// What clients may send to a node, other than what they should, over real sockets: each connection ends or is answered in
// time, the node's process lives, and its memory is what it was.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <deque>

#include "cluster/net/test_client_testing.h"
#include "cluster/node/hostile_frames_testing.h"
#include "cluster/node/node_process_testing.h"
#include "core/os/temporary_directory_testing.h"

namespace ottla {
namespace {

constexpr size_t kTogether = 32;              // connections at a time; the backlog of a listener takes 50
constexpr int kEndMs = 10'000;                // a connection ends by then
constexpr size_t kMemoryGrowthMax = 8 << 20;  // of one pass over everything, after a first one

class HostileSockets : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(node_.start());
    bystander_.emplace(node_.port());
  }
  void TearDown() override {
    settle();
    expect_alive();
    EXPECT_EQ(node_.stop(), 0);
  }

  // On a connection of its own, which ends by itself: closed, or with an answer.
  void expect_end_of(const std::string& bytes, const std::string& what) {
    send(bytes, what);
    settle_to(kTogether - 1);
  }
  // The client says that nothing more comes.
  void expect_end_after(const std::string& bytes, const std::string& what) {
    send(bytes, what);
    ::shutdown(waiting_.back().client.socket().number(), SHUT_WR);
    settle_to(kTogether - 1);
  }
  // What may make sense, and then has no answer (acks=0) or waits for one (a fetch).
  void offer(const std::string& bytes, const std::string& what) {
    send(bytes, what);
    waiting_.back().may_wait = true;
    settle_to(kTogether - 1);
  }
  void settle() { settle_to(0); }

  void expect_alive() {
    ASSERT_TRUE(node_.alive());
    bystander_->send(api_versions_frame());
    const std::string prefix = bystander_->receive(wire::kFramePrefixSize);
    ASSERT_EQ(prefix.size(), wire::kFramePrefixSize);
    const auto size = static_cast<size_t>(load_be<int32_t>(reinterpret_cast<const uint8_t*>(prefix.data())));
    EXPECT_EQ(bystander_->receive(size).size(), size);
  }

  NodeProcess& node() { return node_; }
  size_t ended() const { return ended_; }

 private:
  struct Waiting {
    TestClient client;
    std::string what;
    bool may_wait = false;
  };

  void send(const std::string& bytes, const std::string& what) {
    waiting_.push_back({TestClient(node_.port()), what, false});
    ASSERT_TRUE(waiting_.back().client.connected()) << what;
    // It may end before all was sent.
    (void)waiting_.back().client.try_send(bytes);
  }
  void settle_to(size_t count) {
    while (waiting_.size() > count) {
      // Something to read, or the end.
      Waiting& first = waiting_.front();
      pollfd look{first.client.socket().number(), POLLIN, 0};
      const bool came = ::poll(&look, 1, first.may_wait ? 50 : kEndMs) == 1;
      EXPECT_TRUE(came || first.may_wait) << first.what << " hangs";
      first.client.abort();
      waiting_.pop_front();
      ++ended_;
    }
  }

  TemporaryDirectory directory_;
  NodeProcess node_{directory_ / "data", {"ottla.default.durability=replicated"}};
  std::optional<TestClient> bystander_;
  std::deque<Waiting> waiting_;
  size_t ended_ = 0;
};

std::string name_of(const wire::ApiRow& api, wire::Version version) {
  return std::string(api.name) + " v" + std::to_string(version);
}

TEST_F(HostileSockets, every_version_of_every_api_cut_at_every_byte) {
  size_t before = 0;
  for (int pass = 0; pass < 2; ++pass) {
    Prng prng(17);  // the same again
    for (const wire::ApiRow& api : wire::apis()) {
      for (wire::Version version = api.versions().first; version <= api.versions().last; ++version) {
        const std::string whole = random_frame(api, version, prng);
        const std::string name = name_of(api, version);
        // Those that are not served are not looked into: one pass over their first bytes is enough.
        const bool served = find_served(api.key) != nullptr;
        const size_t end = served ? whole.size() : std::min<size_t>(whole.size(), 24);
        for (size_t size = wire::kFramePrefixSize; size < end; ++size) {
          expect_end_of(shortened(whole, size), name + " shortened to " + std::to_string(size));
        }
        if (version != api.versions().last) continue;
        for (size_t size = 0; size < end; ++size) {
          expect_end_after(whole.substr(0, size), name + " cut off after " + std::to_string(size));
        }
      }
      ASSERT_FALSE(HasFailure());
      expect_alive();
    }
    settle();
    if (pass == 0) before = node().resident_size();
  }
  EXPECT_GT(ended(), 20'000U);
  node().expect_resident_below(before + kMemoryGrowthMax);
}

TEST_F(HostileSockets, every_key_and_version_that_is_not_served) {
  constexpr wire::Version kVersions[] = {INT16_MIN, -1, 0, 1, 5, 12, 20, 99, INT16_MAX};
  std::vector<int16_t> keys{INT16_MIN, INT16_MAX, 1000, -1000};
  for (int16_t key = -3; key < 130; ++key) keys.push_back(key);
  for (const int16_t key : keys) {
    const ServedApi* served = find_served(key);
    for (const wire::Version version : kVersions) {
      if (served != nullptr && served->api().versions().contains(version)) continue;
      for (const size_t size : {0, 1, 7, 100}) {
        expect_end_of(frame_of(key, version, std::string(size, '\0')),
                      "key " + std::to_string(key) + " v" + std::to_string(version));
      }
    }
  }
}

// A count or a length of 2^31-1 wherever one may stand, with nothing behind it and with some zeros: what is promised must
// be there before anything is made for it.
TEST_F(HostileSockets, counts_of_billions_anywhere) {
  constexpr std::string_view kCounts[] = {std::string_view("\x7f\xff\xff\xff", 4), "\xff\xff\xff\xff\x07",
                                          "\xff\xff\xff\xff\x0f"};
  size_t before = 0;
  for (int pass = 0; pass < 2; ++pass) {
    Prng prng(18);
    for (const ServedApi& served : served_apis()) {
      const wire::ApiRow& api = served.api();
      for (const wire::Version version : {api.versions().first, api.versions().last}) {
        const std::string whole = random_frame(api, version, prng);
        const std::string what = "a large number in " + name_of(api, version) + " at ";
        for (size_t at = body_begin(api, version); at < whole.size(); ++at) {
          const std::string frame = whole.substr(0, at) + std::string(kCounts[at % std::size(kCounts)]);
          expect_end_of(shortened(frame, frame.size()), what + std::to_string(at));
          const std::string longer = frame + std::string(1000, '\0');
          offer(shortened(longer, longer.size()), what + std::to_string(at));
        }
      }
      ASSERT_FALSE(HasFailure());
      expect_alive();
    }
    settle();
    if (pass == 0) before = node().resident_size();
  }
  node().expect_resident_below(before + kMemoryGrowthMax);
}

}  // namespace
}  // namespace ottla
