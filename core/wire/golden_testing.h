// The golden messages of testdata/golden, read for tests: one line a message, made by Kafka's own classes.
#pragma once

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hex.h"
#include "core/wire/internal_records.h"
#include "core/wire/registry.h"

namespace ottla::wire {

struct GoldenLine {
  std::string where;  // "3.9.1.tsv:17"
  std::string name;
  Version version = 0;
  ottla::Bytes bytes;
  std::string json;
  bool has_unknown_tags = false;  // "4.4.0+tags": decoding drops them, so its bytes do not come back
};

inline std::vector<GoldenLine> read_golden_file(const std::filesystem::path& path) {
  std::vector<GoldenLine> lines;
  std::ifstream in(path);
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    std::vector<std::string_view> cells;
    std::string_view rest = text;
    for (size_t tab = rest.find('\t'); tab != std::string_view::npos && cells.size() < 4; tab = rest.find('\t')) {
      cells.push_back(rest.substr(0, tab));
      rest = rest.substr(tab + 1);
    }
    GoldenLine line;
    line.where = path.filename().string() + ":" + std::to_string(number);
    if (cells.size() != 4) throw std::runtime_error(line.where + ": not five cells");
    line.name = cells[1];
    line.json = rest;
    line.has_unknown_tags = cells[0].ends_with("+tags");
    const auto parsed = std::from_chars(cells[2].data(), cells[2].data() + cells[2].size(), line.version);
    const auto bytes = hex_decode(cells[3]);
    if (parsed.ec != std::errc() || !bytes) throw std::runtime_error(line.where + ": no version or no bytes");
    line.bytes = *bytes;
    lines.push_back(std::move(line));
  }
  return lines;
}

inline constexpr std::string_view kGoldenHeaders = "4.4.0-headers.tsv";

// All lines but those of headers, which no table describes.
inline const std::vector<GoldenLine>& golden_lines() {
  static const std::vector<GoldenLine> lines = [] {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(OTTLA_SOURCE_DIR "/core/wire/testdata/golden")) {
      if (entry.path().extension() == ".tsv" && entry.path().filename() != kGoldenHeaders)
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<GoldenLine> all;
    for (const auto& path : paths) {
      auto some = read_golden_file(path);
      all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return all;
  }();
  return lines;
}

inline const Message* golden_message(const GoldenLine& line) {
  const Message* message = find_message(line.name);
  return message != nullptr ? message : find_record(line.name);
}

// Memory for a struct of any message.
class AnyMessage {
 public:
  explicit AnyMessage(const Message& message) : memory_((message.schema->size + 7) / 8) {}
  void* get() { return memory_.data(); }

 private:
  std::vector<uint64_t> memory_;
};

}  // namespace ottla::wire
