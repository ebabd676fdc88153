// Random lives of one log with crashes at any moment, held against a map. What was durable stays, what comes back is what
// was appended, and a sound partition always starts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/log/log_testing.h"

namespace ottla::log_testing {
namespace {

struct Model {
  std::map<int64_t, std::string> values;  // what stands at each offset of the log, if it is there
  int64_t log_end = 0;
  int64_t durable_end = 0;
  std::vector<std::string> unanswered;  // of an append at the log end that failed with the log
};

class Life {
 public:
  explicit Life(uint64_t seed) : prng_(seed), world_(prng_.next(), draw_settings(prng_)) {
    world_.create();
    world_.settle();
  }

  void run(int operation_count) {
    for (int i = 0; i < operation_count && !::testing::Test::HasFatalFailure(); ++i) step();
    crash();
  }
  const Marks& marks() const { return world_.marks; }

 private:
  static LogSettings draw_settings(Prng& prng) {
    LogSettings settings;
    settings.segment_size_max = prng.between(150, 3000);
    settings.index_interval = prng.between(0, 300);
    settings.file_delete_delay = Duration();
    return settings;
  }

  Log& log() { return *world_.directory().find({"t", PartitionIndex(0)}); }

  void step() {
    switch (prng_.below(20)) {
      case 0: return crash();
      case 1: return truncate();
      case 2: return restart();
      case 3: return kill();
      case 4: return fail_something();
      case 5:
        world_.now = world_.now + Duration::from_s(61);
        world_.directory().tick(world_.now, world_.wall);
        return;
      case 6: return check_reads();
      case 7: world_.settle(); return learn_durable();
      case 8:
      case 9:
      case 10: return some_job_steps();
      default: return append();
    }
  }

  void append() {
    if (log().state() == LogState::dormant) log().load();
    if (log().state() != LogState::ready) return some_job_steps();
    if (prng_.chance(1, 10)) world_.epoch = LeaderEpoch(world_.epoch.value() + 1);
    std::vector<std::string> values;
    for (uint64_t i = prng_.below(3) + 1; i > 0; --i)
      values.push_back("v" + std::to_string(next_value_++) + std::string(prng_.below(80), '.'));
    const auto appended = world_.try_append(log(), values);
    if (!appended.ok()) {
      // Nobody was told that it is there; what was written of it may be found all the same.
      if (log().state() != LogState::ready && model_.unanswered.empty()) model_.unanswered = values;
      return;
    }
    ASSERT_EQ(appended->first_offset.value(), model_.log_end);
    for (const std::string& value : values) model_.values[model_.log_end++] = value;
    if (prng_.chance(1, 3)) world_.directory().sync();
    learn_durable();
  }

  void learn_durable() {
    if (log().state() != LogState::ready) return;
    model_.durable_end = std::max(model_.durable_end, log().durable_end().value());
    ASSERT_LE(model_.durable_end, model_.log_end);
  }

  void some_job_steps() {
    for (uint64_t i = prng_.below(6); i > 0 && world_.jobs.count() > 0; --i) {
      auto done = world_.jobs.step(prng_.below(world_.jobs.count()));
      if (done) world_.directory().completed(done->first, std::move(done->second));
    }
    learn_durable();
  }

  void truncate() {
    if (log().state() != LogState::ready) return;
    const int64_t end = prng_.between(std::max<int64_t>(0, model_.log_end - 12), model_.log_end);
    ASSERT_TRUE(log().truncate_to(Offset(end)).ok());
    world_.run_jobs();
    for (int i = 0; i < 20 && log().state() == LogState::loading; ++i) {
      // A checkpoint or a seal failed; it is tried again.
      world_.now = world_.now + Duration::from_s(2);
      world_.directory().tick(world_.now, world_.wall);
      world_.run_jobs();
    }
    if (log().state() != LogState::ready) {
      // A planned fault may have struck: the log is offline until the next start, which may find either.
      ASSERT_EQ(text(log().state()), "offline");
      model_.durable_end = std::min(model_.durable_end, end - 3);
      return;
    }
    ASSERT_LE(log().log_end().value(), end);
    ASSERT_GE(log().log_end().value(), end - 3);
    cut_model(log().log_end().value());
  }

  void cut_model(int64_t end) {
    model_.log_end = std::min(model_.log_end, end);
    model_.durable_end = std::min(model_.durable_end, end);
    model_.values.erase(model_.values.lower_bound(end), model_.values.end());
  }

  void fail_something() {
    static constexpr IoOperation kOperations[] = {IoOperation::write, IoOperation::sync, IoOperation::truncate,
                                                  IoOperation::create, IoOperation::rename};
    world_.disk.faults().add({.operation = kOperations[prng_.below(5)], .nth = 1 + prng_.below(3)});
  }

  void restart() {
    world_.disk.faults().clear();
    if (log().state() == LogState::offline) return kill();
    world_.settle();
    if (log().state() == LogState::offline) return kill();
    if (log().state() == LogState::ready) learn_durable();
    world_.restart();
    recovered(false);
  }
  void kill() {
    // The page cache shows what a failed sync left behind to the next process, too, which has not heard of it. Only a
    // restart of the machine shows what the disk has; until then a killed process is beyond what a log can promise.
    if (world_.disk.faults().hit_count() != faults_at_crash_) return crash();
    world_.disk.faults().clear();
    world_.kill();
    recovered(true);
  }
  void crash() {
    world_.disk.faults().clear();
    if (prng_.chance(1, 2)) {
      world_.disk.cut_power_after(prng_.below(8));
      for (int i = 0; i < 5; ++i) {
        if (prng_.chance(1, 2)) {
          append();
        } else {
          some_job_steps();
        }
      }
    }
    world_.crash();
    faults_at_crash_ = world_.disk.faults().hit_count();
    recovered(true);
  }

  void recovered(bool may_lose_tail) {
    Log& found = world_.load();
    ASSERT_EQ(found.state(), LogState::ready) << found.trouble() << "\n" << world_.disk.history();
    const int64_t end = found.log_end().value();
    ASSERT_GE(end, model_.durable_end) << "durable records are lost\n" << world_.disk.history();
    if (end > model_.log_end) {
      for (const std::string& value : model_.unanswered) model_.values[model_.log_end++] = value;
    }
    model_.unanswered.clear();
    ASSERT_LE(end, model_.log_end) << "records come from nowhere";
    ASSERT_TRUE(may_lose_tail || end == model_.log_end) << end;
    cut_model(end);
    model_.durable_end = end;
    world_.epoch = LeaderEpoch(std::max(world_.epoch.value(), found.epochs().latest().value()));
    check_reads();
  }

  void check_reads() {
    // Above the synced end a reader may meet what a failed sync made the cache forget, until the log has heard of it.
    if (world_.disk.faults().hit_count() != faults_at_crash_) {
      world_.settle();
      learn_durable();
    }
    if (log().state() != LogState::ready) return;
    const auto all = world_.read(log());
    if (log().state() != LogState::ready) return;  // a failed sync was told while it was read
    // A sync has failed, and the log has not heard of it yet.
    if (all.error.has_value() && *all.error == LogError::io && log().synced_end() < log().log_end()) return;
    ASSERT_FALSE(all.error.has_value()) << text(all.error->code()) << " " << log().trouble() << "\n"
                                        << world_.disk.history();
    ASSERT_EQ(all.values, model_.values) << log().log_end().value() << world_.disk.history();
  }

  Prng prng_;
  LogWorld world_;
  Model model_;
  int64_t next_value_ = 0;
  uint64_t faults_at_crash_ = 0;
};

TEST(LogCrash, durable_records_survive_and_nothing_else_appears) {
  uint64_t marks[kMarkCount] = {};
  const char* const given = std::getenv("OTTLA_LIVES");
  const uint64_t lives = given == nullptr ? 1500 : std::strtoull(given, nullptr, 10);
  for (uint64_t seed = 1; seed <= lives; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    life.run(80);
    for (size_t mark = 0; mark < kMarkCount; ++mark) marks[mark] += life.marks().count(static_cast<Mark>(mark));
    if (HasFailure()) break;
  }
  for (size_t mark = 0; mark < kMarkCount; ++mark) {
    if (marks[mark] > 0)
      std::printf("%-40s %llu\n", kMarkNames[mark].data(), static_cast<unsigned long long>(marks[mark]));
  }
}

}  // namespace
}  // namespace ottla::log_testing
