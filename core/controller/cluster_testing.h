// A controller with its log and brokers, for tests: asks and answers as plain calls.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "core/controller/memory_log_testing.h"
#include "core/controller/runtime.h"
#include "core/sim/seeded_entropy.h"
#include "core/wire/arena.h"
#include "core/wire/codec.h"

namespace ottla::controller_testing {

class QuietSink final : public LogSink {
 public:
  void write(LogLevel, std::string_view, std::string_view, std::span<const LogField>) override {}
  [[nodiscard]] bool wants(LogLevel) const override { return false; }
};

class TestCluster {
 public:
  explicit TestCluster(int brokers = 1);

  // Commits, publishes, gathers answers.
  void turn();
  // Without the commit.
  void publish();

  ControllerResponse ask(ControllerRequest request);
  [[nodiscard]] ControllerRequestId send(ControllerRequest request) { return runtime->send(std::move(request)); }
  // The answer to an earlier one; null: not yet.
  const ControllerResponse* answer(ControllerRequestId id) const;

  // A client's request in a version; the answer lives until the next call.
  template <class Response, class Request>
  Response call(const Request& request, wire::Version version) {
    const ControllerResponse response = ask({forwarded(request, version)});
    EXPECT_EQ(response.error, ErrorCode::none) << response.message;
    arena_.reset();
    Response decoded;
    body_ = response.body;
    const auto read = wire::decode(body_, version, arena_, decoded);
    EXPECT_TRUE(read.ok());
    return decoded;
  }
  template <class Request>
  static ForwardedRequest forwarded(const Request& request, wire::Version version) {
    BytesBuffer out;
    EXPECT_TRUE(wire::encode(request, version, out).ok());
    ForwardedRequest made;
    made.api_key = Request::kApi.key;
    made.api_version = version;
    made.body = out.freeze();
    made.timeout_ms = 30'000;
    return made;
  }

  // The image that an observer of its own would have: every committed batch, replayed from the beginning.
  [[nodiscard]] std::string replayed() const;
  [[nodiscard]] const MetadataImage& image() const { return *runtime->image(); }

  // As a broker would: registers, catches up, is let in. Gives its epoch.
  int64_t start_broker(int32_t id, std::optional<std::string> rack = std::nullopt);
  static RegisterBroker registration(int32_t id, uint8_t incarnation, std::optional<std::string> rack = std::nullopt);

  // A new runtime over the same log, as after a restart.
  void restart(LeaderEpoch epoch);
  void make_runtime();

  QuietSink sink;
  SettingValues node{SettingScope::node, SettingProfile::node};
  sim::SeededEntropy entropy{7};
  MemoryLog log;
  std::unique_ptr<ControllerRuntime> runtime;
  Instant now = Instant::from_ns(0);
  std::vector<ImagePtr> images;  // as they were published
  std::vector<ControllerAnswer> answers;

 private:
  wire::Arena arena_;
  Bytes body_;
  uint8_t incarnations_ = 0;
};

// A topic of the request, with arrays that live as long as this does.
std::string message_of(const wire::Nullable<wire::String>& message);

}  // namespace ottla::controller_testing
