#include "core/replica/replica_history_testing.h"

#include <set>
#include <utility>

#include "core/replica/replica_testing.h"

namespace ottla::replica_testing {

namespace {

// One partition as it must be.
struct Expected {
  bool persisted = false;
  std::map<int64_t, std::set<std::string>> appended;  // a tail that a crash took is appended anew
  Values present;                                     // the newest of each offset
  Offset promised_end;                                // readers saw up to there
  Offset deleted_to;
  // The last batch of its producer, which sends it again when it does not know better.
  std::optional<std::pair<std::vector<std::string>, log_testing::Producing>> last;
  int32_t next_sequence = 0;
  bool unlooked_crash = false;
  int64_t producer = 1;  // another one where sequences may be gone
};

class History {
 public:
  History(uint64_t seed, HistoryCounts& counts)
      : world_(seed, options_for(seed)), prng_(seed * 77 + 1), counts_(counts) {}

  std::string run(int acts) {
    for (int act = 0; act < acts && wrong_.empty(); ++act) {
      one_act();
      note();
      if (!lights_on()) end_life(true);
    }
    world_.disk().faults().clear();
    world_.disk().set_capacity(int64_t{1} << 40);
    for (const auto& disk : world_.disks) disk->cut_power_after(UINT64_MAX);
    if (wrong_.empty()) end_life(sync_may_fail_);
    if (wrong_.empty()) end_life(true);
    if (wrong_.empty()) return {};
    return trail_ + ": " + wrong_ + "\n" + world_.lines.text();
  }

 private:
  static ReplicaWorld::Options options_for(uint64_t seed) {
    ReplicaWorld::Options options;
    options.disk_count = seed % 4 == 0 ? 2 : 1;
    options.disk.would_block_per_mille = seed % 3 == 0 ? 100 : 0;
    return options;
  }

  [[nodiscard]] bool lights_on() const {
    for (const auto& disk : world_.disks) {
      if (!disk->has_power()) return false;
    }
    return world_.running();
  }

  using Place = std::pair<std::string, int32_t>;

  std::optional<Place> some_partition() {
    if (model_.empty()) return std::nullopt;
    auto at = model_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(prng_.below(model_.size())));
    return at->first;
  }

  void one_act() {
    const uint64_t die = prng_.below(100);
    const auto place = some_partition();
    if (die < 6 || !place.has_value()) {
      create();
    } else if (die < 8) {
      remove(place->first);
    } else if (die < 50) {
      append(*place);
    } else if (die < 56) {
      delete_records(*place);
    } else if (die < 59) {
      trail_ += " epoch";
      world_.next_epoch(place->first, place->second);
    } else if (die < 80) {
      for (uint64_t left = prng_.below(15); left > 0 && lights_on(); --left) {
        world_.step();
        note();
      }
    } else if (die < 84) {
      trail_ += " pass";
      world_.pass(Duration::from_s(static_cast<int64_t>(prng_.below(120))));
    } else if (die < 87) {
      end_life(true);
    } else if (die < 90) {
      end_life(sync_may_fail_);
    } else if (die < 92 && !sync_may_fail_) {
      trail_ += " restart";
      world_.settle();
      note();
      if (!lights_on()) return;
      world_.restart();
      world_.disk().faults().clear();
      world_.disk().set_capacity(int64_t{1} << 40);
      if (lights_on()) started(false);
    } else if (die < 95) {
      trail_ += " cut";
      world_.disk().cut_power_after(prng_.below(40));
    } else if (die < 97) {
      trail_ += " full";
      world_.disk().set_capacity(prng_.chance(1, 2) ? 0 : int64_t{1} << 40);
    } else {
      trail_ += " fault";
      constexpr IoOperation kFailing[] = {IoOperation::write, IoOperation::sync, IoOperation::create,
                                          IoOperation::sync_directory};
      const IoOperation failing = kFailing[prng_.below(std::size(kFailing))];
      sync_may_fail_ |= failing == IoOperation::sync;
      world_.disk().faults().add({.operation = failing, .nth = 1 + prng_.below(6), .code = IoError::no_space});
    }
  }

  void create() {
    const std::string name = "t" + std::to_string(prng_.below(4));
    if (world_.image->find_topic(name) != nullptr) return;
    const bool persisted = prng_.chance(2, 3);
    trail_ += " +" + name;
    const auto partitions = static_cast<int32_t>(1 + prng_.below(2));
    world_.create_topic(name, partitions, {{"ottla.durability", persisted ? "persisted" : "replicated"}});
    for (int32_t partition = 0; partition < partitions; ++partition) {
      model_[{name, partition}] = Expected();
      model_[{name, partition}].persisted = persisted;
    }
  }

  void remove(const std::string& name) {
    trail_ += " -" + name;
    world_.delete_topic(name);
    std::erase_if(model_, [&](const auto& one) { return one.first.first == name; });
  }

  Replica* usable(const Place& place) {
    Replica* replica = world_.find(place.first, place.second);
    for (int turn = 0; turn < 1000 && replica != nullptr && !replica->ready() && world_.step(); ++turn) {
      replica = world_.find(place.first, place.second);
    }
    return replica != nullptr && replica->ready() ? replica : nullptr;
  }

  void append(const Place& place) {
    Replica* replica = usable(place);
    if (replica == nullptr) return;
    Expected& expected = model_[place];
    const bool again = expected.last.has_value() && prng_.chance(1, 6);
    if (!again) {
      const bool idempotent = prng_.chance(1, 2);
      log_testing::Producing producing;
      std::vector<std::string> values;
      for (uint64_t left = 1 + prng_.below(3); left > 0; --left) values.push_back("v" + std::to_string(next_value_++));
      if (idempotent) {
        producing = {.id = ProducerId(expected.producer),
                     .epoch = ProducerEpoch(0),
                     .sequence = Sequence(expected.next_sequence)};
      }
      expected.last = {values, producing};
    }
    const auto values = expected.last->first;
    const auto producing = expected.last->second;
    if (again && producing.id == kNoProducer) return;
    const auto appended = replica->append(
        {.batch = batch_of(values, producing, world_.wall), .max_timestamp = world_.wall, .now = world_.wall});
    trail_ += appended.ok() ? (again ? " again" : " append") : " (append)";
    if (!appended.ok()) {
      // Refused, and perhaps there all the same after the power went; a client that goes on is another producer.
      for (size_t i = 0; i < values.size(); ++i) {
        expected.appended[replica->log_end().value() + static_cast<int64_t>(i)].insert(values[i]);
      }
      expected.last.reset();
      expected.next_sequence = 0;
      ++expected.producer;
      return;
    }
    if (producing.id != kNoProducer) {
      expected.next_sequence = producing.sequence.value() + static_cast<int32_t>(values.size());
    }
    int64_t offset = appended->first_offset.value();
    if (appended->duplicate) {
      for (const std::string& value : values) {
        const auto at = expected.present.find(offset++);
        if (at != expected.present.end() && at->second != value) wrong_ = "a duplicate answers another batch's offset";
      }
      return;
    }
    for (const std::string& value : values) {
      expected.appended[offset].insert(value);
      expected.present[offset++] = value;
      ++counts_.appended;
    }
  }

  void delete_records(const Place& place) {
    Replica* replica = usable(place);
    if (replica == nullptr) return;
    Expected& expected = model_[place];
    const Offset to =
        replica->log_start() +
        static_cast<int64_t>(prng_.below(static_cast<uint64_t>(replica->high_watermark() - replica->log_start()) + 1));
    if (!replica->delete_records(to).ok()) return;
    trail_ += " delete";
    expected.deleted_to = std::max(expected.deleted_to, to);
  }

  // What readers were shown is promised.
  void note() {
    if (!world_.running()) return;
    for (auto& [place, expected] : model_) {
      const TopicImage* topic = world_.image->find_topic(place.first);
      const Log* log = world_.replicas().find_log(*topic, PartitionIndex(place.second));
      Replica* replica = log == nullptr ? nullptr : world_.replicas().find(log->number());
      if (replica == nullptr) continue;
      if (replica->high_watermark() > expected.promised_end) expected.promised_end = replica->high_watermark();
    }
  }

  void end_life(bool power_goes) {
    trail_ += power_goes ? " crash" : " kill";
    world_.disk().faults().clear();
    world_.disk().set_capacity(int64_t{1} << 40);
    for (const auto& disk : world_.disks) {
      if (!disk->has_power()) power_goes = true;
      disk->cut_power_after(UINT64_MAX);
    }
    if (power_goes) {
      ++counts_.crashes;
      sync_may_fail_ = false;
      world_.crash();
    } else {
      world_.kill();
    }
    started(power_goes);
  }

  // Whatever came up is held against what was promised.
  void started(bool after_crash) {
    if (!world_.running()) {
      wrong_ = "does not start: " + world_.refused();
      return;
    }
    for (auto& [place, expected] : model_) {
      if (!wrong_.empty()) return;
      if (!prng_.chance(2, 3)) {
        // Left as it lies; what a crash did is looked at another time.
        expected.unlooked_crash |= after_crash;
        continue;
      }
      const bool crashed = std::exchange(expected.unlooked_crash, false) || after_crash;
      check(place, expected, crashed);
      if (lights_on()) continue;
      // The power went meanwhile: whatever it looked like, the next start tells.
      expected.unlooked_crash = true;
      wrong_.clear();
      return;
    }
  }

  void check(const Place& place, Expected& expected, bool after_crash) {
    const std::string at = place.first + "-" + std::to_string(place.second) + " ";
    Replica* replica = usable(place);
    for (int second = 0; second < 3 && replica == nullptr; ++second) {
      world_.pass(Duration::from_s(1));
      replica = usable(place);
    }
    if (replica == nullptr) {
      const Replica* there = world_.find(place.first, place.second);
      wrong_ = at + "is not ready: " + (there == nullptr ? "not there" : there->trouble());
      return;
    }
    ++counts_.checked;
    const Values values = world_.values(*replica, replica->log_end());
    if (world_.read_error.has_value()) wrong_ = at + "cannot be read";
    std::set<std::string_view> seen;
    int64_t next = replica->log_start().value();
    for (const auto& [offset, value] : values) {
      if (offset != next++) wrong_ = at + "has a gap before " + std::to_string(offset);
      if (!expected.appended[offset].contains(value)) wrong_ = at + "has at " + std::to_string(offset) + " " + value;
      if (!seen.insert(value).second) wrong_ = at + "has twice " + value;
    }
    if (next != replica->log_end().value()) wrong_ = at + "ends before its end";
    if (replica->log_start() > expected.deleted_to) wrong_ = at + "starts above what was deleted";
    const bool all = expected.persisted || !after_crash;
    if (all && replica->log_end() < expected.promised_end) {
      wrong_ = at + "ends at " + std::to_string(replica->log_end().value()) + ", promised was " +
               std::to_string(expected.promised_end.value());
    }
    for (const auto& [offset, value] : expected.present) {
      if (offset < replica->log_start().value()) continue;
      const auto found = values.find(offset);
      if (found == values.end()) {
        if (all && Offset(offset) < expected.promised_end) wrong_ = at + "lost " + value;
      } else if (found->second != value && Offset(offset) < expected.promised_end && all) {
        wrong_ = at + "changed " + value;
      }
    }
    if (all) counts_.promised += static_cast<uint64_t>(expected.promised_end.value());
    // From here on it is what it is.
    expected.present = values;
    expected.promised_end = std::min(expected.promised_end, replica->log_end());
    expected.deleted_to = std::max(expected.deleted_to, replica->log_start());
    // Whether its last batch is there the producer does not know. It begins anew where its sequence may be gone.
    if (after_crash && !expected.persisted) {
      expected.last.reset();
      expected.next_sequence = 0;
      ++expected.producer;
    }
    if (expected.last.has_value() && !values_hold(values, expected.last->first)) {
      // Lost before it was acknowledged, or deleted since: another producer goes on.
      expected.last.reset();
      expected.next_sequence = 0;
      ++expected.producer;
    }
  }

  static bool values_hold(const Values& values, const std::vector<std::string>& wanted) {
    for (const auto& [offset, value] : values) {
      if (value == wanted.front()) return true;
    }
    return false;
  }

  ReplicaWorld world_;
  Prng prng_;
  HistoryCounts& counts_;
  std::map<Place, Expected> model_;
  uint64_t next_value_ = 0;
  bool sync_may_fail_ = false;  // see core/raft's history: a failed sync and a kill leave what nobody can know
  std::string trail_;
  std::string wrong_;
};

}  // namespace

std::string live_at_random(uint64_t seed, int acts, HistoryCounts& counts) {
  const std::string wrong = History(seed, counts).run(acts);
  return wrong.empty() ? wrong : "seed " + std::to_string(seed) + ":" + wrong;
}

}  // namespace ottla::replica_testing
