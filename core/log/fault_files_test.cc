// Every kind of file that a data directory has, with a bit flipped, a page zeroed, its end cut off, or gone, after a clean
// stop and after a crash. All of it was acknowledged: a start serves all of it or says which file is damaged.
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>

#include "core/log/fault_matrix_testing.h"
#include "core/log/retention.h"

namespace ottla::log_testing {
namespace {

// What may become of a partition when a file of this kind is damaged.
enum class Loss : uint8_t {
  none,    // all of it is known from elsewhere
  told,    // quarantined where what is missing or changed counts
  either,  // whose folder it is cannot be told where the file says another: then that is told
};

struct Kind {
  std::string_view name;
  std::string_view prefix;  // of the path
  std::string_view suffix;
  Loss loss = Loss::none;
};

constexpr Kind kKinds[] = {
    {"log", "t-0/", kLogSuffix, Loss::told},
    {"index", "t-0/", kIndexSuffix},
    {"timeindex", "t-0/", kTimeIndexSuffix},
    {"txnindex", "t-0/", kAbortedIndexSuffix},
    {"snapshot", "t-0/", kSnapshotSuffix},
    {"leader-epoch-checkpoint", "t-0/", kLeaderEpochFile},
    {"partition.metadata", "t-0/", kPartitionMetadataFile, Loss::either},
    {"ottla.sums", "t-0/", kSideFile},
    {"ottla.checkpoint", "", kDirectoryCheckpointFile},
    {"recovery-point-offset-checkpoint", "", kRecoveryPointFile},
    {"log-start-offset-checkpoint", "", kLogStartFile},
    {".kafka_cleanshutdown", "", kCleanShutdownFile},
};

class FaultFiles : public ::testing::Test {
 protected:
  FaultFiles() : life(settings()) {
    for (int i = 0; i < 10; ++i) life.produce(1, {"early " + std::to_string(i)});
    life.checkpoint();
    // Retention takes the first segment, and the log starts inside another.
    EXPECT_TRUE(life.log().raise_log_start(Offset(7)).ok());
    EXPECT_GT(life.log().release_below_log_start(life.world.now), 0U);
    life.forget_the_past();

    life.produce(2, {"committed", "also"}, true);
    life.produce(3, {"aborted far away"}, true);
    life.end_transaction(2, true);
    life.world.epoch = LeaderEpoch(3);
    for (int i = 0; i < 5; ++i) life.produce(1, {"record " + std::to_string(i), "of two"});
    life.end_transaction(3, false);
    // A cut among bytes that readers have leaves a file that goes on above its segment's end.
    const Offset kept = life.log_end();
    life.append({"never acknowledged"});
    life.truncate(kept);
    life.world.epoch = LeaderEpoch(7);
    life.produce(2, {"aborted"}, true);
    life.end_transaction(2, false);
    for (int i = 0; i < 3; ++i) life.produce(1, {"late " + std::to_string(i)});
    life.produce(3, {"of an open transaction"}, true);
    life.append({"last"});
    EXPECT_GT(life.log().segment_count(), 4U);
  }
  static LogSettings settings() {
    LogSettings settings;
    settings.segment_size_max = 450;
    settings.index_interval = 100;
    settings.file_delete_delay = Duration();
    return settings;
  }

  // Damages every file of every kind in every way.
  void damage_everything(const DiskImage& image) {
    for (const Kind& kind : kKinds) {
      const auto paths = image.paths(kind.prefix, kind.suffix);
      if (paths.empty()) {
        EXPECT_EQ(kind.suffix, kCleanShutdownFile) << kind.name;
        continue;
      }
      counts_ = {};
      for (const std::string& path : paths) {
        flip_bits(image, kind, path);
        zero_pages(image, kind, path);
        cut_ends(image, kind, path);
        try_out(image, kind, path, "deleted",
                [](DiskImage& damaged, const std::string& at) { damaged.files.erase(at); });
        if (HasFailure()) return;
      }
      if (kind.loss == Loss::none) {
        DiskImage damaged = image;
        for (const std::string& path : paths) damaged.files.erase(path);
        check(damaged, kind, paths.front());
      }
      std::printf("%-34s %2zu files %5d cases: %5d served whole, %5d quarantined\n", kind.name.data(), paths.size(),
                  counts_.served + counts_.quarantined, counts_.served, counts_.quarantined);
      total_ += counts_.served + counts_.quarantined;
    }
    std::printf("%d cases\n", total_);
  }

 private:
  using Damage = std::function<void(DiskImage&, const std::string&)>;

  void flip_bits(const DiskImage& image, const Kind& kind, const std::string& path) {
    const size_t size = image.files.at(path).size();
    for (size_t at = 0; at < size; ++at) {
      // Text is dense with numbers that are still numbers when a bit flips.
      const bool all_bits = kind.suffix != kLogSuffix && size < 200;
      for (unsigned bit = all_bits ? 0 : at % 8; bit < (all_bits ? 8 : at % 8 + 1); ++bit) {
        try_out(image, kind, path, "flipped at " + std::to_string(at),
                [&](DiskImage& damaged, const std::string& file) {
                  damaged.files[file][at] = static_cast<char>(damaged.files[file][at] ^ (1 << bit));
                });
      }
    }
  }
  void zero_pages(const DiskImage& image, const Kind& kind, const std::string& path) {
    for (const size_t page : {size_t{512}, size_t{4096}}) {
      for (size_t at = 0; at < image.files.at(path).size(); at += page) {
        try_out(image, kind, path, "zeroed from " + std::to_string(at),
                [&](DiskImage& damaged, const std::string& file) {
                  std::string& bytes = damaged.files[file];
                  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                            bytes.begin() + static_cast<std::ptrdiff_t>(std::min(at + page, bytes.size())), '\0');
                });
      }
    }
  }
  void cut_ends(const DiskImage& image, const Kind& kind, const std::string& path) {
    for (size_t size = 0; size < image.files.at(path).size(); ++size) {
      try_out(image, kind, path, "cut to " + std::to_string(size),
              [&](DiskImage& damaged, const std::string& file) { damaged.files[file].resize(size); });
    }
  }
  void try_out(const DiskImage& image, const Kind& kind, const std::string& path, const std::string& what,
               const Damage& damage) {
    if (HasFailure()) return;
    SCOPED_TRACE(path + " " + what);
    DiskImage damaged = image;
    damage(damaged, path);
    check(damaged, kind, path);
  }
  void check(const DiskImage& damaged, const Kind& kind, const std::string& path) {
    const Found found = life.start_on(damaged);
    if (kind.loss == Loss::none || (kind.loss == Loss::told && life.intact_end(damaged) == life.log_end())) {
      EXPECT_EQ(found.fate, Found::served) << found.trouble;
    } else if (kind.loss == Loss::told) {
      EXPECT_EQ(found.fate, Found::quarantined);
    }
    if (found.fate == Found::served) {
      EXPECT_EQ(found.log_end, life.log_end());
      ++counts_.served;
    } else {
      // Of a segment that is gone the one before it may tell.
      const bool gone = !damaged.files.contains(path);
      EXPECT_NE(found.trouble.find(gone ? std::string(kLogSuffix) : path), std::string::npos) << found.trouble;
      ++counts_.quarantined;
    }
  }

 protected:
  WrittenLife life;

 private:
  struct Counts {
    int served = 0;
    int quarantined = 0;
  };
  Counts counts_;
  int total_ = 0;
};

TEST_F(FaultFiles, after_a_clean_stop) {
  life.stop();
  const DiskImage image = life.image();
  ASSERT_TRUE(image.files.contains(std::string(kCleanShutdownFile)));
  damage_everything(image);
}

TEST_F(FaultFiles, after_a_crash) {
  life.checkpoint();
  damage_everything(life.image());
}

}  // namespace
}  // namespace ottla::log_testing
