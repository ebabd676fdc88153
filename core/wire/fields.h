// How a message is declared: a plain struct, and beside its members the list of them.
//
// A request or a response (the struct is named as Kafka names it; members are Kafka's names in snake_case):
//
//   struct DeleteTopicsRequest {
//     static constexpr Api kApi{20, between(0, 6), since(4)};      // key, versions, flexible versions
//
//     struct Topic {
//       Nullable<String> name;                                     // starts as null
//       Uuid topic_id;
//
//       static constexpr auto fields() {
//         using M = Topic;
//         return wire::fields(field<&M::name>(since(6)).nullable(),
//                             field<&M::topic_id>(since(6)));
//       }
//     };
//
//     Array<Topic> topics;
//     int32_t timeout_ms = 0;                                      // the initializer is the protocol's default
//     ...
//   };
//
// A record of a coordinator, of the metadata log or of another file differs in its second line only:
//
//   struct OffsetCommitValue {
//     static constexpr Record kRecord{RecordFamily::group_value, 1, between(0, 4), since(4)};   // family, type, ...
//
// The rules, each a compile error with a name that says it:
//
//   * the list has every member, in the order of the members; so does every nested struct's;
//   * .nullable() stands exactly at Nullable members; .nullable(since(1)): null is malformed before 1;
//   * .tagged(n) fields come last, in the order of n, wherever Kafka's definition has them.
//
// A field's versions are the definition's ("2+" is since(2)); without any it is in all. In versions without it a
// decoded message holds the default. A nullable field whose default is not null needs the initializer `= empty` or `=
// ""`.
//
// The struct's .cc is one line, OTTLA_WIRE_MESSAGE(DeleteTopicsRequest), from lowering.h, where the list becomes a
// Schema while compiling. The list itself is cheap to include.
#pragma once

#include <array>
#include <cstddef>

#include "core/wire/types.h"

namespace ottla::wire {

// What the list says of a member, beside which one it is.
struct FieldRule {
  Versions versions = always;
  Versions null_versions = never;
  bool nullable = false;
  int16_t tag = -1;
};

template <auto member>
struct FieldEntry : FieldRule {
  // Null is allowed in `when`, among the versions that have the field.
  [[nodiscard]] constexpr FieldEntry nullable(Versions when = always) const {
    FieldEntry entry = *this;
    entry.FieldRule::nullable = true;
    entry.null_versions = when;
    return entry;
  }
  [[nodiscard]] constexpr FieldEntry tagged(int16_t number) const {
    FieldEntry entry = *this;
    entry.tag = number;
    return entry;
  }
};

template <auto... members>
struct FieldList {
  static constexpr size_t kCount = sizeof...(members);
  std::array<FieldRule, kCount> rules;
};

template <auto member>
constexpr FieldEntry<member> field(Versions versions = always) {
  return {{.versions = versions}};
}

template <auto... members>
constexpr FieldList<members...> fields(FieldEntry<members>... entries) {
  return {{static_cast<FieldRule>(entries)...}};
}

}  // namespace ottla::wire
