// What the members of a message are: bool, int8_t to int64_t, uint16_t, uint32_t, double, Uuid, the views below,
// Nullable of a view or struct, and structs of these. Nothing owns memory and everything is trivially copyable, so an
// arena drops messages without destructors.
//
// A view is valid as long as what it points into: for a decoded message the frame and the arena, for a built one
// whatever the builder pointed it at.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/assert.h"
#include "core/base/bytes.h"
#include "core/base/uuid.h"
#include "core/wire/versions.h"

namespace ottla::wire {

// Where the bytes or elements are and how many. The base of every view, without members of its own beside it, so the
// interpreter can read and write any of them as this. The count kNull stands for null; only Nullable lets it out.
struct View {
  static constexpr uint32_t kNull = UINT32_MAX;

  constexpr View() = default;
  constexpr View(const void* from, size_t size) : data(from), count(static_cast<uint32_t>(size)) {
    OTTLA_ASSERT(size < kNull, size);
  }

  const void* data = nullptr;
  uint32_t count = 0;
};

// Text. Meant to be UTF-8, which the codec does not check: Kafka does not either.
struct String : View {
  using Source = std::string_view;
  constexpr String() = default;
  // NOLINTBEGIN(google-explicit-constructor): text is text
  constexpr String(std::string_view text) : View(text.data(), text.size()) {}
  constexpr String(const char* text) : String(std::string_view(text)) {}
  operator std::string_view() const { return view(); }
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] std::string_view view() const { return {static_cast<const char*>(data), count}; }
  [[nodiscard]] constexpr size_t size() const { return count; }
  [[nodiscard]] constexpr bool empty() const { return count == 0; }
  friend bool operator==(String a, String b) { return a.view() == b.view(); }
  friend auto operator<=>(String a, String b) { return a.view() <=> b.view(); }
};

struct Bytes : View {
  using Source = BytesView;
  constexpr Bytes() = default;
  constexpr Bytes(BytesView bytes) : View(bytes.data(), bytes.size()) {}  // NOLINT(google-explicit-constructor)
  operator BytesView() const { return view(); }                           // NOLINT(google-explicit-constructor)

  [[nodiscard]] BytesView view() const { return {static_cast<const uint8_t*>(data), count}; }
  [[nodiscard]] constexpr size_t size() const { return count; }
  [[nodiscard]] constexpr bool empty() const { return count == 0; }
  friend bool operator==(Bytes a, Bytes b) { return a.view() == b.view(); }
};

// Record batches. Their bytes may also be elsewhere, in a file: then only the size is known here, and whoever sends the
// message puts them where encode() left a gap (see codec.h).
struct Records : View {
  using Source = BytesView;
  constexpr Records() = default;
  constexpr Records(BytesView bytes) : View(bytes.data(), bytes.size()) {}  // NOLINT(google-explicit-constructor)
  static constexpr Records elsewhere(size_t size) {
    Records records;
    records.count = View(nullptr, size).count;
    return records;
  }

  [[nodiscard]] bool is_elsewhere() const { return data == nullptr && count > 0; }
  [[nodiscard]] BytesView view() const {
    OTTLA_ASSERT(!is_elsewhere());
    return {static_cast<const uint8_t*>(data), count};
  }
  [[nodiscard]] constexpr size_t size() const { return count; }
  [[nodiscard]] constexpr bool empty() const { return count == 0; }
};

template <class T>
struct Array : View {
  using Source = std::span<const T>;

  constexpr Array() = default;
  // From whatever is contiguous and outlives the message: a span of the arena, a vector, a plain array.
  template <class Range>
  requires(!std::is_base_of_v<View, std::remove_cvref_t<Range>> &&
           std::is_convertible_v<Range,
                                 Source>) constexpr Array(Range&& elements)  // NOLINT(google-explicit-constructor,
                                                                             // bugprone-forwarding-reference-overload)
      : View(Source(elements).data(), Source(elements).size()) {}

  [[nodiscard]] const T* begin() const { return static_cast<const T*>(data); }
  [[nodiscard]] const T* end() const { return begin() + count; }
  [[nodiscard]] constexpr size_t size() const { return count; }
  [[nodiscard]] constexpr bool empty() const { return count == 0; }
  const T& operator[](size_t at) const {
    OTTLA_ASSERT(at < count, at, count);
    return begin()[at];
  }
};

struct Null {};
struct Empty {};
inline constexpr Null null;    // topics = null;
inline constexpr Empty empty;  // topics = empty: there, with nothing in it; of a struct, with its defaults

// A view that may be null, and is until something is assigned. `if (topics) use(*topics);`
template <class T>
struct Nullable {
  static_assert(std::is_base_of_v<View, T> && sizeof(T) == sizeof(View), "views and structs may be nullable");

  constexpr Nullable() { value_.count = View::kNull; }
  // NOLINTBEGIN(google-explicit-constructor)
  constexpr Nullable(Null) : Nullable() {}
  constexpr Nullable(Empty) {}
  constexpr Nullable(T value) : value_(value) {}
  template <class U>
  requires(!std::is_same_v<std::remove_cvref_t<U>, Nullable> &&
           std::is_convertible_v<
               U, typename T::Source>) constexpr Nullable(U&& value)  // NOLINT(bugprone-forwarding-reference-overload)
      : value_(typename T::Source(std::forward<U>(value))) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr bool is_null() const { return value_.count == View::kNull; }
  constexpr explicit operator bool() const { return !is_null(); }
  constexpr const T& operator*() const {
    OTTLA_ASSERT(!is_null());
    return value_;
  }
  constexpr const T* operator->() const { return &**this; }
  // The value, or one with nothing in it.
  [[nodiscard]] constexpr T or_empty() const { return is_null() ? T() : value_; }

 private:
  T value_;
};

template <class T>
inline constexpr T kEmpty{};

// A struct that may be null lies elsewhere, in the arena as a rule. The pointer is untyped because the interpreter
// writes it without knowing T.
template <class T>
requires(std::is_class_v<T> && !std::is_base_of_v<View, T>) struct Nullable<T> {
  constexpr Nullable() = default;
  // NOLINTBEGIN(google-explicit-constructor)
  constexpr Nullable(Null) {}
  constexpr Nullable(Empty) : value_(&kEmpty<T>) {}
  constexpr Nullable(const T* value) : value_(value) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr bool is_null() const { return value_ == nullptr; }
  constexpr explicit operator bool() const { return !is_null(); }
  const T& operator*() const {
    OTTLA_ASSERT(!is_null());
    return *static_cast<const T*>(value_);
  }
  const T* operator->() const { return &**this; }
  // The same object or none: contents are compared by equal() of codec.h.
  friend constexpr bool operator==(const Nullable&, const Nullable&) = default;

 private:
  const void* value_ = nullptr;
};

// What a whole message says about itself besides its fields: a request or response of an API ...
struct Api {
  int16_t key;
  Versions versions;
  Versions flexible = never;
};

// ... or a record. What stands before its bytes, and what `type` is, is the family's business: see internal_records.h.
enum class RecordFamily : uint8_t {
  group_key,
  group_value,
  transaction_key,
  transaction_value,
  share_key,
  share_value,
  metadata,   // of __cluster_metadata
  versioned,  // an int16 version, then the fields: consumer protocol, control records
  plain,      // the fields alone; whoever holds the bytes knows the version
};

struct Record {
  RecordFamily family;
  int16_t type = -1;  // as in Kafka's definitions (apiKey); -1 where there is none
  Versions versions;
  Versions flexible = never;
};

}  // namespace ottla::wire
