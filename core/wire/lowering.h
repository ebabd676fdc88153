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
#include <type_traits>
#include <utility>

#include "core/wire/fields.h"
#include "core/wire/schema.h"

namespace ottla::wire::lowering {

// --- kinds of members ---------------------------------------------------------------------------------------------

template <class T>
concept Declared = std::is_class_v<T> && requires {
  T::fields();
};

template <class T>
struct TypeOf {
  static constexpr bool kKnown = Declared<T>;
  static constexpr Kind kKind = Kind::structure;
  using Nested = T;
};
template <Kind kind>
struct Known {
  static constexpr bool kKnown = true;
  static constexpr Kind kKind = kind;
  using Nested = void;
};
// clang-format off
template <> struct TypeOf<bool> : Known<Kind::boolean> {};
template <> struct TypeOf<int8_t> : Known<Kind::int8> {};
template <> struct TypeOf<int16_t> : Known<Kind::int16> {};
template <> struct TypeOf<uint16_t> : Known<Kind::uint16> {};
template <> struct TypeOf<int32_t> : Known<Kind::int32> {};
template <> struct TypeOf<uint32_t> : Known<Kind::uint32> {};
template <> struct TypeOf<int64_t> : Known<Kind::int64> {};
template <> struct TypeOf<double> : Known<Kind::float64> {};
template <> struct TypeOf<Uuid> : Known<Kind::uuid> {};
template <> struct TypeOf<String> : Known<Kind::string> {};
template <> struct TypeOf<Bytes> : Known<Kind::bytes> {};
template <> struct TypeOf<Records> : Known<Kind::records> {};
// clang-format on

template <class T>
struct Shape : TypeOf<T> {
  static constexpr bool kArray = false;
  static constexpr bool kNullable = false;
  static constexpr bool kPointer = false;
};
template <class T>
struct Shape<Array<T>> : Shape<T> {
  static constexpr bool kArray = true;
};
template <class T>
struct Shape<Nullable<T>> : Shape<T> {
  static constexpr bool kNullable = true;
  static constexpr bool kPointer = Declared<T>;
};

template <class T>
concept OnTheWire = Shape<T>::kKnown && std::is_trivially_copyable_v<T> && std::is_standard_layout_v<T>;

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

// --- members ------------------------------------------------------------------------------------------------------

template <class T>
struct MemberPointer;
template <class S, class V>
struct MemberPointer<V S::*> {
  using Struct = S;
  using Value = V;
};
template <auto member>
using Value = typename MemberPointer<decltype(member)>::Value;

template <class T>
inline constexpr T kPrototype{};

// An initializer for any member. A set one leaves a mark in it, so that the object shows which member it went to.
struct Mark {
  bool set = false;
  template <class T>
  requires OnTheWire<T>
  constexpr operator T() const;  // NOLINT(google-explicit-constructor)
};
template <size_t>
using MarkAt = Mark;

template <class T, size_t... index>
constexpr bool takes(std::index_sequence<index...>) {
  return requires { T{MarkAt<index>{}...}; };
}
template <class T, size_t count>
inline constexpr bool kHasMembers = takes<T>(std::make_index_sequence<count>()) &&
                                    !takes<T>(std::make_index_sequence<count + 1>());

// A T whose members are marked as `set(index)` says.
template <class T, size_t... index>
constexpr T marked(auto set, std::index_sequence<index...>) {
  return T{Mark{set(index)}...};
}

template <class T>
constexpr bool is_marked(const T& value);
template <class T, auto... members>
constexpr bool are_marked(const T& value, FieldList<members...>) {
  return (is_marked(value.*members) && ...);
}
template <class T>
constexpr bool is_marked(const T& value) {
  using S = Shape<T>;
  if constexpr (S::kPointer) {
    return value == T(&kPrototype<typename S::Nested>);
  } else if constexpr (S::kNullable) {
    return !value.is_null();
  } else if constexpr (std::is_base_of_v<View, T>) {
    return value.count == 1;
  } else if constexpr (std::is_same_v<T, Uuid>) {
    return value.bytes[0] == 1;
  } else if constexpr (Declared<T>) {
    return are_marked(value, T::fields());
  } else {
    return value == T(1);
  }
}
template <class T>
requires OnTheWire<T>
constexpr Mark::operator T() const {
  using S = Shape<T>;
  if constexpr (Declared<T>) {
    return marked<T>([this](size_t) { return set; }, std::make_index_sequence<decltype(T::fields())::kCount>());
  } else {
    T value{};
    if (!set) return value;
    if constexpr (S::kPointer) {
      value = &kPrototype<typename S::Nested>;
    } else if constexpr (S::kNullable) {
      value = empty;
    } else if constexpr (std::is_base_of_v<View, T>) {
      value.count = 1;
    } else if constexpr (std::is_same_v<T, Uuid>) {
      value.bytes[0] = 1;
    } else {
      value = T(1);
    }
    return value;
  }
}

// --- the proof ----------------------------------------------------------------------------------------------------

enum class Flaw : uint8_t { none, members, nullable, tags, versions };

template <class T, auto... members>
constexpr bool lists_every_member_in_order(FieldList<members...>) {
  if constexpr (!kHasMembers<T, sizeof...(members)>) {
    return false;
  } else if constexpr (sizeof...(members) == 0) {
    return sizeof(T) == 1;
  } else {
    constexpr auto indices = std::make_index_sequence<sizeof...(members)>();
    size_t at = 0;
    const auto is_next = [&](auto is_set) {
      const T value = marked<T>([&](size_t index) { return index == at; }, indices);
      ++at;
      return is_set(value);
    };
    if (!(is_next([](const T& value) { return is_marked(value.*members); }) && ...)) return false;
    constexpr std::array<std::array<size_t, 2>, sizeof...(members)> layout{
        {{sizeof(Value<members>), alignof(Value<members>)}...}};
    size_t end = 0;
    for (const auto& [size, alignment] : layout) end = (end + alignment - 1) / alignment * alignment + size;
    return (end + alignof(T) - 1) / alignof(T) * alignof(T) == sizeof(T);
  }
}

template <class T, auto... members>
constexpr Flaw flaw_of(FieldList<members...> list) {
  if (!lists_every_member_in_order<T>(list)) return Flaw::members;
  constexpr std::array<bool, sizeof...(members)> nullable{Shape<Value<members>>::kNullable...};
  int16_t tag = -1;
  for (size_t i = 0; i < list.rules.size(); ++i) {
    const FieldRule& rule = list.rules[i];
    if (rule.nullable != nullable[i]) return Flaw::nullable;
    if (rule.tag < tag || (rule.tag == tag && tag >= 0)) return Flaw::tags;
    if (rule.versions.empty() || (rule.nullable && rule.null_versions.empty())) return Flaw::versions;
    tag = rule.tag;
  }
  return Flaw::none;
}

template <class T>
constexpr Flaw flaw_of() {
  return flaw_of<T>(T::fields());
}

// Never defined. Calling one while compiling is the error, and its name the message.
void fields_must_list_every_member_in_order();
void nullable_is_stated_exactly_for_Nullable_members();
void tagged_fields_come_last_in_order_of_tags();
void a_field_or_its_nullability_is_in_no_version();

template <class T>
consteval void prove() {
  switch (flaw_of<T>()) {
    case Flaw::members: fields_must_list_every_member_in_order(); break;
    case Flaw::nullable: nullable_is_stated_exactly_for_Nullable_members(); break;
    case Flaw::tags: tagged_fields_come_last_in_order_of_tags(); break;
    case Flaw::versions: a_field_or_its_nullability_is_in_no_version(); break;
    case Flaw::none: break;
  }
}

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
  static_assert(sizeof(T) <= UINT16_MAX);
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
