// Counts what the test program allocates, to show that the steady state of reading and writing requests does not.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>
#include <vector>

#include "core/wire/frame.h"
#include "core/wire/messages/00_produce.h"

namespace {
size_t allocation_count = 0;
}

void* operator new(size_t size) {
  ++allocation_count;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace ottla::wire {
namespace {

ottla::Bytes produce_frame() {
  static const std::vector<uint8_t> records(1000, 0x5a);
  std::vector<ProduceRequest::Partition> partitions(10);
  for (size_t i = 0; i < partitions.size(); ++i) {
    partitions[i].index = static_cast<int32_t>(i);
    partitions[i].records = BytesView(records);
  }
  std::vector<ProduceRequest::Topic> topics(1);
  topics[0].name = "orders";
  topics[0].partition_data = partitions;
  ProduceRequest request;
  request.acks = -1;
  request.topic_data = topics;
  BytesBuffer out;
  EXPECT_TRUE(encode_request(request, {.api_version = 9, .correlation_id = 7, .client_id = "rdkafka"}, out).ok());
  return out.freeze();
}

TEST(Allocation, a_produce_request_decodes_without_any) {
  const ottla::Bytes frame = produce_frame();
  Arena arena;
  const auto receive = [&] {
    arena.reset();
    RequestHeader header;
    ProduceRequest request;
    const auto body = decode_request_header(frame.view().from(kFramePrefixSize), header);
    if (!body.ok() || header.api_key != ProduceRequest::kApi.key) return size_t{0};
    if (!decode(*body, header.api_version, arena, request).ok()) return size_t{0};
    return request.topic_data[0].partition_data.size();
  };
  ASSERT_EQ(receive(), 10U);  // the arena takes its first block
  const size_t before = allocation_count;
  for (int i = 0; i < 100; ++i) ASSERT_EQ(receive(), 10U);
  EXPECT_EQ(allocation_count, before);
}

TEST(Allocation, an_answer_is_built_and_written_without_any) {
  Arena arena;
  BytesBuffer out;
  const auto answer = [&] {
    arena.reset();
    out.clear();
    const auto partitions = arena.array<ProduceResponse::Partition>(10);
    for (size_t i = 0; i < partitions.size(); ++i) partitions[i].index = static_cast<int32_t>(i);
    const auto topics = arena.array<ProduceResponse::Topic>(1);
    topics[0].name = arena.copy("orders");
    topics[0].partition_responses = partitions;
    ProduceResponse response;
    response.responses = topics;
    return encode_response(response, 9, 7, out).ok();
  };
  ASSERT_TRUE(answer());
  const size_t before = allocation_count;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(answer());
  EXPECT_EQ(allocation_count, before);
}

TEST(Allocation, the_count_counts) {
  const size_t before = allocation_count;
  const std::vector<int> numbers(100);
  EXPECT_GT(allocation_count, before);
  EXPECT_EQ(numbers.size(), 100U);
}

}  // namespace
}  // namespace ottla::wire
