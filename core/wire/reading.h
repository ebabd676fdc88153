// The pieces that decode.cc is made of: a cursor over the bytes, and single values read at it. Included there only.
//
// The cursor is an argument and a result, so that it stays in a register; null says that reading failed, and why is in the
// Reading. `flexible` is a template argument: it decides every length.
#pragma once

#include <algorithm>

#include "core/base/endian.h"
#include "core/base/varint.h"
#include "core/wire/codec.h"

namespace ottla::wire::reading {

using Cursor = const uint8_t*;
using What = Error::What;

struct Reading {
  Cursor begin;
  Cursor end;
  Arena& arena;
  size_t budget;     // bytes of the arena that may still be taken
  size_t tags_left;  // that may still be passed over
  Version version;
  Error error;
};

[[gnu::cold, gnu::noinline]] inline Cursor fail(Reading& r, Cursor at, What what) {
  r.error = {what, static_cast<uint32_t>(at - r.begin), nullptr, nullptr};
  return nullptr;
}

// The innermost struct that sees the failure names the field.
[[gnu::cold, gnu::noinline]] inline Cursor fail_in(Reading& r, const Schema& schema, const Field& field) {
  if (r.error.field == nullptr) {
    r.error.structure = schema.name;
    r.error.field = field.name;
  }
  return nullptr;
}

inline size_t left(const Reading& r, Cursor at) { return static_cast<size_t>(r.end - at); }

struct Number {
  Cursor at;
  uint32_t value;
};

inline Number read_varint(Reading& r, Cursor at) {
  const auto number = read_unsigned_varint(at, left(r, at));
  if (number.used > 0) [[likely]]
    return {at + number.used, number.value};
  const bool cut = left(r, at) < kVarintMax && std::all_of(at, r.end, [](uint8_t byte) { return byte >= 0x80; });
  return {fail(r, at, cut ? What::cut_off : What::varint), 0};
}

// A length or count; View::kNull stands for null. Width is what old versions spend on it.
template <bool flexible, class Width>
inline Number read_length(Reading& r, Cursor at) {
  if constexpr (flexible) {
    Number length = read_varint(r, at);
    --length.value;  // 0 is null
    return length;
  } else {
    if (left(r, at) < sizeof(Width)) return {fail(r, at, What::cut_off), 0};
    const Width length = load_be<Width>(at);
    if (length < -1) return {fail(r, at, What::length), 0};
    return {at + sizeof(Width), static_cast<uint32_t>(length)};
  }
}

template <bool flexible, class Width>
inline Cursor read_bytes(Reading& r, Cursor at, bool nullable, void* to) {
  const Number length = read_length<flexible, Width>(r, at);
  if (length.at == nullptr) return nullptr;
  if (length.value == View::kNull) {
    if (!nullable) return fail(r, at, What::unexpected_null);
    set_null_view(to);
    return length.at;
  }
  if (length.value > left(r, length.at)) return fail(r, at, What::cut_off);
  set_value(to, View(length.at, length.value));
  return length.at + length.value;
}

template <class T>
inline Cursor read_number(Reading& r, Cursor at, void* to) {
  if (left(r, at) < sizeof(T)) return fail(r, at, What::cut_off);
  set_value(to, load_be<T>(at));
  return at + sizeof(T);
}

template <class T>
void copy_numbers(Cursor from, uint32_t count, void* to) {
  T* numbers = static_cast<T*>(to);
  for (uint32_t i = 0; i < count; ++i) numbers[i] = load_be<T>(from + sizeof(T) * i);
}

inline void* take(Reading& r, size_t size) {
  if (size > r.budget) return nullptr;
  r.budget -= size;
  return r.arena.take(size);
}

}  // namespace ottla::wire::reading
