// The frame that Kafka's text checkpoints share: a line "0" (the version), a line with the number of entries, and a line
// an entry, each ended by '\n'.
//
// Kafka's reader takes less: no last '\n', any white space, signs, and an empty file for no entries. This one takes what
// Kafka's writer writes and nothing else, so that every cut and most flips show. A file that is refused is made again
// from the log, which for the empty one costs nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/log/log_error.h"

namespace ottla {

// The decimal number that all of `text` is, as its shortest text, from 0 to `last`; nothing otherwise.
std::optional<int64_t> read_decimal(std::string_view text, int64_t last = INT64_MAX);
void append_decimal(BytesBuffer& out, int64_t number);
void append_text(BytesBuffer& out, std::string_view text);

// Takes the text up to the first `delimiter`, and that, off the front of `rest`; nothing when there is none.
std::optional<std::string_view> take_until(std::string_view& rest, char delimiter);

// The line with the version and the one with the number of entries.
void append_checkpoint_header(BytesBuffer& out, size_t count);

struct CheckpointText {
  size_t count = 0;
  std::string_view lines;  // `count` of them, each ended by '\n'
};
// A text of at most `size_max` bytes with exactly as many lines as it says, so the caller may trust `count` before it
// allocates.
FormatResult<CheckpointText> read_checkpoint_text(BytesView bytes, size_t size_max, size_t count_max);

}  // namespace ottla
