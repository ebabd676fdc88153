#include "core/model/errors.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "core/base/assert.h"

namespace ottla {
namespace {

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Kafka's spelling is ours in capitals, made while compiling so that no row says it twice.
template <size_t kSize>
constexpr std::array<char, kSize> capitals(const char (&text)[kSize]) {
  std::array<char, kSize> letters{};
  for (size_t i = 0; i < kSize; ++i) letters[i] = upper(text[i]);
  return letters;
}

#define OTTLA_ERROR(number, name, class_, meaning) constexpr auto kName_##name = capitals(#name);
#include "core/model/errors.inc"
#undef OTTLA_ERROR

constexpr ErrorInfo kErrors[] = {
#define OTTLA_ERROR(number, name, class_, meaning) \
  {ErrorCode::name, {kName_##name.data(), kName_##name.size() - 1}, #name, ErrorClass::class_, meaning},
#include "core/model/errors.inc"
#undef OTTLA_ERROR
};

constexpr int16_t kKafkaFirst = -1;
constexpr int16_t kKafkaLast = 136;
constexpr int16_t kLocalFirst = -101;
constexpr size_t kKafkaCount = kKafkaLast - kKafkaFirst + 1;
constexpr size_t kLocalCount = std::size(kErrors) - kKafkaCount;
constexpr size_t kUnknownIndex = 0;

constexpr size_t index_of(int16_t number) {
  if (number >= kKafkaFirst && number <= kKafkaLast) return static_cast<size_t>(number - kKafkaFirst);
  if (number <= kLocalFirst && number > kLocalFirst - static_cast<int>(kLocalCount)) {
    return kKafkaCount + static_cast<size_t>(kLocalFirst - number);
  }
  return kUnknownIndex;
}

static_assert(kErrors[kUnknownIndex].code == ErrorCode::unknown_server_error);
static_assert(
    [] {
      for (size_t i = 0; i < std::size(kErrors); ++i) {
        if (index_of(static_cast<int16_t>(kErrors[i].code)) != i) return false;
      }
      return true;
    }(),
    "errors.inc: numbers must follow each other without a gap");

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return upper(x) == upper(y); });
}

}  // namespace

std::span<const ErrorInfo> errors() { return kErrors; }

const ErrorInfo& error_info(ErrorCode code) { return kErrors[index_of(static_cast<int16_t>(code))]; }

ErrorCode error_from_wire(int16_t number) {
  return number < kKafkaFirst ? ErrorCode::unknown_server_error : kErrors[index_of(number)].code;
}

const ErrorInfo* find_error(std::string_view name) {
  const auto* found = std::find_if(std::begin(kErrors), std::end(kErrors),
                                   [&](const ErrorInfo& row) { return same_letters(row.name, name); });
  return found == std::end(kErrors) ? nullptr : found;
}

std::string_view error_class_name(ErrorClass error_class) {
  switch (error_class) {
    case ErrorClass::success: return "success";
    case ErrorClass::refused: return "refused";
    case ErrorClass::retriable: return "retriable";
    case ErrorClass::refresh: return "retriable after a metadata refresh";
    case ErrorClass::abortable: return "abortable";
    case ErrorClass::fatal: return "fatal";
  }
  OTTLA_UNREACHABLE("an error class without a name");
}

}  // namespace ottla
