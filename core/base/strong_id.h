// Numbers that mean different things are different types and convert to nothing.
//
//   using BrokerId = StrongId<struct BrokerIdTag, int32_t>;        // a name: compared, never counted with
//   using Offset = StrongOrdinal<struct OffsetTag, int64_t>;       // a place: moves by plain numbers, subtracts to one
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace ottla {

template <class Tag, class Rep>
class StrongId {
 public:
  using Representation = Rep;

  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}

  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;

 private:
  Rep value_{};
};

template <class Tag, class Rep>
class StrongOrdinal {
 public:
  using Representation = Rep;

  constexpr StrongOrdinal() = default;
  constexpr explicit StrongOrdinal(Rep value) : value_(value) {}

  [[nodiscard]] constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(const StrongOrdinal&, const StrongOrdinal&) = default;

  constexpr StrongOrdinal& operator+=(Rep count) {
    value_ = static_cast<Rep>(value_ + count);
    return *this;
  }
  constexpr StrongOrdinal& operator++() { return *this += 1; }
  friend constexpr StrongOrdinal operator+(StrongOrdinal at, Rep count) { return at += count; }
  friend constexpr StrongOrdinal operator-(StrongOrdinal at, Rep count) {
    return StrongOrdinal(static_cast<Rep>(at.value_ - count));
  }
  friend constexpr Rep operator-(StrongOrdinal a, StrongOrdinal b) { return static_cast<Rep>(a.value_ - b.value_); }

 private:
  Rep value_{};
};

}  // namespace ottla

template <class Tag, class Rep>
struct std::hash<ottla::StrongId<Tag, Rep>> {
  size_t operator()(ottla::StrongId<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value()); }
};

template <class Tag, class Rep>
struct std::hash<ottla::StrongOrdinal<Tag, Rep>> {
  size_t operator()(ottla::StrongOrdinal<Tag, Rep> at) const noexcept { return std::hash<Rep>{}(at.value()); }
};
