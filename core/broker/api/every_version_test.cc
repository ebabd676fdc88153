// Every administrative API in every version, with thousands of requests that no client would send: each is answered in its
// version, or waits for the controller and is then, and none is left over.
#include <gtest/gtest.h>

#include "core/broker/api/handler_testing.h"
#include "core/wire/random_testing.h"

namespace ottla {
namespace {

// Those of the handlers in this folder that need no data directories.
constexpr int16_t kKeys[] = {3,  8,  9,  10, 11, 12, 13, 14, 15, 16, 42, 47, 28, 17, 18, 19, 20, 29, 30, 31,
                             32, 33, 36, 37, 43, 44, 45, 46, 48, 50, 55, 57, 60, 68, 69, 71, 72, 74, 75};

void prepare(Handlers& broker) {
  broker.add_broker({.id = 2, .fenced = true, .rack = "r"});
  broker.add_topic("", 1);  // what random names often are
  broker.add_topic("t", 3, {1, 2});
  broker.set_config(ConfigResource::Type::broker, "", "message.max.bytes", "4000");
}

void ask_at_random(Handlers& broker, const wire::ApiRow& api, wire::Version version, Prng& prng) {
  wire::Arena arena;
  const wire::Message& message = api.request();
  void* request = arena.take(message.schema->size);
  message.schema->set_defaults(request);
  wire::random_message(message, version, prng, arena, request);
  BytesBuffer body;
  ASSERT_TRUE(wire::encode(message, request, version, body).ok());
  broker.ask(api.key, version, body.view());
}

TEST(EveryVersion, of_every_api_is_answered_whatever_is_asked) {
  Prng prng(20261121);
  Handlers broker;
  prepare(broker);
  for (const int16_t key : kKeys) {
    const wire::ApiRow& api = find_served(key)->api();
    for (wire::Version version = api.versions().first; version <= api.versions().last; ++version) {
      for (int round = 0; round < 100; ++round) {
        const std::string where = std::string(api.name) + " v" + std::to_string(version) + " #" + std::to_string(round);
        ask_at_random(broker, api, version, prng);
        if (!broker.answered() && !broker.closed()) {
          ASSERT_EQ(broker.controller.asked.size(), 1U) << where;
          if (round % 2 == 0) {
            ControllerResponse refusal;
            refusal.error = ErrorCode::not_controller;
            refusal.message = "not here";
            broker.controller_answers(refusal);
          } else {
            broker.pass(Duration::from_s(3'000'000));  // longer than any timeout
            broker.controller.asked.pop_front();
          }
        }
        ASSERT_TRUE(broker.answered()) << where;
        ASSERT_TRUE(broker.answer_is_readable()) << where;
        ASSERT_EQ(broker.parking.count(), 0U) << where;
      }
    }
  }
}

TEST(EveryVersion, cut_at_every_byte_closes_the_connection) {
  Prng prng(7);
  Handlers broker;
  prepare(broker);
  for (const int16_t key : kKeys) {
    const wire::ApiRow& api = find_served(key)->api();
    for (wire::Version version = api.versions().first; version <= api.versions().last; ++version) {
      wire::Arena arena;
      const wire::Message& message = api.request();
      void* request = arena.take(message.schema->size);
      message.schema->set_defaults(request);
      wire::random_message(message, version, prng, arena, request);
      BytesBuffer body;
      ASSERT_TRUE(wire::encode(message, request, version, body).ok());
      for (size_t size = 0; size < body.size(); ++size) {
        broker.ask(key, version, body.view().first(size));
        ASSERT_TRUE(broker.closed()) << api.name << " v" << version << " cut to " << size << " of " << body.size();
      }
    }
  }
}

}  // namespace
}  // namespace ottla
