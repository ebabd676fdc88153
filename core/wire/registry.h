// Every API of a broker: its key, name and messages. Dispatch, the list of ApiVersions, tools, fuzzing and tests are loops
// or look-ups here.
#pragma once

#include <span>
#include <string_view>

#include "core/wire/schema.h"

namespace ottla::wire {

struct ApiRow {
  int16_t key;
  const char* name;  // as Kafka spells it: "OffsetCommit"
  const Message& (*request)();
  const Message& (*response)();

  // What we read and write. A request in any other is answered without being decoded.
  [[nodiscard]] Versions versions() const { return request().versions; }
  [[nodiscard]] Versions flexible() const { return request().flexible; }
  // What ApiVersions says of it, which is not the same everywhere: see registry.cc.
  [[nodiscard]] Versions advertised() const;
};

std::span<const ApiRow> apis();  // ascending keys
const ApiRow* find_api(int16_t key);
const ApiRow* find_api(std::string_view name);
// "ProduceRequest" or "ProduceResponse".
const Message* find_message(std::string_view name);

}  // namespace ottla::wire
