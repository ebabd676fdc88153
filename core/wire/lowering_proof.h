// Lowering, first part: what a member's type is on the wire, and the proof that a list of fields has every member in
// order. lowering.h says why that is needed.
#pragma once

#include <array>
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
    constexpr auto kIndices = std::make_index_sequence<sizeof...(members)>();
    size_t at = 0;
    const auto is_next = [&](auto is_set) {
      const T value = marked<T>([&](size_t index) { return index == at; }, kIndices);
      ++at;
      return is_set(value);
    };
    if (!(is_next([](const T& value) { return is_marked(value.*members); }) && ...)) return false;
    constexpr std::array<std::array<size_t, 2>, sizeof...(members)> kLayout{
        {{sizeof(Value<members>), alignof(Value<members>)}...}};
    size_t end = 0;
    for (const auto& [size, alignment] : kLayout) end = (end + alignment - 1) / alignment * alignment + size;
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
void nullable_is_stated_exactly_for_nullable_members();
void tagged_fields_come_last_in_order_of_tags();
void a_field_or_its_nullability_is_in_no_version();

template <class T>
consteval void prove() {
  switch (flaw_of<T>()) {
    case Flaw::members: fields_must_list_every_member_in_order(); break;
    case Flaw::nullable: nullable_is_stated_exactly_for_nullable_members(); break;
    case Flaw::tags: tagged_fields_come_last_in_order_of_tags(); break;
    case Flaw::versions: a_field_or_its_nullability_is_in_no_version(); break;
    case Flaw::none: break;
  }
}

}  // namespace ottla::wire::lowering
