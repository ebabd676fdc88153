#include "core/wire/registry.h"

#include <algorithm>
#include <array>
#include <string>

namespace ottla::wire {

// Only the names of the messages are needed here, not their headers.
#define OTTLA_WIRE_API(key, name) \
  struct name##Request;           \
  struct name##Response;
#include "core/wire/apis.inc"
#undef OTTLA_WIRE_API

namespace {

constexpr ApiRow kRows[] = {
#define OTTLA_WIRE_API(key, name) {key, #name, message_of<name##Request>, message_of<name##Response>},
#include "core/wire/apis.inc"
#undef OTTLA_WIRE_API
};

constexpr size_t kKeyCount = std::end(kRows)[-1].key + 1;

// Index of a key's row; -1 for the keys of APIs that we do not serve.
constexpr std::array<int8_t, kKeyCount> index_by_key() {
  std::array<int8_t, kKeyCount> index{};
  index.fill(-1);
  for (size_t i = 0; i < std::size(kRows); ++i) index[static_cast<size_t>(kRows[i].key)] = static_cast<int8_t>(i);
  return index;
}
constexpr auto kIndex = index_by_key();

}  // namespace

Versions ApiRow::advertised() const {
  switch (key) {
    // Old librdkafka takes a broker without Produce 0 for one that cannot compress; it never sends it.
    case 0: return until(versions().last);
    // Version 6 is Kafka's draft of two-phase commit: understood for tools, not promised to anybody.
    case 22: return {versions().first, 5};
    default: return versions();
  }
}

std::span<const ApiRow> apis() { return kRows; }

const ApiRow* find_api(int16_t key) {
  if (key < 0 || static_cast<size_t>(key) >= kKeyCount) return nullptr;
  const int8_t at = kIndex[static_cast<size_t>(key)];
  return at < 0 ? nullptr : &kRows[at];
}

const ApiRow* find_api(std::string_view name) {
  const auto* row =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const ApiRow& api) { return api.name == name; });
  return row == std::end(kRows) ? nullptr : row;
}

const Message* find_message(std::string_view name) {
  for (const ApiRow& row : kRows) {
    for (const auto message : {row.request, row.response}) {
      if (message().name() == name) return &message();
    }
  }
  return nullptr;
}

}  // namespace ottla::wire
