// Rounds of a node's life that end by kill -9 in the middle of producing, and what has to be true after each.
//
// Several clients write to the partitions of one topic, each over a connection of its own, with several batches of each
// partition in flight. A record says whose it is, and its number among that client's records in that partition. So after
// each restart a partition is seen through from where the last look ended, and all of it at the end:
//
//   every batch is whole, and offsets have no gap                                 always
//   of each client the numbers stand there from 0 on, in order, each once,
//   and at least as many as were acknowledged                                      with Promise::acknowledged
//   of each client the numbers grow, each at most once                             with Promise::whole
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/net/client_host.h"
#include "cluster/node/node_process_testing.h"
#include "core/base/prng.h"

namespace ottla {

class KillRounds {
 public:
  enum class Promise : uint8_t {
    acknowledged,  // what was acknowledged is there: clients go on where they were, as idempotent producers
    whole,  // acknowledged records may be lost, in which case a producer's numbers have a gap: new ones each round
  };
  struct Options {
    std::string directory{};
    std::vector<std::string> settings{};
    OpenDisk open_disk = open_posix_disk;
    Promise promise = Promise::acknowledged;
    uint64_t seed = 1;
  };
  struct Counts {
    uint64_t acknowledged = 0;
    uint64_t lost = 0;  // with Promise::whole: offsets up to the highest acknowledged that a restart had no more
    int cut_off = 0;    // rounds after which something was there that was not acknowledged yet
  };

  explicit KillRounds(Options options);
  ~KillRounds();

  // What failed is told by EXPECT; true: go on.
  bool start();
  bool round();
  // All that was written is acknowledged, all of it is read, the node stops cleanly.
  void finish();
  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  static constexpr int32_t kPartitions = 4;
  static constexpr int kWriters = 3;

  struct Writer;
  // How far a partition was seen.
  struct Seen {
    int64_t end = 0;
    std::map<int, int64_t> next_number;  // by writer
  };

  void produce(Duration span);
  bool look(std::vector<Seen>& seen);
  void note(int32_t partition, Seen& seen, int64_t offset, std::string_view value);
  void expect_acknowledged();
  void count_lost();

  Options options_;
  NodeProcess node_;
  Prng prng_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<Seen> seen_;
  Counts counts_;
};

}  // namespace ottla
