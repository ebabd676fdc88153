// JSON to wire messages: the way back from wire::write_json, for people who write requests by hand.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

#include "core/wire/arena.h"
#include "core/wire/schema.h"

namespace ottla::cli {

// What was wrong with the JSON, where, and what would be right: "topics[1].name: must be a string, not a number".
class BadJson : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Fills `out`, a struct of `message`, from an object with Kafka's field names. Fields that are left out have their
// defaults; a name that the message lacks, or lacks in this version, is refused. Text and bytes live in `arena`.
void read_json(const nlohmann::json& json, const wire::Message& message, wire::Version version, wire::Arena& arena,
               void* out);

// Parses text into JSON, or says at which line and column it stops being JSON.
nlohmann::json parse_json(const std::string& text);

}  // namespace ottla::cli
