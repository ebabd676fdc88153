// ottla wire: Kafka's messages as JSON and back, for people who stare at packet captures.
//
//   ottla wire decode --api Metadata --version 12 --request 0200...      a body
//   ottla wire decode --request --header < capture.hex                   whole frames, which say what they are
//   ottla wire decode --record OffsetCommitValue 0003...                 a record, its version in front
//   ottla wire encode ... reads what decode prints, and prints hex.
//   ottla wire list                                                      what there is
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cluster/cli/message_json.h"
#include "cluster/cli/verbs.h"
#include "core/base/hex.h"
#include "core/base/json_writer.h"
#include "core/model/limits.h"
#include "core/wire/codec.h"
#include "core/wire/frame.h"
#include "core/wire/header.h"
#include "core/wire/internal_records.h"
#include "core/wire/registry.h"

namespace ottla::cli {
namespace {

using wire::ApiRow;
using wire::Arena;
using wire::Message;
using wire::Version;

struct WireOptions {
  std::string api;
  std::string record;
  std::optional<int> version;
  bool request = false;
  bool response = false;
  bool header = false;
  bool binary = false;
  bool compact = false;
  std::vector<std::string> input;
};

// --- input and output ---------------------------------------------------------------------------------------------

std::string read_standard_input() {
  std::string text;
  char part[65536];
  for (size_t size = 0; (size = std::fread(part, 1, sizeof part, stdin)) > 0;) text.append(part, size);
  if (std::ferror(stdin) != 0) throw Complaint("standard input could not be read");
  return text;
}

std::string input_text(const WireOptions& options) {
  if (options.input.empty()) return read_standard_input();
  std::string text;
  for (const std::string& part : options.input) (text += part) += ' ';
  return text;
}

Bytes input_bytes(const WireOptions& options) {
  if (options.binary && options.input.empty()) return Bytes::copy_of(BytesView::of(read_standard_input()));
  const auto bytes = hex_decode(input_text(options));
  if (!bytes) throw Complaint("the input is not hexadecimal: pairs of 0-9 and a-f, white space between pairs at most");
  return *bytes;
}

void print_bytes(const WireOptions& options, BytesView bytes) {
  if (options.binary) {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
  } else {
    std::puts(hex_encode(bytes).c_str());
  }
}

// --- what is meant ------------------------------------------------------------------------------------------------

std::string versions_text(wire::Versions versions) {
  return std::to_string(versions.first) + " to " + std::to_string(versions.last);
}

const ApiRow& find_api(const std::string& wanted) {
  int key = 0;
  const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), key);
  const bool is_number = error == std::errc() && end == wanted.data() + wanted.size();
  const bool is_key = is_number && key >= INT16_MIN && key <= INT16_MAX;
  const ApiRow* row = is_key ? wire::find_api(static_cast<int16_t>(key)) : wire::find_api(std::string_view(wanted));
  if (row == nullptr) throw Complaint("there is no API " + wanted + "; `ottla wire list` prints those there are");
  return *row;
}

Version checked_version(const char* name, wire::Versions versions, int version) {
  if (version < versions.first || version > versions.last) {
    throw Complaint(std::string(name) + " has versions " + versions_text(versions) + ", not " +
                    std::to_string(version));
  }
  return static_cast<Version>(version);
}

void check_options(const WireOptions& options) {
  if (!options.record.empty()) {
    if (!options.api.empty() || options.request || options.response || options.header) {
      throw Complaint("--record stands alone: it takes none of --api, --request, --response and --header");
    }
    return;
  }
  if (options.request == options.response)
    throw Complaint("say which it is: one of --request and --response, or --record NAME");
  const bool frame_says = options.header && options.request;
  if (!frame_says && options.api.empty())
    throw Complaint("--api NAME or KEY is missing (only a request's frame says what it is: --request --header)");
  if (!frame_says && !options.version) throw Complaint("--version is missing");
}

const Message& message_of(const ApiRow& row, const WireOptions& options) {
  return options.request ? row.request() : row.response();
}

// The struct of any message: zeroed memory that its table says how to fill.
void* make_struct(const Message& message, Arena& arena) {
  void* structure = arena.take(message.schema->size);
  message.schema->set_defaults(structure);
  return structure;
}

// --- decode -------------------------------------------------------------------------------------------------------

[[noreturn]] void refuse(const char* name, Version version, wire::Error error, size_t skipped = 0) {
  error.position += static_cast<uint32_t>(skipped);
  throw Complaint(std::string(name) + " version " + std::to_string(version) + ", " + error.text());
}

// `whole` is what the person gave, of which `body` is the end: positions in errors count from its start.
void decode_message(const Message& message, Version version, BytesView whole, BytesView body, Arena& arena,
                    JsonWriter& json) {
  void* structure = make_struct(message, arena);
  const auto decoded = wire::decode(message, body, version, arena, structure);
  if (!decoded.ok()) refuse(message.name(), version, decoded.error(), whole.size() - body.size());
  wire::write_json(message, structure, version, json);
}

void write_request_header(const wire::RequestHeader& header, JsonWriter& json) {
  json.begin_object();
  json.key("requestApiKey"), json.number(header.api_key);
  json.key("requestApiVersion"), json.number(header.api_version);
  json.key("correlationId"), json.number(header.correlation_id);
  json.key("clientId"), header.client_id ? json.string(header.client_id->view()) : json.null();
  json.end_object();
}

void decode_request_frame(BytesView frame, Arena& arena, JsonWriter& json) {
  wire::RequestHeader header;
  const auto body = wire::decode_request_header(frame, header);
  if (!body.ok()) throw Complaint("request header, " + body.error().text());
  const ApiRow* row = wire::find_api(header.api_key);
  if (row == nullptr)
    throw Complaint("the frame is of API key " + std::to_string(header.api_key) +
                    ", which is none of ours; `ottla wire list` prints those there are");
  const Version version = checked_version(row->name, row->versions(), header.api_version);
  json.begin_object();
  json.key("header"), write_request_header(header, json);
  json.key("body"), decode_message(row->request(), version, frame, *body, arena, json);
  json.end_object();
}

void decode_response_frame(const ApiRow& row, Version version, BytesView frame, Arena& arena, JsonWriter& json) {
  int32_t correlation_id = 0;
  const auto body = wire::decode_response_header(row.key, version, frame, correlation_id);
  if (!body.ok()) throw Complaint("response header, " + body.error().text());
  json.begin_object();
  json.key("header");
  json.begin_object();
  json.key("correlationId"), json.number(correlation_id);
  json.end_object();
  json.key("body"), decode_message(row.response(), version, frame, *body, arena, json);
  json.end_object();
}

void decode_record(const std::string& name, std::optional<int> version, BytesView bytes, Arena& arena,
                   JsonWriter& json) {
  const Message* message = wire::find_record(name);
  if (message == nullptr) throw Complaint("there is no record " + name + "; `ottla wire list` prints those there are");
  wire::OpenRecord open{message, 0, bytes};
  if (message->family == wire::RecordFamily::plain) {
    if (!version) throw Complaint(name + " does not carry its version: --version is missing");
    open.version = checked_version(message->name(), message->versions, *version);
  } else {
    const auto opened = wire::open_record(*message, bytes);
    if (!opened.ok()) throw Complaint(name + ", " + opened.error().text());
    open = *opened;
    if (version && *version != open.version)
      throw Complaint(name + " says that it is of version " + std::to_string(open.version) + ", not " +
                      std::to_string(*version));
  }
  json.begin_object();
  json.key("version"), json.number(open.version);
  json.key("data"), decode_message(*open.message, open.version, bytes, open.body, arena, json);
  json.end_object();
}

// Frames follow one another in a capture: each is printed on its own.
void decode_frames(const WireOptions& options, BytesView rest,
                   const std::function<void(BytesView, Arena&, JsonWriter&)>& decode_one) {
  Arena arena;
  if (rest.empty()) throw Complaint("there are no bytes to decode");
  while (!rest.empty()) {
    const auto size = wire::frame_size(rest, limits::kFrameSizeMax);
    if (!size.ok()) throw Complaint("frame, " + size.error().text());
    const size_t held = rest.size();
    if (!*size || **size > held - wire::kFramePrefixSize) {
      throw Complaint("the last frame is cut off: " + std::to_string(held) + " bytes are there" +
                      (*size ? ", " + std::to_string(**size + wire::kFramePrefixSize) + " belong to it" : ""));
    }
    std::string text;
    JsonWriter json(text, options.compact ? JsonWriter::Style::compact : JsonWriter::Style::indented);
    decode_one(rest.slice(wire::kFramePrefixSize, **size), arena, json);
    std::puts(text.c_str());
    arena.reset();
    rest = rest.from(wire::kFramePrefixSize + **size);
  }
}

void run_decode(const WireOptions& options) {
  check_options(options);
  const Bytes bytes = input_bytes(options);
  if (options.header && options.request) {
    decode_frames(options, bytes, decode_request_frame);
    return;
  }
  Arena arena;
  std::string text;
  JsonWriter json(text, options.compact ? JsonWriter::Style::compact : JsonWriter::Style::indented);
  if (!options.record.empty()) {
    decode_record(options.record, options.version, bytes, arena, json);
  } else {
    const ApiRow& row = find_api(options.api);
    const Version version = checked_version(row.name, row.versions(), *options.version);
    if (options.header) {
      decode_frames(options, bytes, [&](BytesView frame, Arena& of_frame, JsonWriter& out) {
        decode_response_frame(row, version, frame, of_frame, out);
      });
      return;
    }
    decode_message(message_of(row, options), version, bytes, bytes, arena, json);
  }
  std::puts(text.c_str());
}

// --- encode -------------------------------------------------------------------------------------------------------

void* struct_from_json(const nlohmann::json& json, const Message& message, Version version, Arena& arena) {
  void* structure = make_struct(message, arena);
  read_json(json, message, version, arena, structure);
  return structure;
}

// A member of an object that must be there, for the frame around a message.
const nlohmann::json& member(const nlohmann::json& object, const char* name) {
  if (!object.is_object() || !object.contains(name))
    throw Complaint(std::string("the JSON must be an object with a member \"") + name + "\"");
  return object.at(name);
}

template <class T>
T integer_member(const nlohmann::json& object, const char* name) {
  const nlohmann::json& value = member(object, name);
  // The library keeps what is above int64 unsigned, and would give it as a negative number.
  const bool huge = value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  if (!value.is_number_integer() || huge || value.get<int64_t>() < std::numeric_limits<T>::min() ||
      value.get<int64_t>() > std::numeric_limits<T>::max()) {
    throw Complaint(std::string(name) + " must be a whole number from " +
                    std::to_string(std::numeric_limits<T>::min()) + " to " +
                    std::to_string(std::numeric_limits<T>::max()));
  }
  return value.get<T>();
}

void check_encoded(const Message& message, Version version, const Result<void, wire::Error>& encoded) {
  if (!encoded.ok()) refuse(message.name(), version, encoded.error());
}

void encode_request_frame(const WireOptions& options, const nlohmann::json& json, Arena& arena, BytesBuffer& out) {
  const nlohmann::json& head = member(json, "header");
  wire::RequestHeader header;
  header.api_key = options.api.empty() ? integer_member<int16_t>(head, "requestApiKey") : find_api(options.api).key;
  const int version = options.version ? *options.version : integer_member<int16_t>(head, "requestApiVersion");
  header.correlation_id = integer_member<int32_t>(head, "correlationId");
  if (head.contains("clientId") && !head["clientId"].is_null()) {
    if (!head["clientId"].is_string()) throw Complaint("header.clientId must be a string or null");
    header.client_id = arena.copy(head["clientId"].get_ref<const std::string&>());
  }
  const ApiRow& row = find_api(std::to_string(header.api_key));
  header.api_version = checked_version(row.name, row.versions(), version);
  const void* structure = struct_from_json(member(json, "body"), row.request(), header.api_version, arena);
  check_encoded(row.request(), header.api_version, wire::encode_request(row.request(), structure, header, out));
}

void encode_record(const WireOptions& options, const nlohmann::json& json, Arena& arena, BytesBuffer& out) {
  const Message* message = wire::find_record(options.record);
  if (message == nullptr)
    throw Complaint("there is no record " + options.record + "; `ottla wire list` prints those there are");
  const int wanted = options.version ? *options.version : integer_member<int16_t>(json, "version");
  const Version version = checked_version(message->name(), message->versions, wanted);
  const void* structure = struct_from_json(member(json, "data"), *message, version, arena);
  wire::write_record_prefix(*message, version, out);
  check_encoded(*message, version, wire::encode(*message, structure, version, out));
}

void run_encode(const WireOptions& options) {
  check_options(options);
  const nlohmann::json json = parse_json(input_text(options));
  Arena arena;
  BytesBuffer out;
  if (!options.record.empty()) {
    encode_record(options, json, arena, out);
  } else if (options.header && options.request) {
    encode_request_frame(options, json, arena, out);
  } else {
    const ApiRow& row = find_api(options.api);
    const Version version = checked_version(row.name, row.versions(), *options.version);
    const Message& message = message_of(row, options);
    if (options.header) {
      const auto correlation_id = integer_member<int32_t>(member(json, "header"), "correlationId");
      const void* structure = struct_from_json(member(json, "body"), message, version, arena);
      check_encoded(message, version, wire::encode_response(message, structure, version, correlation_id, out));
    } else {
      const void* structure = struct_from_json(json, message, version, arena);
      check_encoded(message, version, wire::encode(message, structure, version, out));
    }
  }
  print_bytes(options, out.view());
}

// --- list ---------------------------------------------------------------------------------------------------------

void run_list() {
  std::printf("%-5s %-36s %s\n", "key", "API", "versions");
  for (const ApiRow& row : wire::apis())
    std::printf("%-5d %-36s %s\n", row.key, row.name, versions_text(row.versions()).c_str());
  std::printf("\n%-42s %s\n", "record", "versions");
  for (const wire::MessageTable table : wire::internal_records())
    std::printf("%-42s %s\n", table().name(), versions_text(table().versions).c_str());
}

void add_options(CLI::App& verb, WireOptions& options, const char* input) {
  verb.add_option("--api", options.api, "the API's name or key, as in Metadata or 3");
  verb.add_option("--version", options.version, "the version of the message");
  verb.add_flag("--request", options.request, "it is a request");
  verb.add_flag("--response", options.response, "it is a response");
  verb.add_option("--record", options.record,
                  "it is a record of this name, as in OffsetCommitValue, its version in front");
  verb.add_flag("--header", options.header, "whole frames: size, header and body");
  verb.add_flag("--binary", options.binary, "bytes instead of hexadecimal");
  verb.add_option("input", options.input, input);
}

}  // namespace

void add_wire_verb(CLI::App& program) {
  auto options = std::make_shared<WireOptions>();
  CLI::App* verb = program.add_subcommand("wire", "Kafka's messages as JSON and back");
  verb->require_subcommand(1);
  CLI::App* decode = verb->add_subcommand("decode", "bytes to JSON");
  add_options(*decode, *options, "hexadecimal; standard input when absent");
  decode->add_flag("--compact", options->compact, "each message on one line");
  decode->callback([options] { run_decode(*options); });
  CLI::App* encode = verb->add_subcommand("encode", "JSON to bytes");
  add_options(*encode, *options, "JSON; standard input when absent");
  encode->callback([options] { run_encode(*options); });
  verb->add_subcommand("list", "the APIs and records there are")->callback(run_list);
}

}  // namespace ottla::cli
