// Turns a struct's list of fields into a Schema while compiling, and proves the list right. Included by the .cc files
// of messages only; everybody else gets at a table through message_of<M>().
//
// Offsets: no compiler of ours gives a member pointer's offset in a constant expression, so the offset is the running
// sum of the members' aligned sizes. That is the truth only if the list has all members in order, so that is proven:
// the count is the aggregate's arity; an object whose n-th initializer alone is a mark has the mark in the n-th listed
// member, for every n; and the sum ends at sizeof(T).
//
// Compilers: Clang takes no order of addresses, and GCC under -fsanitize=undefined no test of one against null, for a
// constant expression, so nothing here depends on either; and `auto fields()` of a nested struct has a type only once
// the outermost class is complete, so it is asked for in templates that are instantiated after that.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "core/wire/lowering_proof.h"

namespace ottla::wire::lowering {

// --- names --------------------------------------------------------------------------------------------------------

// The last name in what the compiler says of a template argument: "&ottla::wire::Metadata::topic_id]" is "topic_id".
constexpr std::string_view last_name(std::string_view pretty) {
  const size_t equals = pretty.find(" = ");
  std::string_view argument = pretty.substr(equals + 3);
  argument = argument.substr(0, argument.find_first_of(";]"));
  const size_t colon = argument.rfind(':');
  return colon == std::string_view::npos ? argument : argument.substr(colon + 1);
}
template <auto member>
consteval std::string_view name_of_member() {
  return last_name(__PRETTY_FUNCTION__);
}
template <class T>
consteval std::string_view name_of_type() {
  return last_name(__PRETTY_FUNCTION__);
}

constexpr size_t camel_size(std::string_view snake) {
  return snake.size() - static_cast<size_t>(std::count(snake.begin(), snake.end(), '_'));
}
template <size_t size>
constexpr std::array<char, size + 1> camel(std::string_view snake) {
  std::array<char, size + 1> out{};
  size_t at = 0;
  bool up = false;
  for (const char c : snake) {
    if (c == '_') {
      up = true;
    } else {
      out[at++] = up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      up = false;
    }
  }
  return out;
}
template <auto member>
inline constexpr auto kCamelName = camel<camel_size(name_of_member<member>())>(name_of_member<member>());

template <size_t size>
constexpr std::array<char, size + 1> terminated(std::string_view text) {
  std::array<char, size + 1> out{};
  std::copy(text.begin(), text.end(), out.begin());
  return out;
}
template <class T>
inline constexpr auto kTypeName = terminated<name_of_type<T>().size()>(name_of_type<T>());

// --- the tables ---------------------------------------------------------------------------------------------------

template <class T>
struct Table;

template <class T, auto member>
consteval Field lower(const FieldRule& rule, size_t& end) {
  using V = Value<member>;
  static_assert(std::is_same_v<typename MemberPointer<decltype(member)>::Struct, T>,
                "a member of another struct is listed");
  static_assert(OnTheWire<V>, "a member's type is not of the wire vocabulary (types.h)");
  const size_t offset = (end + alignof(V) - 1) / alignof(V) * alignof(V);
  end = offset + sizeof(V);
  Field field{};
  field.name = kCamelName<member>.data();
  if constexpr (Shape<V>::kKind == Kind::structure) field.nested = &Table<typename Shape<V>::Nested>::kSchema;
  field.offset = static_cast<uint16_t>(offset);
  field.kind = Shape<V>::kKind;
  field.array = Shape<V>::kArray;
  field.nullable_type = Shape<V>::kNullable;
  field.versions = rule.versions;
  field.null_versions = rule.null_versions;
  field.tag = rule.tag;
  return field;
}

template <class T, auto... members>
consteval std::array<Field, sizeof...(members)> lower([[maybe_unused]] FieldList<members...> list) {
  [[maybe_unused]] size_t end = 0;
  [[maybe_unused]] size_t at = 0;
  return {lower<T, members>(list.rules[at++], end)...};
}

// Fewest bytes of one value on the wire.
constexpr size_t smallest_of(const Field& field) {
  if (field.is_view() || field.is_pointer()) return 1;
  return field.kind == Kind::structure ? field.nested->smallest : value_size(field.kind, nullptr);
}

template <size_t count>
constexpr size_t smallest_of(const std::array<Field, count>& fields) {
  Version last = 0;  // from here on nothing changes
  for (const Field& field : fields) {
    if (field.versions.last != kVersionLast) last = std::max(last, static_cast<Version>(field.versions.last + 1));
    last = std::max(last, field.versions.first);
  }
  size_t smallest = SIZE_MAX;
  for (Version version = 0; version <= last; ++version) {
    size_t sum = 0;
    for (const Field& field : fields) {
      if (field.versions.contains(version) && !field.tagged()) sum += smallest_of(field);
    }
    // Zero: the version does not have the struct at all, or its elements are a section of tags.
    smallest = std::min(smallest, std::max<size_t>(sum, 1));
  }
  return smallest;
}

template <class T>
struct Table {
  static_assert(std::is_aggregate_v<T>, "a message is a plain struct");
  static_assert(std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>);
  static constexpr bool kProven = (prove<T>(), true);
  static constexpr auto kFields = lower<T>(T::fields());
  static constexpr Schema kSchema{
      .name = kTypeName<T>.data(),
      .fields = kFields.data(),
      .prototype = &kPrototype<T>,
      .size = sizeof(T),
      .field_count = static_cast<uint16_t>(kFields.size()),
      .tags_begin = static_cast<uint16_t>(
          std::count_if(kFields.begin(), kFields.end(), [](const Field& field) { return !field.tagged(); })),
      .smallest = static_cast<uint16_t>(smallest_of(kFields)),
      .alignment = alignof(T),
  };
  static_assert(kProven);
  static_assert(sizeof(T) <= UINT16_MAX && kSchema.tagged().size() <= 32, "Field and encode() count on it");
};

template <class M>
consteval Message message() {
  static_assert(WireMessage<M>, "a whole message has a kApi or a kRecord");
  if constexpr (requires { M::kApi; }) {
    return {&Table<M>::kSchema, M::kApi.versions, M::kApi.flexible, M::kApi.key, RecordFamily::plain};
  } else {
    return {&Table<M>::kSchema, M::kRecord.versions, M::kRecord.flexible, M::kRecord.type, M::kRecord.family};
  }
}
template <class M>
inline constexpr Message kMessage = message<M>();

}  // namespace ottla::wire::lowering

namespace ottla::wire {

template <class M>
const Message& message_of() {
  return lowering::kMessage<M>;
}

}  // namespace ottla::wire

// Defines the table of a message; used once, in namespace ottla::wire, in the .cc beside its header.
#define OTTLA_WIRE_MESSAGE(M) template const Message& message_of<M>()
