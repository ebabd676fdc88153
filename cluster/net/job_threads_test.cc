#include "cluster/net/job_threads.h"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <thread>

namespace ottla {
namespace {

class StepsJob final : public Job {
 public:
  static constexpr std::string_view kName = "steps";
  StepsJob(int steps, std::function<void()> work) : work_(std::move(work)), left_(steps) {}
  Step step() override {
    work_();
    return --left_ == 0 ? Step::done : Step::more;
  }
  [[nodiscard]] std::string_view name() const override { return kName; }

 private:
  std::function<void()> work_;
  int left_;
};

std::unique_ptr<Job> steps(int count, std::function<void()> work) {
  return std::make_unique<StepsJob>(count, std::move(work));
}

TEST(JobThreads, give_each_desk_its_own_back) {
  JobThreads threads(2);
  std::atomic<int> told_a{0};
  JobThreads::Desk a(threads, [&] { ++told_a; });
  JobThreads::Desk b(threads, [] {});
  constexpr uint64_t kJobs = 500;
  std::atomic<uint64_t> stepped{0};
  for (uint64_t i = 0; i < kJobs; ++i) {
    a.start(JobId(i), steps(3, [&] { ++stepped; }));
    b.start(JobId(i + 10'000), steps(1, [&] { ++stepped; }));
  }
  std::vector<uint64_t> from_a;
  std::vector<uint64_t> from_b;
  JobThreads::Desk::Finished finished;
  for (int waited = 0; from_a.size() + from_b.size() < 2 * kJobs && waited < 10'000; ++waited) {
    a.take_finished(finished);
    for (const auto& [id, job] : finished) from_a.push_back(id.value());
    b.take_finished(finished);
    for (const auto& [id, job] : finished) from_b.push_back(id.value());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::sort(from_a.begin(), from_a.end());
  std::sort(from_b.begin(), from_b.end());
  ASSERT_EQ(from_a.size(), kJobs);
  ASSERT_EQ(from_b.size(), kJobs);
  EXPECT_EQ(from_a.front(), 0U);
  EXPECT_EQ(from_a.back(), kJobs - 1);
  EXPECT_EQ(from_b.front(), 10'000U);
  EXPECT_EQ(stepped, 4 * kJobs);
  EXPECT_GE(told_a, 1);
  EXPECT_FALSE(a.any_finished());
}

// A compaction runs for minutes; whoever waits for a sync must not.
TEST(JobThreads, let_short_jobs_pass_between_the_steps_of_long_ones) {
  JobThreads threads(1);
  JobThreads::Desk desk(threads, [] {});
  std::atomic<int> long_steps{0};
  std::atomic<int> steps_before_short{-1};
  std::latch begun(1);
  desk.start(JobId(1), steps(1000, [&] {
               if (long_steps++ == 0) begun.wait();
             }));
  desk.start(JobId(2), steps(1, [&] { steps_before_short = long_steps.load(); }));
  begun.count_down();
  JobThreads::Desk::Finished finished;
  size_t count = 0;
  for (int waited = 0; count < 2 && waited < 10'000; ++waited) {
    desk.take_finished(finished);
    count += finished.size();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(steps_before_short, 1);
}

TEST(JobThreads, drop_the_jobs_of_a_desk_that_goes) {
  JobThreads threads(2);
  std::latch begun(1);
  std::atomic<bool> stopped{false};
  std::atomic<int> late_steps{0};
  {
    JobThreads::Desk desk(threads, [] {});
    std::atomic<bool> told{false};
    desk.start(JobId(1), steps(1'000'000, [&] {
                 if (!told.exchange(true)) begun.count_down();
                 if (stopped) ++late_steps;
               }));
    for (uint64_t i = 2; i < 100; ++i) {
      desk.start(JobId(i), steps(1'000'000, [&] { late_steps += stopped ? 1 : 0; }));
    }
    begun.wait();
  }
  stopped = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(late_steps, 0);
}

}  // namespace
}  // namespace ottla
