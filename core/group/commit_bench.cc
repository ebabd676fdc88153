// Commits of offsets through a coordinator on a log in memory: how many a core takes. Groups commit one partition at a time,
// or ten; 100 commits make a turn, which is one batch.
#include <cstdio>
#include <ctime>

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
  void prepare(const wire::Message& message, const void* response) override {
    OTTLA_ASSERT(wire::encode(message, response, 9, body_).ok());
  }
  void send() override {}
  void refuse(ErrorCode) override { OTTLA_UNREACHABLE("a commit was refused"); }

 private:
  wire::Arena& arena_;
  BytesBuffer body_;
};

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

void measure(int partition_count) {
  constexpr int kTurns = 2'000;
  constexpr int kCommits = 100;
  GroupBench bench;
  bench.set_image(metadata_testing::cluster_of(2, 16));
  std::vector<wire::OffsetCommitRequest::Partition> partitions(static_cast<size_t>(partition_count));
  wire::OffsetCommitRequest::Topic topic;
  topic.name = std::string_view(kTopicA);
  topic.partitions = partitions;
  wire::OffsetCommitRequest request;
  request.generation_id_or_member_epoch = -1;
  request.topics = std::span(&topic, 1);
  int64_t offset = 0;
  const double start = cpu_seconds();
  for (int turn = 0; turn < kTurns; ++turn) {
    for (int i = 0; i < kCommits; ++i) {
      const std::string group = "group-" + std::to_string(i);
      request.group_id = std::string_view(group);
      for (int p = 0; p < partition_count; ++p) {
        partitions[static_cast<size_t>(p)].partition_index = p;
        partitions[static_cast<size_t>(p)].committed_offset = ++offset;
      }
      wire::Arena arena;
      bench.groups().commit_offsets(request, std::make_unique<Silent>(arena));
    }
    bench.runtime->flush();
    bench.log.commit();
  }
  const double seconds = cpu_seconds() - start;
  const double commits = static_cast<double>(kTurns) * kCommits;
  std::printf("%2d partitions a commit: %8.0f commits/s of a core, %.2f us each\n", partition_count, commits / seconds,
              seconds / commits * 1e6);
}

}  // namespace
}  // namespace ottla

int main() {
  ottla::measure(1);
  ottla::measure(10);
}
