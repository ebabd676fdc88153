// Records that brokers write for themselves: coordinators' topics, the metadata log, control batches, small files, and
// what consumers of a group tell each other. Declared like APIs' messages, found by name or by what their bytes say.
//
// What stands before a record's fields is its family's:
//
//   *_key      int16 type; the fields are version 0        (the type of a group's or transaction's key names the value's)
//   *_value    int16 version
//   metadata   three unsigned varints: frame version 1, type, version
//   versioned  int16 version
//   plain      nothing: whoever keeps the bytes knows the version
#pragma once

#include <span>
#include <string_view>

#include "core/wire/codec.h"

namespace ottla::wire {

using MessageTable = const Message& (*)();

std::span<const MessageTable> internal_records();
const Message* find_record(std::string_view name);              // "OffsetCommitValue"
const Message* find_record(RecordFamily family, int16_t type);  // of the families that have types

// A record whose prefix is read: what to decode its body as.
struct OpenRecord {
  const Message* message;
  Version version;
  BytesView body;
};

// Of a family whose bytes name the record: keys and metadata.
Result<OpenRecord, Error> open_record(RecordFamily family, BytesView bytes);
// Of a record known beforehand, of any family but plain; fails when the bytes say that they are another.
Result<OpenRecord, Error> open_record(const Message& message, BytesView bytes);

// Appends what stands before the fields.
void write_record_prefix(const Message& message, Version version, BytesBuffer& out);

}  // namespace ottla::wire
