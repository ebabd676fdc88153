#include "cluster/cli/file_dump.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "core/base/hex.h"
#include "core/base/utf8.h"

namespace ottla::cli {
namespace {

bool is_readable(std::string_view text) {
  const bool plain = std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return plain && is_utf8(text);
}

std::string for_people(std::optional<BytesView> value) {
  if (!value) return "null";
  const std::string_view text = value->text();
  if (!is_readable(text)) return "0x" + hex_encode(*value);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

void write_bytes(JsonWriter& json, std::optional<BytesView> value) { value ? json.base64(*value) : json.null(); }

}  // namespace

DumpLine::DumpLine(std::string_view file, std::string_view type, bool json) : out_(std::make_unique<std::string>()) {
  if (!json) {
    out_->append(type);
    return;
  }
  json_ = std::make_unique<JsonWriter>(*out_);
  json_->begin_object();
  text("file", file);
  text("type", type);
}

void DumpLine::begin_member(std::string_view name) {
  if (json_) {
    json_->key(name);
  } else {
    out_->append(" ").append(name).append(": ");
  }
}

void DumpLine::number(std::string_view name, int64_t value) {
  begin_member(name);
  json_ ? json_->number(value) : void(out_->append(std::to_string(value)));
}

void DumpLine::boolean(std::string_view name, bool value) {
  begin_member(name);
  json_ ? json_->boolean(value) : void(out_->append(value ? "true" : "false"));
}

void DumpLine::text(std::string_view name, std::string_view value) {
  begin_member(name);
  json_ ? json_->string(value) : void(out_->append(value));
}

void DumpLine::bytes(std::string_view name, std::optional<BytesView> value) {
  begin_member(name);
  json_ ? write_bytes(*json_, value) : void(out_->append(for_people(value)));
}

void DumpLine::headers(std::string_view name, HeadersView headers) {
  if (json_) {
    json_->key(name);
    json_->begin_array();
    for (const HeaderView& header : headers) {
      json_->begin_object();
      json_->key("key"), json_->base64(header.key);
      json_->key("value"), write_bytes(*json_, header.value);
      json_->end_object();
    }
    json_->end_array();
  } else if (headers.count() > 0) {
    begin_member(name);
    std::string_view between = "[";
    for (const HeaderView& header : headers) {
      out_->append(between).append(for_people(header.key)).append("=").append(for_people(header.value));
      between = ", ";
    }
    out_->append("]");
  }
}

FileDump::FileDump(std::string path, DumpOptions options) : path_(std::move(path)), options_(options) {
  if (!options_.json) std::printf("%s\n", path_.c_str());
}

void FileDump::print(DumpLine line) {
  if (line.json_) line.json_->end_object();
  std::puts(line.out_->c_str());
}

void FileDump::problem(std::optional<int64_t> position, std::string_view what) {
  damaged_ = true;
  if (options_.json) {
    DumpLine found = line("problem");
    if (position) found.number("position", *position);
    found.text("problem", what);
    print(std::move(found));
  }
  const std::string place = position ? "position " + std::to_string(*position) + ": " : "";
  std::fflush(stdout);  // so that a person who sees both finds this where it belongs
  std::fprintf(stderr, "ottla: %s: %s%.*s\n", path_.c_str(), place.c_str(), static_cast<int>(what.size()), what.data());
}

}  // namespace ottla::cli
