// Keys and values of __consumer_offsets, read.
#pragma once

#include <optional>
#include <string>

#include "core/wire/codec.h"
#include "core/wire/internal_records.h"

namespace ottla {

inline std::optional<std::string> owned(const wire::Nullable<wire::String>& text) {
  if (text.is_null()) return std::nullopt;
  return std::string(text->view());
}

// Nothing: it is another kind of record, or cannot be read.
template <wire::WireMessage M>
std::optional<M> decode_as(const wire::OpenRecord& record, wire::Arena& arena) {
  if (record.message != &wire::message_of<M>()) return std::nullopt;
  M decoded;
  if (!wire::decode(record.body, record.version, arena, decoded).ok()) return std::nullopt;
  return decoded;
}

template <wire::WireMessage M>
std::optional<M> decode_value(BytesView bytes, wire::Arena& arena) {
  const auto record = wire::open_record(wire::message_of<M>(), bytes);
  return record.ok() ? decode_as<M>(*record, arena) : std::nullopt;
}

}  // namespace ottla
