#include <algorithm>
#include <string_view>

#include "core/wire/codec.h"

namespace ottla::wire {
namespace {

bool equal_bytes(View a, View b) {
  if (a.count != b.count) return false;
  if (a.count == View::kNull || a.count == 0) return true;
  if (a.data == nullptr || b.data == nullptr) return a.data == b.data;  // records elsewhere: all we know is the size
  return std::memcmp(a.data, b.data, a.count) == 0;
}

bool equal_elements(const Field& field, View a, View b) {
  if (a.count != b.count) return false;
  if (a.count == View::kNull) return true;
  const size_t size = element_size(field);
  for (uint32_t i = 0; i < a.count; ++i) {
    const void* left = element_at(a, size, i);
    const void* right = element_at(b, size, i);
    bool same = false;
    switch (field.kind) {
      case Kind::string:
      case Kind::bytes:
      case Kind::records: same = equal_bytes(view_at(left), view_at(right)); break;
      case Kind::structure: same = equal(*field.nested, left, right); break;
      default: same = std::memcmp(left, right, size) == 0;
    }
    if (!same) return false;
  }
  return true;
}

}  // namespace

bool equal_member(const Field& field, const void* structure_a, const void* structure_b) {
  const void* a = field.in(structure_a);
  const void* b = field.in(structure_b);
  if (field.array) return equal_elements(field, view_at(a), view_at(b));
  if (field.is_view()) return equal_bytes(view_at(a), view_at(b));
  if (field.kind != Kind::structure) return std::memcmp(a, b, value_size(field.kind, nullptr)) == 0;
  if (!field.nullable_type) return equal(*field.nested, a, b);
  a = pointee_at(a);
  b = pointee_at(b);
  if (a == nullptr || b == nullptr) return a == b;
  return equal(*field.nested, a, b);
}

bool equal(const Schema& schema, const void* a, const void* b) {
  const auto fields = schema.all();
  return std::all_of(fields.begin(), fields.end(), [&](const Field& field) { return equal_member(field, a, b); });
}

const Field* Schema::find(std::string_view field_name) const {
  const auto fields_here = all();
  const auto found = std::find_if(fields_here.begin(), fields_here.end(),
                                  [&](const Field& field) { return field.name == field_name; });
  return found == fields_here.end() ? nullptr : &*found;
}

}  // namespace ottla::wire
