// What a commit of offsets costs the coordinator, by counts: they do not jitter. commit_bench.cc says it in time.
#include <gtest/gtest.h>

#include "core/base/alloc_count_testing.h"
#include "core/group/group_testing.h"

namespace ottla {
namespace {

using namespace group_testing;

class Silent final : public GroupReply {
 public:
  explicit Silent(wire::Arena& arena) : arena_(arena) {}
  [[nodiscard]] wire::Version version() const override { return 9; }
  wire::Arena& arena() override { return arena_; }
  using GroupReply::prepare;
  void prepare(const wire::Message&, const void*) override {}
  void send() override {}
  void refuse(ErrorCode error) override { FAIL() << error_name(error); }

 private:
  wire::Arena& arena_;
};

// One partition's offset, as most clients commit it. The record is replayed, so its key and texts are kept twice: as they
// are, and as they were before.
constexpr uint64_t kAllocationsMax = 20;

TEST(CommitCost, a_turn_of_commits_is_one_batch_and_few_allocations) {
  constexpr int kCommits = 1'000;
  GroupBench bench;
  wire::OffsetCommitRequest::Partition one;
  wire::OffsetCommitRequest::Topic topic;
  topic.name = std::string_view(kTopicA);
  topic.partitions = std::span(&one, 1);
  wire::OffsetCommitRequest request;
  request.group_id = "g";
  request.generation_id_or_member_epoch = -1;
  request.topics = std::span(&topic, 1);
  const auto turn = [&] {
    for (int i = 0; i < kCommits; ++i) {
      wire::Arena arena;
      one.partition_index = i % 4;
      ++one.committed_offset;
      bench.groups().commit_offsets(request, std::make_unique<Silent>(arena));
    }
  };
  turn();
  bench.runtime->flush();
  bench.log.commit();
  const Offset start = bench.log.log_end();
  const AllocCount count;
  turn();
  const uint64_t allocations = count.so_far() / kCommits;
  bench.runtime->flush();
  bench.log.commit();
  EXPECT_EQ(bench.runtime->waiting_count(), 0U);
  const auto written = bench.log.read(start, SIZE_MAX);
  const auto batch = BatchView::first_of((*written)->batches);
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->next_offset(), start + kCommits);
  EXPECT_EQ(batch->size(), (*written)->batches.size()) << "one batch";
  EXPECT_LE(allocations, kAllocationsMax);
}

}  // namespace
}  // namespace ottla
