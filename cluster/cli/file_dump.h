// What `ottla log dump` prints of one file: a line for each thing found in it, and what is wrong.
//
//   DumpLine line = dump.line("batch");
//   line.number("position", position), line.boolean("crcValid", valid);
//   dump.print(std::move(line));
//
// For people a line is `batch position: 0 crcValid: true`; with --json it is an object with the members "file" and "type"
// before its own, whose names are camelCase as in Kafka's tools.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/json_writer.h"
#include "core/base/time.h"
#include "core/io/io_error.h"
#include "core/log/log_error.h"
#include "core/record/record_iterator.h"

namespace ottla::cli {

struct DumpOptions {
  bool records = false;  // what is inside batches and summaries, too
  bool json = false;
};

class DumpLine {
 public:
  void number(std::string_view name, int64_t value);
  void boolean(std::string_view name, bool value);
  void text(std::string_view name, std::string_view value);
  void time(std::string_view name, Timestamp at) { number(name, at.ms()); }
  // JSON: base64 or null. For people: the text in quotes where it is one, else 0x and hexadecimal.
  void bytes(std::string_view name, std::optional<BytesView> value);
  void headers(std::string_view name, HeadersView headers);

 private:
  friend class FileDump;
  DumpLine(std::string_view file, std::string_view type, bool json);
  void begin_member(std::string_view name);

  std::unique_ptr<std::string> out_;  // stays where it is: the writer knows it
  std::unique_ptr<JsonWriter> json_;  // null for people
};

class FileDump {
 public:
  FileDump(std::string path, DumpOptions options);

  [[nodiscard]] bool records() const { return options_.records; }
  [[nodiscard]] bool damaged() const { return damaged_; }

  [[nodiscard]] DumpLine line(std::string_view type) const { return {path_, type, options_.json}; }
  static void print(DumpLine line);

  // Says what is wrong, on standard error and, with --json, in a line of type "problem".
  void problem(std::optional<int64_t> position, std::string_view what);
  void problem(FormatFlaw flaw) { problem(std::nullopt, text(flaw)); }
  void problem(IoError error) { problem(std::nullopt, describe(error, path_)); }

 private:
  std::string path_;
  DumpOptions options_;
  bool damaged_ = false;
};

}  // namespace ottla::cli
