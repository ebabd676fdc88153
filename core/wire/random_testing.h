// Random messages, for tests: any message at any version, from its table.
#pragma once

#include "core/base/prng.h"
#include "core/wire/arena.h"
#include "core/wire/schema.h"

namespace ottla::wire {

// How large a random message gets.
struct RandomShape {
  uint32_t elements_max = 3;    // of an array
  uint32_t text_size_max = 24;  // of strings and bytes, but for a few that need two bytes for their length
};

// Fills `out`, a struct of the message's type, with values for every field that the version has, nulls where it allows
// them, and defaults elsewhere. Numbers are often at the bounds of their types; text is UTF-8.
void random_message(const Message& message, Version version, Prng& prng, Arena& arena, void* out,
                    const RandomShape& shape = {});

}  // namespace ottla::wire
