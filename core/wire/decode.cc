// The reading half of the interpreter.
#include <algorithm>

#include "core/base/endian.h"
#include "core/model/limits.h"
#include "core/wire/reading.h"

namespace ottla::wire {
namespace {

using namespace reading;  // NOLINT(google-build-using-namespace): the first half of this file

template <bool flexible>
Cursor read_struct(Reading& r, Cursor at, const Schema& schema, void* out);

// What one value of a kind takes at least.
template <bool flexible>
size_t smallest(const Field& field) {
  switch (field.kind) {
    case Kind::structure: return field.nested->smallest;
    case Kind::string: return flexible ? 1 : 2;
    case Kind::bytes:
    case Kind::records: return flexible ? 1 : 4;
    default: return element_size(field);
  }
}

// `count` elements into `to`; numbers are known to be there.
template <bool flexible>
Cursor read_elements(Reading& r, Cursor at, const Field& field, uint32_t count, std::byte* to) {
  const size_t size = element_size(field);
  switch (field.kind) {
    case Kind::boolean:
      for (uint32_t i = 0; i < count; ++i) set_value(to + i, at[i] != 0);
      return at + count;
    case Kind::int8: std::memcpy(to, at, count); return at + count;
    case Kind::uuid: std::memcpy(to, at, count * sizeof(Uuid)); return at + count * sizeof(Uuid);
    case Kind::int16:
    case Kind::uint16: copy_numbers<uint16_t>(at, count, to); return at + size * count;
    case Kind::int32:
    case Kind::uint32: copy_numbers<uint32_t>(at, count, to); return at + size * count;
    case Kind::int64:
    case Kind::float64: copy_numbers<uint64_t>(at, count, to); return at + size * count;
    case Kind::string:
      for (uint32_t i = 0; i < count && at != nullptr; ++i)
        at = read_bytes<flexible, int16_t>(r, at, false, to + size * i);
      return at;
    case Kind::bytes:
    case Kind::records:
      for (uint32_t i = 0; i < count && at != nullptr; ++i)
        at = read_bytes<flexible, int32_t>(r, at, false, to + size * i);
      return at;
    case Kind::structure:
      for (uint32_t i = 0; i < count && at != nullptr; ++i) {
        field.nested->set_defaults(to + size * i);
        at = read_struct<flexible>(r, at, *field.nested, to + size * i);
      }
      return at;
  }
  OTTLA_UNREACHABLE("a kind of element");
}

template <bool flexible>
Cursor read_array(Reading& r, Cursor at, const Field& field, void* to) {
  const Number length = read_length<flexible, int32_t>(r, at);
  if (length.at == nullptr) return nullptr;
  if (length.value == View::kNull) {
    if (!field.null_versions.contains(r.version)) return fail(r, at, What::unexpected_null);
    set_null_view(to);
    return length.at;
  }
  // A lying count is refused before anything is taken for it.
  const uint64_t count = length.value;
  if (count * smallest<flexible>(field) > left(r, length.at)) return fail(r, at, What::count);
  if (count == 0) {
    set_value(to, View());
    return length.at;
  }
  auto* elements = static_cast<std::byte*>(take(r, count * element_size(field)));
  if (elements == nullptr) return fail(r, at, What::memory);
  at = read_elements<flexible>(r, length.at, field, length.value, elements);
  if (at != nullptr) set_value(to, View(elements, length.value));
  return at;
}

template <bool flexible>
Cursor read_nullable_struct(Reading& r, Cursor at, const Field& field, void* to) {
  if (field.null_versions.contains(r.version)) {
    if (at == r.end) return fail(r, at, What::cut_off);
    const auto marker = static_cast<int8_t>(*at);
    if (marker != 1 && marker != field.null_marker()) return fail(r, at, What::marker);
    ++at;
    if (marker != 1) {
      set_value<const void*>(to, nullptr);
      return at;
    }
  }
  void* structure = take(r, field.nested->size);
  if (structure == nullptr) return fail(r, at, What::memory);
  field.nested->set_defaults(structure);
  at = read_struct<flexible>(r, at, *field.nested, structure);
  set_value<const void*>(to, structure);
  return at;
}

template <bool flexible>
inline Cursor read_value(Reading& r, Cursor at, const Field& field, void* to) {
  if (field.array) return read_array<flexible>(r, at, field, to);
  switch (field.kind) {
    case Kind::boolean:
      if (at == r.end) return fail(r, at, What::cut_off);
      set_value(to, *at != 0);
      return at + 1;
    case Kind::int8: return read_number<int8_t>(r, at, to);
    case Kind::int16:
    case Kind::uint16: return read_number<uint16_t>(r, at, to);
    case Kind::int32:
    case Kind::uint32: return read_number<uint32_t>(r, at, to);
    case Kind::int64:
    case Kind::float64: return read_number<uint64_t>(r, at, to);
    case Kind::uuid:
      if (left(r, at) < sizeof(Uuid)) return fail(r, at, What::cut_off);
      std::memcpy(to, at, sizeof(Uuid));
      return at + sizeof(Uuid);
    case Kind::string: return read_bytes<flexible, int16_t>(r, at, field.null_versions.contains(r.version), to);
    case Kind::bytes:
    case Kind::records: return read_bytes<flexible, int32_t>(r, at, field.null_versions.contains(r.version), to);
    case Kind::structure:
      if (field.nullable_type) return read_nullable_struct<flexible>(r, at, field, to);
      return read_struct<flexible>(r, at, *field.nested, to);
  }
  OTTLA_UNREACHABLE("a kind of field");
}

// The value of a known tag: it must end exactly where its size says. A tag that comes twice is read twice, and the last
// one counts, as Kafka does it.
Cursor read_tagged(Reading& r, Cursor at, uint32_t size, const Schema& schema, const Field& field, void* out) {
  const Cursor end = r.end;
  r.end = at + size;
  if (field.kind == Kind::structure && !field.is_view() && !field.is_pointer())
    field.nested->set_defaults(field.in(out));
  at = read_value<true>(r, at, field, field.in(out));
  if (at != nullptr && at != r.end) at = fail(r, at, What::tag_size);
  r.end = end;
  return at == nullptr ? fail_in(r, schema, field) : at;
}

// Tags that the version does not know are skipped, and nothing is kept of them. How many is in their count: what is beyond
// the known ones is unknown, or comes again.
Cursor read_tags(Reading& r, Cursor at, const Schema& schema, void* out) {
  if (at < r.end && *at == 0) [[likely]]
    return at + 1;
  const Number count = read_varint(r, at);
  if (count.at == nullptr) return nullptr;
  if (uint64_t{count.value} * 2 > left(r, count.at)) return fail(r, at, What::count);
  const auto tagged = schema.tagged();
  const size_t skipped = count.value - std::min<size_t>(count.value, tagged.size());
  if (skipped > r.tags_left) return fail(r, at, What::tags);
  r.tags_left -= skipped;
  at = count.at;
  for (uint32_t i = 0; i < count.value; ++i) {
    const Number tag = read_varint(r, at);
    if (tag.at == nullptr) return nullptr;
    const Number size = read_varint(r, tag.at);
    if (size.at == nullptr) return nullptr;
    if (size.value > left(r, size.at)) return fail(r, tag.at, What::cut_off);
    const auto known = std::find_if(tagged.begin(), tagged.end(), [&](const Field& field) {
      return static_cast<uint32_t>(field.tag) == tag.value && field.versions.contains(r.version);
    });
    at = known == tagged.end() ? size.at + size.value : read_tagged(r, size.at, size.value, schema, *known, out);
    if (at == nullptr) return nullptr;
  }
  return at;
}

template <bool flexible>
Cursor read_struct(Reading& r, Cursor at, const Schema& schema, void* out) {
  for (const Field& field : schema.plain()) {
    if (!field.versions.contains(r.version)) continue;
    at = read_value<flexible>(r, at, field, field.in(out));
    if (at == nullptr) [[unlikely]]
      return fail_in(r, schema, field);
  }
  if constexpr (flexible) at = read_tags(r, at, schema, out);
  return at;
}

}  // namespace

Result<size_t, Error> decode_front(const Message& message, BytesView bytes, Version version, Arena& arena, void* out) {
  OTTLA_ASSERT(message.versions.contains(version), message.name(), version);
  OTTLA_ASSERT(bytes.size() < View::kNull, bytes.size());
  // A cursor of null is a failure, so that no bytes must begin somewhere too.
  static constexpr uint8_t kNothing = 0;
  if (bytes.data() == nullptr) bytes = BytesView(&kNothing, 0);
  Reading r{bytes.begin(),           bytes.end(), arena, limits::arena_size_max(bytes.size()),
            limits::kTagsSkippedMax, version,     {}};
  message.schema->set_defaults(out);
  const Cursor at = message.flexible.contains(version) ? read_struct<true>(r, r.begin, *message.schema, out)
                                                       : read_struct<false>(r, r.begin, *message.schema, out);
  if (at == nullptr) return Failure(r.error);
  return static_cast<size_t>(at - r.begin);
}

Result<void, Error> decode(const Message& message, BytesView bytes, Version version, Arena& arena, void* out) {
  const auto used = decode_front(message, bytes, version, arena, out);
  if (!used.ok()) return Failure(used.error());
  if (*used != bytes.size()) {
    return Failure(Error{What::left_over, static_cast<uint32_t>(*used), message.name(), nullptr});
  }
  return {};
}

}  // namespace ottla::wire
