// Messages as data: what one interpreter needs to read, write, size, print, compare or invent any of them.
//
// A struct is a Schema: its fields in order, tagged ones last, and a prototype holding every default. A whole message
// (request, response, record) is a Message: a Schema with a name, versions and a key. To visit a struct:
//
//   for (const Field& field : schema.all()) {
//     if (!field.versions.contains(version)) continue;
//     const void* member = field.in(structure);
//     ...                                       // field.array, else by field.kind; elements are element_size() apart
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/base/assert.h"
#include "core/wire/types.h"

namespace ottla::wire {

enum class Kind : uint8_t {
  boolean,
  int8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  float64,
  uuid,
  string,
  bytes,
  records,
  structure,
};

struct Schema;

// One member. Kept small: the whole vocabulary's tables are what every decode touches.
struct Field {
  const char* name;      // Kafka's, in camelCase, as in JSON
  const Schema* nested;  // of a structure, or of an array's elements
  uint16_t offset;
  Kind kind;  // of the elements, for an array
  bool array : 1;
  bool nullable_type : 1;  // the member is a Nullable
  Versions versions;
  Versions null_versions;
  int16_t tag;  // -1: not tagged

  [[nodiscard]] constexpr bool tagged() const { return tag >= 0; }
  [[nodiscard]] const void* in(const void* structure) const {
    return static_cast<const std::byte*>(structure) + offset;
  }
  [[nodiscard]] void* in(void* structure) const { return static_cast<std::byte*>(structure) + offset; }
  // The member is a View: an array, or a string, bytes or records.
  [[nodiscard]] constexpr bool is_view() const {
    return array || kind == Kind::string || kind == Kind::bytes || kind == Kind::records;
  }
  // The member is a pointer to the structure: a Nullable struct.
  [[nodiscard]] constexpr bool is_pointer() const { return nullable_type && !is_view(); }
  // What stands for null before a nullable struct, where 1 stands for its presence. In a tagged field it is a varint, as
  // Kafka has it, so that there null is 0.
  [[nodiscard]] constexpr int8_t null_marker() const { return tagged() ? 0 : -1; }
  [[nodiscard]] bool null_in(const void* structure) const;
};
static_assert(sizeof(Field) == 32);

struct Schema {
  const char* name;  // "MetadataRequest", "Topic"
  const Field* fields;
  const void* prototype;
  uint32_t size;  // of the struct in memory
  uint16_t field_count;
  uint16_t tags_begin;  // index of the first tagged field
  uint16_t smallest;    // fewest bytes that one can take on the wire in any version; at least 1
  uint16_t alignment;

  [[nodiscard]] constexpr std::span<const Field> all() const { return {fields, field_count}; }
  [[nodiscard]] constexpr std::span<const Field> plain() const { return {fields, tags_begin}; }
  [[nodiscard]] constexpr std::span<const Field> tagged() const { return all().subspan(tags_begin); }
  [[nodiscard]] const Field* find(std::string_view field_name) const;
  void set_defaults(void* structure) const { std::memcpy(structure, prototype, size); }
};

struct Message {
  const Schema* schema;
  Versions versions;
  Versions flexible;
  int16_t key;          // of the API, or the record's type
  RecordFamily family;  // of a record; without meaning for an API's

  [[nodiscard]] const char* name() const { return schema->name; }
};

// The table of a message; the one line OTTLA_WIRE_MESSAGE(M) in the message's .cc defines it.
template <class M>
const Message& message_of();

// A whole message: it says which API or record it is.
template <class M>
concept WireMessage = requires {
  M::kApi;
}
|| requires { M::kRecord; };

// --- values -------------------------------------------------------------------------------------------------------

// Size in memory of one value of the kind; `nested` for structures.
constexpr size_t value_size(Kind kind, const Schema* nested) {
  switch (kind) {
    case Kind::boolean:
    case Kind::int8: return 1;
    case Kind::int16:
    case Kind::uint16: return 2;
    case Kind::int32:
    case Kind::uint32: return 4;
    case Kind::int64:
    case Kind::float64: return 8;
    case Kind::uuid: return sizeof(Uuid);
    case Kind::string:
    case Kind::bytes:
    case Kind::records: return sizeof(View);
    case Kind::structure: return nested->size;
  }
  return 0;
}
// How far apart an array's elements are.
constexpr size_t element_size(const Field& field) { return value_size(field.kind, field.nested); }

// A member's or element's value, by copy: the interpreter knows the type only by its kind.
template <class T>
T value_at(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
template <class T>
void set_value(void* to, T value) {
  std::memcpy(to, &value, sizeof value);
}
inline View view_at(const void* member) { return value_at<View>(member); }
inline void set_null_view(void* member) {
  View view;
  view.count = View::kNull;
  set_value(member, view);
}
inline const void* pointee_at(const void* member) { return value_at<const void*>(member); }
inline const void* element_at(View view, size_t size, size_t index) {
  return static_cast<const std::byte*>(view.data) + size * index;
}

inline bool Field::null_in(const void* structure) const {
  if (!nullable_type) return false;
  return is_view() ? view_at(in(structure)).count == View::kNull : pointee_at(in(structure)) == nullptr;
}

}  // namespace ottla::wire
