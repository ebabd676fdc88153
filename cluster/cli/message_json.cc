#include "cluster/cli/message_json.h"

#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/base64.h"
#include "core/base/uuid.h"
#include "core/model/limits.h"

namespace ottla::cli {
namespace {

using nlohmann::json;
using wire::Arena;
using wire::Field;
using wire::Kind;
using wire::Schema;
using wire::Version;
using wire::View;

// Where in the JSON the reader is, as a person would write it. Only read when something is wrong.
struct Place {
  const Place* outer = nullptr;
  const char* name = nullptr;  // null: an element of the array `outer`
  size_t index = 0;

  [[nodiscard]] std::string text() const {
    std::string path = outer == nullptr ? "" : outer->text();
    if (name == nullptr) return outer == nullptr ? "the message" : path + "[" + std::to_string(index) + "]";
    return outer == nullptr || outer->outer == nullptr ? name : path + "." + name;
  }
};

[[noreturn]] void refuse(const Place& at, const std::string& what) { throw BadJson(at.text() + ": " + what); }
[[noreturn]] void refuse_type(const Place& at, const char* wanted, const json& value) {
  refuse(at, std::string("must be ") + wanted + ", not " +
                 (value.is_null() ? "null" : "a value of type " + std::string(value.type_name())));
}

template <class T>
void read_integer(const json& value, const Place& at, void* to) {
  constexpr auto kLeast = std::numeric_limits<T>::min();
  constexpr auto kMost = std::numeric_limits<T>::max();
  if (!value.is_number_integer()) refuse_type(at, "a whole number", value);
  const bool fits = value.is_number_unsigned() ? value.get<uint64_t>() <= static_cast<uint64_t>(kMost)
                                               : value.get<int64_t>() >= static_cast<int64_t>(kLeast) &&
                                                     value.get<int64_t>() <= static_cast<int64_t>(kMost);
  if (!fits)
    refuse(at, "must be from " + std::to_string(kLeast) + " to " + std::to_string(kMost) + ", not " + value.dump());
  wire::set_value(to, value.get<T>());
}

void read_double(const json& value, const Place& at, void* to) {
  double number = 0;
  if (value.is_number()) {
    number = value.get<double>();
  } else if (value == "NaN") {
    number = std::numeric_limits<double>::quiet_NaN();
  } else if (value == "Infinity") {
    number = std::numeric_limits<double>::infinity();
  } else if (value == "-Infinity") {
    number = -std::numeric_limits<double>::infinity();
  } else {
    refuse_type(at, "a number", value);
  }
  wire::set_value(to, number);
}

View copy_bytes(BytesView bytes, Arena& arena) {
  void* to = arena.take(bytes.size());
  if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
  return {to, bytes.size()};
}

void read_string(const json& value, const Place& at, Arena& arena, void* to) {
  if (!value.is_string()) refuse_type(at, "a string", value);
  wire::set_value(to, copy_bytes(BytesView::of(value.get_ref<const std::string&>()), arena));
}

void read_bytes(const json& value, const Place& at, Arena& arena, void* to) {
  if (!value.is_string()) refuse_type(at, "a string of base64", value);
  const auto bytes = base64_decode(value.get_ref<const std::string&>());
  if (!bytes) refuse(at, "must be base64 with padding, not " + value.dump());
  wire::set_value(to, copy_bytes(*bytes, arena));
}

void read_uuid(const json& value, const Place& at, void* to) {
  if (!value.is_string()) refuse_type(at, "an id of 22 characters", value);
  const auto id = Uuid::parse(value.get_ref<const std::string&>());
  if (!id) refuse(at, "must be an id of 22 URL-safe base64 characters, not " + value.dump());
  wire::set_value(to, *id);
}

void read_struct(const json& object, const Schema& schema, Version version, const Place& at, Arena& arena, void* to);

void read_one(const json& value, const Field& field, Version version, const Place& at, Arena& arena, void* to) {
  switch (field.kind) {
    case Kind::boolean:
      if (!value.is_boolean()) refuse_type(at, "true or false", value);
      wire::set_value(to, value.get<bool>());
      return;
    case Kind::int8: read_integer<int8_t>(value, at, to); return;
    case Kind::int16: read_integer<int16_t>(value, at, to); return;
    case Kind::uint16: read_integer<uint16_t>(value, at, to); return;
    case Kind::int32: read_integer<int32_t>(value, at, to); return;
    case Kind::uint32: read_integer<uint32_t>(value, at, to); return;
    case Kind::int64: read_integer<int64_t>(value, at, to); return;
    case Kind::float64: read_double(value, at, to); return;
    case Kind::uuid: read_uuid(value, at, to); return;
    case Kind::string: read_string(value, at, arena, to); return;
    case Kind::bytes:
    case Kind::records: read_bytes(value, at, arena, to); return;
    case Kind::structure: read_struct(value, *field.nested, version, at, arena, to); return;
  }
}

void read_null(const Field& field, Version version, const Place& at, void* member) {
  if (!field.nullable_type || !field.null_versions.contains(version)) {
    refuse(at, "may not be null in version " + std::to_string(version));
  }
  if (field.is_view()) {
    wire::set_null_view(member);
  } else {
    wire::set_value<const void*>(member, nullptr);
  }
}

void read_array(const json& value, const Field& field, Version version, const Place& at, Arena& arena, void* member) {
  if (!value.is_array()) refuse_type(at, "an array", value);
  const size_t size = wire::element_size(field);
  auto* elements = static_cast<std::byte*>(arena.take(size * value.size()));
  for (size_t i = 0; i < value.size(); ++i) {
    const Place element{&at, nullptr, i};
    read_one(value[i], field, version, element, arena, elements + size * i);
  }
  wire::set_value(member, View(elements, value.size()));
}

void read_member(const json& value, const Field& field, Version version, const Place& at, Arena& arena, void* member) {
  if (value.is_null()) {
    read_null(field, version, at, member);
  } else if (field.array) {
    read_array(value, field, version, at, arena, member);
  } else if (field.is_pointer()) {
    void* structure = arena.take(field.nested->size);
    read_struct(value, *field.nested, version, at, arena, structure);
    wire::set_value<const void*>(member, structure);
  } else {
    read_one(value, field, version, at, arena, member);
  }
}

std::string versions_text(wire::Versions versions) {
  const std::string first = std::to_string(versions.first);
  if (versions.last == wire::kVersionLast) return first + " and later";
  return versions.first == versions.last ? first : first + " to " + std::to_string(versions.last);
}

std::string names_of(const Schema& schema, Version version) {
  std::string names;
  for (const Field& field : schema.all()) {
    if (!field.versions.contains(version)) continue;
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  }
  return names.empty() ? "no fields" : names;
}

void read_struct(const json& object, const Schema& schema, Version version, const Place& at, Arena& arena, void* to) {
  if (!object.is_object()) refuse_type(at, "an object", object);
  schema.set_defaults(to);
  for (const auto& [name, value] : object.items()) {
    const Field* field = schema.find(name);
    const Place member{&at, field == nullptr ? name.c_str() : field->name};
    if (field == nullptr) {
      refuse(member, std::string(schema.name) + " has no such field; in version " + std::to_string(version) +
                         " it has " + names_of(schema, version));
    }
    if (!field->versions.contains(version)) {
      refuse(member, "is not in version " + std::to_string(version) + ", only in " + versions_text(field->versions));
    }
    read_member(value, *field, version, member, arena, field->in(to));
  }
}

}  // namespace

void read_json(const json& json, const wire::Message& message, Version version, Arena& arena, void* out) {
  read_struct(json, *message.schema, version, Place{}, arena, out);
}

json parse_json(const std::string& text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    // The library's text begins with its own bracketed code, which tells nobody anything.
    const std::string what = error.what();
    const size_t end = what.find("] ");
    throw BadJson("not JSON: " + (end == std::string::npos ? what : what.substr(end + 2)));
  }
}

}  // namespace ottla::cli
