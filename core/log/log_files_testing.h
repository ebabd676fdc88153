// Files as strings for tests: what Kafka wrote, and every way to damage a few bytes.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/hex.h"
#include "core/log/log_error.h"

namespace ottla::log_testing {

struct GoldenFile {
  std::string name;
  std::string bytes;
  nlohmann::json expected;
};

// The lines of a file of testdata/, split at tabs.
inline std::vector<std::vector<std::string>> golden_lines(const std::string& file) {
  std::vector<std::vector<std::string>> lines;
  std::ifstream in(std::string(OTTLA_SOURCE_DIR "/core/log/testdata/") + file);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string>& fields = lines.emplace_back(1);
    for (const char c : line) c == '\t' ? (void)fields.emplace_back() : fields.back().push_back(c);
  }
  EXPECT_FALSE(lines.empty()) << file;
  return lines;
}

// A file of testdata/files.tsv; its README.md says what is in it. Fails the running test when there is none.
inline GoldenFile golden_file(std::string_view name) {
  static const auto lines = golden_lines("files.tsv");
  for (const auto& fields : lines) {
    if (fields[0] != name) continue;
    return {fields[0], std::string(hex_decode(fields.at(1))->view().text()), nlohmann::json::parse(fields.at(2))};
  }
  ADD_FAILURE() << "no golden file " << name;
  return {};
}

// What `encode` writes behind bytes that were there before, which stay.
template <class Encode>
std::string written_by(Encode encode) {
  BytesBuffer out;
  out.append(BytesView::of("before"));
  encode(out);
  EXPECT_EQ(out.view().first(6).text(), "before");
  return std::string(out.view().from(6).text());
}

template <class T>
std::string encoded(const T& value) {
  return written_by([&](BytesBuffer& out) { value.encode(out); });
}

inline auto flaw_of(const auto& result) {
  return result.ok() ? std::string("accepted") : std::string(text(result.error()));
}

template <class T>
std::string flaw_of_log(const LogResult<T>& result) {
  return result.ok() ? std::string("accepted") : std::string(text(result.error().code()));
}

// A beginning of the bytes is refused, whatever is missing; so is anything behind them.
template <class Decode>
void expect_cuts_refused(const std::string& bytes, Decode decode) {
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(BytesView::of(std::string_view(bytes).substr(0, size))).ok()) << "cut to " << size;
  }
  for (const char c : {'\0', '\n', '1', '\xff'}) {
    const std::string longer = bytes + c;
    EXPECT_FALSE(decode(BytesView::of(longer)).ok()) << "followed by " << static_cast<int>(c);
  }
}

// The same where entries of one size stand one behind the other: a cut between two leaves a shorter file.
template <class Decode>
void expect_cuts_within_entries_refused(const std::string& bytes, size_t entry_size, Decode decode) {
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto result = decode(BytesView::of(std::string_view(bytes).substr(0, size)));
    EXPECT_EQ(result.ok(), size % entry_size == 0) << "cut to " << size;
    if (result.ok()) {
      EXPECT_EQ(encoded(*result), bytes.substr(0, size));
    }
  }
}

// Every flip of a bit is refused.
template <class Decode>
void expect_flips_refused(const std::string& bytes, Decode decode) {
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode(BytesView::of(damaged)).ok()) << "bit " << bit % 8 << " of byte " << bit / 8;
  }
}

// For formats without a checksum: a flip is refused or means something, which is written with just those bytes. Returns
// how many are refused.
template <class Decode, class Write>
size_t flips_refused_or_meant(const std::string& bytes, Decode decode, Write write) {
  size_t refused = 0;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto result = decode(BytesView::of(damaged));
    if (!result.ok()) {
      ++refused;
    } else {
      EXPECT_EQ(write(result.value()), damaged) << "bit " << bit % 8 << " of byte " << bit / 8;
    }
  }
  return refused;
}

}  // namespace ottla::log_testing
