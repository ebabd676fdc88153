// The writing half of the interpreter: decode.cc's mirror. The cursor is an argument and a result; null says that
// writing failed. Room is asked for piece by piece, so that a message is walked once.
#include <algorithm>
#include <bit>

#include "core/base/endian.h"
#include "core/base/varint.h"
#include "core/model/limits.h"
#include "core/wire/codec.h"
#include "core/wire/tags.h"

namespace ottla::wire {
namespace {

using Cursor = uint8_t*;
using What = Error::What;

struct Writing {
  BytesBuffer& out;
  Cursor end;  // of the memory that `out` has
  std::vector<Gap>* gaps;
  Version version;
  size_t begin;  // of the message in `out`
  bool too_large;
  Error error;
};

[[gnu::cold, gnu::noinline]] Cursor fail(Writing& w, Cursor at, What what) {
  w.error = {what, static_cast<uint32_t>(at - w.out.data()), nullptr, nullptr};
  return nullptr;
}

[[gnu::cold, gnu::noinline]] Cursor fail_in(Writing& w, const Schema& schema, const Field& field) {
  if (w.error.field == nullptr) {
    w.error.structure = schema.name;
    w.error.field = field.name;
  }
  return nullptr;
}

[[gnu::cold, gnu::noinline]] Cursor grow(Writing& w, Cursor at, size_t size) {
  const auto used = static_cast<size_t>(at - w.out.data());
  w.too_large = used + size - w.begin > limits::kMessageSizeMax;
  w.out.resize(used);  // growing keeps what counts as written
  w.out.reserve(std::max(used + size, w.out.capacity() * 2));
  w.end = w.out.data() + w.out.capacity();
  return w.out.data() + used;
}

inline Cursor room(Writing& w, Cursor at, size_t size) {
  return static_cast<size_t>(w.end - at) >= size ? at : grow(w, at, size);
}

inline Cursor put_varint(Writing& w, Cursor at, uint32_t value) {
  at = room(w, at, kVarintMax);
  return at + write_unsigned_varint(at, value);
}

template <class T>
inline Cursor put_number(Writing& w, Cursor at, T value) {
  at = room(w, at, sizeof value);
  store_be(at, value);
  return at + sizeof value;
}

// A length or count; kNull, which one more makes 0, for null.
template <bool flexible, class Width>
inline Cursor put_length(Writing& w, Cursor at, uint32_t length) {
  if constexpr (flexible) return put_varint(w, at, length + 1);
  return put_number(w, at, static_cast<Width>(length));
}

template <bool flexible, class Width>
inline Cursor put_bytes(Writing& w, Cursor at, View view, bool nullable) {
  if (view.count == View::kNull) {
    return nullable ? put_length<flexible, Width>(w, at, View::kNull) : fail(w, at, What::unexpected_null);
  }
  if constexpr (!flexible && sizeof(Width) == 2) {
    if (view.count > limits::kStringSizeMax) return fail(w, at, What::string_too_long);
  }
  at = put_length<flexible, Width>(w, at, view.count);
  if (view.count == 0) return at;
  at = room(w, at, view.count);
  std::memcpy(at, view.data, view.count);
  return at + view.count;
}

template <bool flexible>
Cursor put_records(Writing& w, Cursor at, View view, bool nullable) {
  const bool there = view.count != View::kNull && view.count > 0;
  if (w.gaps == nullptr || !there || (view.data != nullptr && view.count < limits::kSliceSizeMin)) {
    OTTLA_ASSERT(!there || view.data != nullptr, view.count);
    return put_bytes<flexible, int32_t>(w, at, view, nullable);
  }
  at = put_length<flexible, int32_t>(w, at, view.count);
  Gap gap{static_cast<size_t>(at - w.out.data()), {}};
  static_cast<View&>(gap.records) = view;
  w.gaps->push_back(gap);
  return at;
}

template <bool flexible>
Cursor put_struct(Writing& w, Cursor at, const Schema& schema, const void* structure);

template <class T>
Cursor put_numbers(Writing& w, Cursor at, View view) {
  at = room(w, at, sizeof(T) * view.count);
  const T* numbers = static_cast<const T*>(view.data);
  for (uint32_t i = 0; i < view.count; ++i) store_be(at + sizeof(T) * i, numbers[i]);
  return at + sizeof(T) * view.count;
}

template <bool flexible>
Cursor put_elements(Writing& w, Cursor at, const Field& field, View view) {
  const size_t size = element_size(field);
  switch (field.kind) {
    case Kind::boolean:
    case Kind::int8:
    case Kind::uuid:
      at = room(w, at, size * view.count);
      if (view.count > 0) std::memcpy(at, view.data, size * view.count);
      return at + size * view.count;
    case Kind::int16:
    case Kind::uint16: return put_numbers<uint16_t>(w, at, view);
    case Kind::int32:
    case Kind::uint32: return put_numbers<uint32_t>(w, at, view);
    case Kind::int64:
    case Kind::float64: return put_numbers<uint64_t>(w, at, view);
    case Kind::string:
      for (uint32_t i = 0; i < view.count && at != nullptr; ++i) {
        if (w.too_large) [[unlikely]]
          return fail(w, at, What::frame_size);
        at = put_bytes<flexible, int16_t>(w, at, view_at(element_at(view, size, i)), false);
      }
      return at;
    case Kind::bytes:
    case Kind::records:
      for (uint32_t i = 0; i < view.count && at != nullptr; ++i) {
        if (w.too_large) [[unlikely]]
          return fail(w, at, What::frame_size);
        at = put_bytes<flexible, int32_t>(w, at, view_at(element_at(view, size, i)), false);
      }
      return at;
    case Kind::structure:
      for (uint32_t i = 0; i < view.count && at != nullptr; ++i) {
        if (w.too_large) [[unlikely]]
          return fail(w, at, What::frame_size);
        at = put_struct<flexible>(w, at, *field.nested, element_at(view, size, i));
      }
      return at;
  }
  OTTLA_UNREACHABLE("a kind of element");
}

template <bool flexible>
Cursor put_array(Writing& w, Cursor at, const Field& field, View view) {
  if (view.count == View::kNull && !field.null_versions.contains(w.version)) return fail(w, at, What::unexpected_null);
  at = put_length<flexible, int32_t>(w, at, view.count);
  return view.count == View::kNull ? at : put_elements<flexible>(w, at, field, view);
}

template <bool flexible>
Cursor put_nullable_struct(Writing& w, Cursor at, const Field& field, const void* pointee) {
  const bool nullable = field.null_versions.contains(w.version);
  if (pointee == nullptr) return nullable ? put_number(w, at, field.null_marker()) : fail(w, at, What::unexpected_null);
  if (nullable) at = put_number<int8_t>(w, at, 1);
  return put_struct<flexible>(w, at, *field.nested, pointee);
}

template <bool flexible>
inline Cursor put_value(Writing& w, Cursor at, const Field& field, const void* member) {
  if (field.array) return put_array<flexible>(w, at, field, view_at(member));
  switch (field.kind) {
    case Kind::boolean:
    case Kind::int8: return put_number(w, at, value_at<int8_t>(member));
    case Kind::int16:
    case Kind::uint16: return put_number(w, at, value_at<uint16_t>(member));
    case Kind::int32:
    case Kind::uint32: return put_number(w, at, value_at<uint32_t>(member));
    case Kind::int64:
    case Kind::float64: return put_number(w, at, value_at<uint64_t>(member));
    case Kind::uuid:
      at = room(w, at, sizeof(Uuid));
      std::memcpy(at, member, sizeof(Uuid));
      return at + sizeof(Uuid);
    case Kind::string:
      return put_bytes<flexible, int16_t>(w, at, view_at(member), field.null_versions.contains(w.version));
    case Kind::bytes:
      return put_bytes<flexible, int32_t>(w, at, view_at(member), field.null_versions.contains(w.version));
    case Kind::records: return put_records<flexible>(w, at, view_at(member), field.null_versions.contains(w.version));
    case Kind::structure:
      if (field.nullable_type) return put_nullable_struct<flexible>(w, at, field, pointee_at(member));
      return put_struct<flexible>(w, at, *field.nested, member);
  }
  OTTLA_UNREACHABLE("a kind of field");
}

Cursor put_tags(Writing& w, Cursor at, const Schema& schema, const void* structure) {
  const auto tagged = schema.tagged();
  uint32_t written = 0;  // a bit a field
  for (size_t i = 0; i < tagged.size(); ++i) {
    if (is_written_tag(tagged[i], schema, structure, w.version)) written |= uint32_t{1} << i;
  }
  at = put_varint(w, at, static_cast<uint32_t>(std::popcount(written)));
  for (; written != 0; written &= written - 1) {
    const Field& field = tagged[static_cast<size_t>(std::countr_zero(written))];
    at = put_varint(w, at, static_cast<uint32_t>(field.tag));
    at = put_varint(w, at, static_cast<uint32_t>(tagged_size(field, structure, w.version)));
    at = put_value<true>(w, at, field, field.in(structure));
    if (at == nullptr) return fail_in(w, schema, field);
  }
  return at;
}

template <bool flexible>
Cursor put_struct(Writing& w, Cursor at, const Schema& schema, const void* structure) {
  for (const Field& field : schema.plain()) {
    if (!field.versions.contains(w.version)) continue;
    at = put_value<flexible>(w, at, field, field.in(structure));
    if (at == nullptr) [[unlikely]]
      return fail_in(w, schema, field);
  }
  if constexpr (flexible) {
    at = schema.tagged().empty() ? put_number<uint8_t>(w, at, 0) : put_tags(w, at, schema, structure);
  }
  return at;
}

}  // namespace

Result<void, Error> encode(const Message& message, const void* structure, Version version, BytesBuffer& out,
                           std::vector<Gap>* gaps) {
  OTTLA_ASSERT(message.versions.contains(version), message.name(), version);
  const size_t size_before = out.size();
  const size_t gaps_before = gaps == nullptr ? 0 : gaps->size();
  Writing w{out, out.data() + out.capacity(), gaps, version, size_before, false, {}};
  Cursor begin = room(w, out.data() + size_before, 1);
  Cursor at = message.flexible.contains(version) ? put_struct<true>(w, begin, *message.schema, structure)
                                                 : put_struct<false>(w, begin, *message.schema, structure);
  if (at != nullptr && w.too_large) at = fail(w, at, What::frame_size);
  if (at == nullptr) {
    out.resize(size_before);
    if (gaps != nullptr) gaps->resize(gaps_before);
    return Failure(w.error);
  }
  out.resize(static_cast<size_t>(at - out.data()));
  return {};
}

}  // namespace ottla::wire
