// What the writing functions share about tagged fields.
#pragma once

#include <cstddef>

#include "core/wire/schema.h"

namespace ottla::wire {

// Whether a version writes this tagged field: it has it, and the value is not the default.
bool is_written_tag(const Field& field, const Schema& schema, const void* structure, Version version);
// Bytes of its value, without tag and size.
size_t tagged_size(const Field& field, const void* structure, Version version);

}  // namespace ottla::wire
