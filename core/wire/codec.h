// Reading and writing whole messages: one interpreter over their tables, for every API and record.
//
// Each function exists twice: for a struct, and for a Message with an untyped pointer to such a struct, for those who
// loop over the registry. The version must be one of the message's: whoever takes it from the wire checks it first,
// because what to answer to an unknown one is not the codec's business.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/json_writer.h"
#include "core/base/result.h"
#include "core/wire/arena.h"
#include "core/wire/schema.h"

namespace ottla::wire {

// What was wrong, where. Two texts are the tables' and live for ever; nothing is allocated until somebody reads text().
struct Error {
  enum class What : uint8_t {
    cut_off,          // bytes end before the value does
    left_over,        // bytes go on after the last field
    unexpected_null,  // null where the version allows none
    length,           // a negative length other than -1
    count,            // more elements or tags than the bytes that remain can hold
    varint,           // longer or larger than 32 bits
    marker,           // before a nullable struct stands neither null's mark nor 1
    tag_size,         // a tagged field's value does not end where its size says
    tags,             // more tagged fields to pass over than limits.h allows
    memory,           // the structs would take more than limits.h allows for these bytes
    string_too_long,  // writing: more than 32,767 bytes, in a version that counts them in 16 bits
    frame_size,       // negative, or more than the limit
    frame_version,    // a record's frame is of a kind that we do not know
    unknown_version,  // a record's version is none of its versions
    unknown_record,   // a record of a type that we do not have, or not the one expected
  };

  What what;
  uint32_t position;      // of the byte, from the start of what was to be decoded
  const char* structure;  // "Topic"; null when it is not about a field
  const char* field;      // "topicId"

  [[nodiscard]] std::string text() const;  // "byte 17, Topic.topicId: cut off"
};

// Reads one message that fills `bytes`. Views in `out` point into `bytes` and `arena`. Total: any bytes give a message
// or an error, in time and memory bounded by their size. After an error `out` must not be used.
Result<void, Error> decode(const Message& message, BytesView bytes, Version version, Arena& arena, void* out);
// Reads the message that `bytes` begin with, and returns how many it took.
Result<size_t, Error> decode_front(const Message& message, BytesView bytes, Version version, Arena& arena, void* out);

// Where, in what encode() wrote, records belong that it left out.
struct Gap {
  size_t position;  // bytes of the output before it
  Records records;
};

// Appends the message to `out`. With `gaps`, records of kSliceSizeMin bytes and more are left out and noted there in
// order: the sender puts them in between, from memory or from a file. Without it none may be elsewhere. Fails
// (unexpected_null, string_too_long), and then leaves `out` and `gaps` as they were.
//
// A field that the version lacks is dropped whatever it holds: a client must check that it asks for nothing which the
// version cannot say.
Result<void, Error> encode(const Message& message, const void* structure, Version version, BytesBuffer& out,
                           std::vector<Gap>* gaps = nullptr);

// What encode() would append, gaps included.
size_t encoded_size(const Message& message, const void* structure, Version version);

// One JSON object with the names of Kafka's definitions, as Kafka's own converters print it: fields that the version
// lacks and tagged ones at their default are left out, ids are their text, bytes are base64. Records are base64 too, or
// the number of their bytes when they are elsewhere.
void write_json(const Message& message, const void* structure, Version version, JsonWriter& json);

// Every field is equal, whatever the version; doubles by their bits.
bool equal(const Schema& schema, const void* a, const void* b);
// One member, among those of two structs.
bool equal_member(const Field& field, const void* structure_a, const void* structure_b);

template <WireMessage M>
Result<void, Error> decode(BytesView bytes, Version version, Arena& arena, M& out) {
  return decode(message_of<M>(), bytes, version, arena, static_cast<void*>(&out));
}
template <WireMessage M>
Result<void, Error> encode(const M& structure, Version version, BytesBuffer& out, std::vector<Gap>* gaps = nullptr) {
  return encode(message_of<M>(), static_cast<const void*>(&structure), version, out, gaps);
}
template <WireMessage M>
size_t encoded_size(const M& structure, Version version) {
  return encoded_size(message_of<M>(), static_cast<const void*>(&structure), version);
}
template <WireMessage M>
void write_json(const M& structure, Version version, JsonWriter& json) {
  write_json(message_of<M>(), static_cast<const void*>(&structure), version, json);
}
template <WireMessage M>
bool equal(const M& a, const M& b) {
  return equal(*message_of<M>().schema, static_cast<const void*>(&a), static_cast<const void*>(&b));
}

}  // namespace ottla::wire
