#include "core/wire/codec.h"
#include "core/wire/tags.h"

namespace ottla::wire {
namespace {

void write_struct(const Schema& schema, const void* structure, Version version, JsonWriter& json);

void write_one(const Field& field, const void* value, Version version, JsonWriter& json) {
  switch (field.kind) {
    case Kind::boolean: json.boolean(value_at<bool>(value)); return;
    case Kind::int8: json.number(value_at<int8_t>(value)); return;
    case Kind::int16: json.number(value_at<int16_t>(value)); return;
    case Kind::uint16: json.number(value_at<uint16_t>(value)); return;
    case Kind::int32: json.number(value_at<int32_t>(value)); return;
    case Kind::uint32: json.number(value_at<uint32_t>(value)); return;
    case Kind::int64: json.number(value_at<int64_t>(value)); return;
    case Kind::float64: json.number(value_at<double>(value)); return;
    case Kind::uuid: json.string(value_at<Uuid>(value).text()); return;
    case Kind::string: json.string(value_at<String>(value).view()); return;
    case Kind::bytes: json.base64(value_at<Bytes>(value).view()); return;
    case Kind::records: {
      const auto records = value_at<Records>(value);
      records.is_elsewhere() ? json.number(records.size()) : json.base64(records.view());
      return;
    }
    case Kind::structure: write_struct(*field.nested, value, version, json); return;
  }
}

void write_member(const Field& field, const void* structure, Version version, JsonWriter& json) {
  const void* member = field.in(structure);
  if (field.null_in(structure)) {
    json.null();
  } else if (field.array) {
    const View view = view_at(member);
    json.begin_array();
    for (uint32_t i = 0; i < view.count; ++i) write_one(field, element_at(view, element_size(field), i), version, json);
    json.end_array();
  } else {
    write_one(field, field.is_pointer() ? pointee_at(member) : member, version, json);
  }
}

void write_struct(const Schema& schema, const void* structure, Version version, JsonWriter& json) {
  json.begin_object();
  for (const Field& field : schema.all()) {
    const bool present =
        field.tagged() ? is_written_tag(field, schema, structure, version) : field.versions.contains(version);
    if (!present) continue;
    json.key(field.name);
    write_member(field, structure, version, json);
  }
  json.end_object();
}

}  // namespace

void write_json(const Message& message, const void* structure, Version version, JsonWriter& json) {
  OTTLA_ASSERT(message.versions.contains(version), message.name(), version);
  write_struct(*message.schema, structure, version, json);
}

}  // namespace ottla::wire
