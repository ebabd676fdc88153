// Messages as lines that people write and read in scenario files.
//
//   topics:[{name:orders numPartitions:2 replicationFactor:1}] timeoutMs:1000
//
// Kafka's field names; what has its default is left out. Words need no quotes; "..." holds anything, with \" \\ and \xNN. null is
// null. An error code is its name. Records are [offset:key=value ...] and, in a request, [key=value ...]: one batch, whose
// timestamps begin at kScenarioTime.
//
// What differs from run to run is masked: an id that the broker made up becomes #1, #2 in the order in which such ids
// come up (and #1 in a later request is that id), addresses, paths, sizes of disks and times of the broker's clock become
// what a table says. Masked messages of two runs are equal to the last byte.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/wire/arena.h"
#include "core/wire/schema.h"

namespace ottla::sim {

inline constexpr Timestamp kScenarioTime = Timestamp::from_ms(1'700'000'000'000);

class ScenarioMasks {
 public:
  // In place: the memory is the message's own, as decode() filled it; views are pointed elsewhere, what they viewed stays.
  void mask(const wire::Schema& schema, void* structure, wire::Arena& arena);
  [[nodiscard]] const Uuid* id(size_t number) const {
    return number == 0 || number > ids_.size() ? nullptr : &ids_[number - 1];
  }

 private:
  Uuid mask_id(const Uuid& id);
  std::vector<Uuid> ids_;
};

std::string scenario_print(const wire::Message& message, const void* structure, wire::Version version);
// What is wrong with the text, in words; empty: nothing. The message views text, arena and nothing else.
std::string scenario_parse(const wire::Message& message, std::string_view text, const ScenarioMasks& masks,
                           wire::Arena& arena, void* structure);

}  // namespace ottla::sim
