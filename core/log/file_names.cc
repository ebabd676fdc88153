#include <algorithm>
#include <charconv>

#include "core/log/checkpoint_text.h"
#include "core/log/checkpoints.h"
#include "core/model/limits.h"
#include "core/model/topic_name.h"

namespace ottla {
namespace {

constexpr size_t kOffsetDigits = 20;
constexpr std::string_view kTemporarySuffix = ".tmp";  // of a file being replaced: core/io/whole_file.h
constexpr std::string_view kSuffixes[] = {kLogSuffix, kIndexSuffix, kTimeIndexSuffix, kAbortedIndexSuffix,
                                          kSnapshotSuffix};
constexpr std::string_view kStates[] = {"", kCleanedSuffix, kSwapSuffix, kDeletedSuffix, kTemporarySuffix};
constexpr size_t kUniqueDigits = 32;

bool is_hex_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

std::string hex(const Uuid& id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(kUniqueDigits);
  for (const uint8_t byte : id.bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

struct FolderParts {
  std::string_view topic;
  PartitionIndex partition;
};
std::optional<FolderParts> split_folder(std::string_view name) {
  const size_t dash = name.rfind('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto partition = read_decimal(name.substr(dash + 1), INT32_MAX);
  const std::string_view topic = name.substr(0, dash);
  if (!partition || topic_name_fault(topic)) return std::nullopt;
  return FolderParts{topic, PartitionIndex(static_cast<int32_t>(*partition))};
}

}  // namespace

std::string offset_file_name(Offset base, std::string_view suffix) {
  OTTLA_ASSERT(base >= Offset(0), base);
  char digits[kOffsetDigits];
  const auto [end, error] = std::to_chars(digits, digits + kOffsetDigits, base.value());
  std::string name(kOffsetDigits - static_cast<size_t>(end - digits), '0');
  name.append(digits, end);
  name.append(suffix);
  return name;
}

std::optional<OffsetFileName> parse_offset_file_name(std::string_view name) {
  if (name.size() < kOffsetDigits) return std::nullopt;
  const std::string_view digits = name.substr(0, kOffsetDigits);
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  int64_t base = 0;
  if (std::from_chars(digits.data(), digits.data() + digits.size(), base).ec != std::errc()) return std::nullopt;

  const std::string_view rest = name.substr(kOffsetDigits);
  for (const std::string_view suffix : kSuffixes) {
    if (!rest.starts_with(suffix)) continue;
    for (const std::string_view state : kStates) {
      if (rest.substr(suffix.size()) == state) return OffsetFileName{Offset(base), suffix, state};
    }
  }
  return std::nullopt;
}

std::optional<TopicPartition> parse_partition_folder(std::string_view name) {
  const auto parts = split_folder(name);
  if (!parts) return std::nullopt;
  return TopicPartition{std::string(parts->topic), parts->partition};
}

namespace {

std::string marked_folder_name(const TopicPartition& partition, const Uuid& unique, std::string_view suffix) {
  std::string end = "-" + std::to_string(partition.partition.value()) + "." + hex(unique);
  end += suffix;
  return partition.topic.substr(0, limits::kFileNameSizeMax - end.size()) + end;
}

}  // namespace

std::string deleted_folder_name(const TopicPartition& partition, const Uuid& unique) {
  return marked_folder_name(partition, unique, kFolderDeleteSuffix);
}

std::string stray_folder_name(const TopicPartition& partition, const Uuid& unique) {
  return marked_folder_name(partition, unique, kFolderStraySuffix);
}

bool is_deleted_folder(std::string_view name) {
  if (!name.ends_with(kFolderDeleteSuffix)) return false;
  name.remove_suffix(kFolderDeleteSuffix.size());
  if (name.size() <= kUniqueDigits) return false;
  const std::string_view unique = name.substr(name.size() - kUniqueDigits);
  name.remove_suffix(kUniqueDigits);
  if (!std::all_of(unique.begin(), unique.end(), is_hex_digit) || name.back() != '.') return false;
  name.remove_suffix(1);
  return split_folder(name).has_value();
}

}  // namespace ottla
