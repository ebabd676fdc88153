#include <algorithm>

#include "core/base/endian.h"
#include "core/base/hex.h"
#include "core/base/json_writer.h"
#include "core/model/errors.h"
#include "core/record/record_iterator.h"
#include "core/sim/world/scenario_text.h"
#include "core/wire/codec.h"

namespace ottla::sim {

namespace {

using wire::Field;
using wire::Kind;
using wire::Schema;

// What no two runs agree on: shown as "*", or 0 where it is a number, if it is there at all.
constexpr std::string_view kMasked[] = {"host",       "port",        "clusterId",       "logDir",
                                        "totalBytes", "usableBytes", "logAppendTimeMs", "sessionId"};

bool is_masked(std::string_view name) {
  return std::find(std::begin(kMasked), std::end(kMasked), name) != std::end(kMasked);
}

bool is_plain(std::string_view text) {
  return !text.empty() && text != "null" && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._-*/").find(c) != std::string_view::npos;
  });
}

class Printer {
 public:
  Printer(std::string& out, wire::Version version) : out_(out), version_(version) {}

  void fields(const Schema& schema, const void* structure) {
    bool first = true;
    for (const Field& field : schema.all()) {
      if (!field.versions.contains(version_) || wire::equal_member(field, structure, schema.prototype)) continue;
      if (!std::exchange(first, false)) out_ += ' ';
      (out_ += field.name) += ':';
      member(field, structure);
    }
  }

 private:
  void member(const Field& field, const void* structure) {
    const void* at = field.in(structure);
    if (field.null_in(structure)) {
      out_ += "null";
    } else if (field.array) {
      const wire::View view = wire::view_at(at);
      out_ += '[';
      for (size_t i = 0; i < view.count; ++i) {
        if (i > 0) out_ += ' ';
        value(field, wire::element_at(view, wire::element_size(field), i));
      }
      out_ += ']';
    } else {
      value(field, field.is_pointer() ? wire::pointee_at(at) : at);
    }
  }

  void value(const Field& field, const void* at) {
    switch (field.kind) {
      case Kind::boolean: out_ += wire::value_at<bool>(at) ? "true" : "false"; return;
      case Kind::int8: return number(wire::value_at<int8_t>(at));
      case Kind::int16:
        if (std::string_view(field.name).ends_with("rrorCode")) {
          out_ += error_name(error_from_wire(wire::value_at<int16_t>(at)));
          return;
        }
        return number(wire::value_at<int16_t>(at));
      case Kind::uint16: return number(wire::value_at<uint16_t>(at));
      case Kind::int32: return number(wire::value_at<int32_t>(at));
      case Kind::uint32: return number(wire::value_at<uint32_t>(at));
      case Kind::int64: return number(wire::value_at<int64_t>(at));
      case Kind::float64: {
        JsonWriter json(out_);
        json.number(wire::value_at<double>(at));
        return;
      }
      case Kind::uuid: return id(wire::value_at<Uuid>(at));
      case Kind::string:
      case Kind::bytes: return text(wire::value_at<wire::Bytes>(at).view().text());
      case Kind::records: return records(wire::value_at<wire::Records>(at).view());
      case Kind::structure:
        out_ += '{';
        fields(*field.nested, at);
        out_ += '}';
        return;
    }
  }

  void number(int64_t value) { out_ += std::to_string(value); }

  // Masked ids are small numbers.
  void id(const Uuid& id) {
    if (std::all_of(id.bytes.begin(), id.bytes.end() - 2, [](uint8_t byte) { return byte == 0; })) {
      out_ += '#';
      number(load_be<uint16_t>(id.bytes.data() + 14));
    } else {
      out_ += id.text();
    }
  }

  void text(std::string_view text) {
    if (is_plain(text)) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        (out_ += '\\') += c;
      } else if (static_cast<uint8_t>(c) < 0x20 || static_cast<uint8_t>(c) >= 0x7f) {
        const auto byte = static_cast<uint8_t>(c);
        (out_ += "\\x") += hex_encode({&byte, 1});
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  void records(BytesView bytes) {
    out_ += '[';
    bool first = true;
    while (!bytes.empty()) {
      const auto batch = BatchView::first_of(bytes);
      if (!batch.ok()) {
        out_ += "!torn";
        break;
      }
      bytes = bytes.from(batch.value().size());
      DecompressionScratch scratch;
      RecordIterator records(batch.value(), scratch);
      RecordView record;
      for (;;) {
        const auto more = records.next(record);
        if (!more.ok()) out_ += "!damaged";
        if (!more.ok() || !more.value()) break;
        if (!std::exchange(first, false)) out_ += ' ';
        number(record.offset().value());
        out_ += ':';
        if (record.has_key()) text(record.key()->text());
        out_ += '=';
        if (record.has_value())
          text(record.value()->text());
        else
          out_ += "null";
      }
    }
    out_ += ']';
  }

  std::string& out_;
  wire::Version version_;
};

}  // namespace

std::string scenario_print(const wire::Message& message, const void* structure, wire::Version version) {
  std::string out;
  Printer(out, version).fields(*message.schema, structure);
  return out;
}

Uuid ScenarioMasks::mask_id(const Uuid& id) {
  if (id.is_zero()) return id;
  auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found == ids_.end()) found = ids_.insert(ids_.end(), id);
  Uuid masked;
  store_be(masked.bytes.data() + 14, static_cast<uint16_t>(found - ids_.begin() + 1));
  return masked;
}

void ScenarioMasks::mask(const Schema& schema, void* structure, wire::Arena& arena) {
  for (const Field& field : schema.all()) {
    if (field.null_in(structure)) continue;
    void* at = field.in(structure);
    const bool masked = is_masked(field.name) && !wire::equal_member(field, structure, schema.prototype);
    size_t count = 1;
    if (field.array) {
      const wire::View view = wire::view_at(at);
      count = view.count;
      at = const_cast<void*>(view.data);
    } else if (field.is_pointer()) {
      at = const_cast<void*>(wire::pointee_at(at));
    }
    for (size_t i = 0; i < count; ++i) {
      void* element = static_cast<std::byte*>(at) + i * wire::element_size(field);
      switch (field.kind) {
        case Kind::structure: mask(*field.nested, element, arena); break;
        case Kind::uuid: wire::set_value(element, mask_id(wire::value_at<Uuid>(element))); break;
        case Kind::string:
          if (masked) wire::set_value(element, arena.copy("*"));
          break;
        case Kind::int32:
          if (masked) wire::set_value(element, int32_t{0});
          break;
        case Kind::uint16:
          if (masked) wire::set_value(element, uint16_t{0});
          break;
        case Kind::int64:
          if (masked) wire::set_value(element, int64_t{0});
          break;
        default: break;
      }
    }
  }
}

}  // namespace ottla::sim
