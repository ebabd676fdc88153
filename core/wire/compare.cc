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

// Loads of a known size: comparing with a length that is only known at run time costs several times as much, and every
// tagged field of every answer is compared with its default.
bool equal_number(Kind kind, const void* a, const void* b) {
  switch (value_size(kind, nullptr)) {
    case 1: return value_at<uint8_t>(a) == value_at<uint8_t>(b);
    case 2: return value_at<uint16_t>(a) == value_at<uint16_t>(b);
    case 4: return value_at<uint32_t>(a) == value_at<uint32_t>(b);
    case 8: return value_at<uint64_t>(a) == value_at<uint64_t>(b);
    default: return value_at<Uuid>(a) == value_at<Uuid>(b);
  }
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
      default: same = equal_number(field.kind, left, right);
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
  if (field.kind != Kind::structure) return equal_number(field.kind, a, b);
  if (!field.nullable_type) return equal(*field.nested, a, b);
  a = pointee_at(a);
  b = pointee_at(b);
  if (a == nullptr || b == nullptr) return a == b;
  return equal(*field.nested, a, b);
}

bool equal(const Schema& schema, const void* a, const void* b) {
  // The same bytes are the same value. Unequal ones may be too: padding, and views of equal contents elsewhere.
  if (std::memcmp(a, b, schema.size) == 0) return true;
  for (const Field& field : schema.all()) {
    if (!equal_member(field, a, b)) return false;
  }
  return true;
}

const Field* Schema::find(std::string_view field_name) const {
  const auto fields_here = all();
  const auto found = std::find_if(fields_here.begin(), fields_here.end(),
                                  [&](const Field& field) { return field.name == field_name; });
  return found == fields_here.end() ? nullptr : &*found;
}

}  // namespace ottla::wire
