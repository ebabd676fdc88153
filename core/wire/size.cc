#include "core/base/varint.h"
#include "core/wire/codec.h"
#include "core/wire/tags.h"

namespace ottla::wire {
namespace {

template <bool flexible>
size_t size_of_view(Kind kind, View view) {
  const size_t content = view.count == View::kNull ? 0 : view.count;
  if constexpr (flexible) return unsigned_varint_size(view.count + 1) + content;
  return (kind == Kind::string ? 2 : 4) + content;
}

template <bool flexible>
size_t size_of_struct(const Schema& schema, const void* structure, Version version);

template <bool flexible>
size_t size_of_array(const Field& field, View view, Version version) {
  const size_t length = flexible ? unsigned_varint_size(view.count + 1) : 4;
  if (view.count == View::kNull) return length;
  const size_t size = element_size(field);
  size_t sum = length;
  switch (field.kind) {
    case Kind::string:
    case Kind::bytes:
    case Kind::records:
      for (uint32_t i = 0; i < view.count; ++i) {
        sum += size_of_view<flexible>(field.kind, view_at(element_at(view, size, i)));
      }
      return sum;
    case Kind::structure:
      for (uint32_t i = 0; i < view.count; ++i) {
        sum += size_of_struct<flexible>(*field.nested, element_at(view, size, i), version);
      }
      return sum;
    default: return sum + size * view.count;
  }
}

template <bool flexible>
size_t size_of_value(const Field& field, const void* member, Version version) {
  if (field.array) return size_of_array<flexible>(field, view_at(member), version);
  if (field.is_view()) return size_of_view<flexible>(field.kind, view_at(member));
  if (field.kind != Kind::structure) return value_size(field.kind, nullptr);
  if (!field.nullable_type) return size_of_struct<flexible>(*field.nested, member, version);
  const size_t marker = field.null_versions.contains(version) ? 1 : 0;
  const void* pointee = pointee_at(member);
  return marker + (pointee == nullptr ? 0 : size_of_struct<flexible>(*field.nested, pointee, version));
}

template <bool flexible>
size_t size_of_struct(const Schema& schema, const void* structure, Version version) {
  size_t sum = 0;
  for (const Field& field : schema.plain()) {
    if (field.versions.contains(version)) sum += size_of_value<flexible>(field, field.in(structure), version);
  }
  if constexpr (flexible) {
    uint32_t count = 0;
    for (const Field& field : schema.tagged()) {
      if (!is_written_tag(field, schema, structure, version)) continue;
      const size_t size = tagged_size(field, structure, version);
      sum += unsigned_varint_size(static_cast<uint32_t>(field.tag)) +
             unsigned_varint_size(static_cast<uint32_t>(size)) + size;
      ++count;
    }
    sum += unsigned_varint_size(count);
  }
  return sum;
}

}  // namespace

bool is_written_tag(const Field& field, const Schema& schema, const void* structure, Version version) {
  return field.versions.contains(version) && !equal_member(field, structure, schema.prototype);
}

size_t tagged_size(const Field& field, const void* structure, Version version) {
  return size_of_value<true>(field, field.in(structure), version);
}

size_t encoded_size(const Message& message, const void* structure, Version version) {
  OTTLA_ASSERT(message.versions.contains(version), message.name(), version);
  return message.flexible.contains(version) ? size_of_struct<true>(*message.schema, structure, version)
                                            : size_of_struct<false>(*message.schema, structure, version);
}

}  // namespace ottla::wire
