#include "core/wire/codec.h"

namespace ottla::wire {
namespace {

const char* text_of(Error::What what) {
  using What = Error::What;
  switch (what) {
    case What::cut_off: return "cut off";
    case What::left_over: return "bytes go on after the last field";
    case What::unexpected_null: return "null, which this version does not allow";
    case What::length: return "a negative length other than -1";
    case What::count: return "a count that the remaining bytes cannot hold";
    case What::varint: return "a number longer than 32 bits";
    case What::marker: return "neither null nor a struct";
    case What::tag_size: return "the tagged value does not end where its size says";
    case What::tags: return "more tagged fields than anybody has use for";
    case What::memory: return "more structs than these bytes may stand for";
    case What::string_too_long: return "a string too long for this version";
    case What::frame_size: return "a frame size out of bounds";
    case What::frame_version: return "a record frame of an unknown kind";
    case What::unknown_version: return "an unknown version";
    case What::unknown_record: return "an unknown record, or not the one expected";
  }
  return "unknown";
}

}  // namespace

std::string Error::text() const {
  std::string out = "byte " + std::to_string(position);
  if (structure != nullptr) (out += ", ") += structure;
  if (field != nullptr) (out += '.') += field;
  return (out += ": ") += text_of(what);
}

}  // namespace ottla::wire
