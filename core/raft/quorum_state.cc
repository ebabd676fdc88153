#include "core/raft/quorum_state.h"

#include <algorithm>

#include "core/base/json_writer.h"
#include "core/model/limits.h"
#include "core/model/settings.h"

namespace ottla {

namespace {

// As much of JSON as the file has: an object of numbers and texts without escapes, and lists of such objects. What has
// another shape is not the file.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<std::string_view> text() {
    if (!take('"')) return std::nullopt;
    const size_t end = rest_.find_first_of("\"\\");
    if (end == std::string_view::npos || rest_[end] == '\\') return std::nullopt;
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return value;
  }
  std::optional<int64_t> number() {
    skip_blanks();
    const size_t end = std::min(rest_.find_first_not_of("-0123456789"), rest_.size());
    const auto value = read_integer(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return value;
  }
  // A number, a text or null.
  bool skip_value() {
    skip_blanks();
    if (rest_.empty()) return false;
    if (rest_.front() == '"') return text().has_value();
    if (rest_.starts_with("null")) {
      rest_.remove_prefix(4);
      return true;
    }
    return number().has_value();
  }
  // Members of an object: `member(name)` reads the value.
  template <class Member>
  bool object(Member&& member) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      const auto name = text();
      if (!name.has_value() || !take(':') || !member(*name)) return false;
    } while (take(','));
    return take('}');
  }
  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    const size_t blanks = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(blanks, rest_.size()));
  }
  std::string_view rest_;
};

}  // namespace

void encode_quorum_state(const QuorumState& state, BytesBuffer& out) {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  json.key("leaderId"), json.number(state.leader.value());
  json.key("leaderEpoch"), json.number(state.epoch.value());
  json.key("votedId"), json.number(state.voted.value());
  json.key("votedDirectoryId"), json.string(state.voted_directory.text());
  json.key("data_version"), json.number(1);
  json.end_object();
  out.append(BytesView::of(text));
}

FormatResult<QuorumState> decode_quorum_state(BytesView bytes) {
  if (bytes.size() > limits::kQuorumStateSizeMax) return Failure(FormatFlaw::too_large);
  Reader reader(bytes.text());
  QuorumState state;
  std::optional<int64_t> version;
  std::optional<int64_t> epoch;
  bool in_range = true;
  const auto id = [&](BrokerId& into) {
    const auto value = reader.number();
    if (!value.has_value()) return false;
    in_range = in_range && *value >= -1 && *value <= INT32_MAX;
    into = BrokerId(in_range ? static_cast<int32_t>(*value) : -1);
    return true;
  };
  const auto voters = [&] {
    if (!reader.take('[')) return reader.skip_value();  // null
    if (reader.take(']')) return true;
    do {
      BrokerId voter = kNoBroker;
      const bool read =
          reader.object([&](std::string_view name) { return name == "voterId" ? id(voter) : reader.skip_value(); });
      if (!read) return false;
      state.voters.push_back(voter);
    } while (reader.take(','));
    return reader.take(']');
  };
  const bool read = reader.object([&](std::string_view name) {
    if (name == "leaderId") return id(state.leader);
    if (name == "votedId") return id(state.voted);
    if (name == "leaderEpoch") return (epoch = reader.number()).has_value();
    if (name == "data_version") return (version = reader.number()).has_value();
    if (name == "currentVoters") return voters();
    if (name == "votedDirectoryId") {
      const auto text = reader.text();
      const auto directory = text.has_value() ? Uuid::parse(*text) : std::nullopt;
      if (directory.has_value()) state.voted_directory = *directory;
      return directory.has_value();
    }
    return reader.skip_value();
  });
  if (!read || !reader.at_end() || !version.has_value() || !epoch.has_value()) return Failure(FormatFlaw::bad_text);
  if (*version < 0 || *version > 1) return Failure(FormatFlaw::bad_version);
  if (!in_range || *epoch < -1 || *epoch >= INT32_MAX) return Failure(FormatFlaw::bad_number);
  state.epoch = LeaderEpoch(static_cast<int32_t>(*epoch));
  return state;
}

}  // namespace ottla
