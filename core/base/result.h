// Result<T, E>: a value, or an operating error (disk, peer, input) that the caller must look at.
//
//   Result<Segment, IoError> open(...);
//   OTTLA_TRY(Segment segment, open(...));          // returns the error to our own caller
//
// Each room that can fail names its own E: a small value with a stable code, and text only where a person reads it.
// A refusal that the protocol defines is a Kafka error code in a response, not an error here; a bug is OTTLA_ASSERT.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "core/base/assert.h"

namespace ottla {

// Wraps an error so that it converts to any Result with that error: `return Failure(IoError::not_found);`
template <class E>
class [[nodiscard]] Failure {
 public:
  explicit constexpr Failure(E error) : error_(std::move(error)) {}
  constexpr E& error() & { return error_; }
  constexpr E&& error() && { return std::move(error_); }

 private:
  E error_;
};

template <class T, class E>
class [[nodiscard]] Result {
 public:
  using Value = T;
  using Error = E;

  // NOLINTBEGIN(google-explicit-constructor): `return value;` and `return Failure(error);` are the point
  constexpr Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class F>
  requires std::is_convertible_v<F, E>
  constexpr Result(Failure<F> failure) : state_(std::in_place_index<1>, std::move(failure).error()) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] constexpr bool ok() const { return state_.index() == 0; }
  constexpr explicit operator bool() const { return ok(); }

  constexpr T& value() & {
    OTTLA_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  constexpr const T& value() const& {
    OTTLA_ASSERT(ok());
    return *std::get_if<0>(&state_);
  }
  // By value: `for (auto& one : list().value())` would walk what is gone with the Result, were it a reference.
  constexpr T value() && {
    OTTLA_ASSERT(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  constexpr const E& error() const& {
    OTTLA_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }
  constexpr E&& error() && {
    OTTLA_ASSERT(!ok());
    return std::move(*std::get_if<1>(&state_));
  }
  constexpr T value_or(T otherwise) && { return ok() ? std::move(*std::get_if<0>(&state_)) : std::move(otherwise); }

  constexpr T* operator->() { return &value(); }
  constexpr const T* operator->() const { return &value(); }
  constexpr T& operator*() & { return value(); }
  constexpr const T& operator*() const& { return value(); }
  constexpr T operator*() && { return std::move(*this).value(); }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using Value = void;
  using Error = E;

  constexpr Result() = default;
  template <class F>
  requires std::is_convertible_v<F, E>
  constexpr Result(Failure<F> failure)  // NOLINT(google-explicit-constructor)
      : state_(std::in_place_index<1>, std::move(failure).error()) {}

  [[nodiscard]] constexpr bool ok() const { return state_.index() == 0; }
  constexpr explicit operator bool() const { return ok(); }
  constexpr void value() const { OTTLA_ASSERT(ok()); }
  constexpr const E& error() const& {
    OTTLA_ASSERT(!ok());
    return *std::get_if<1>(&state_);
  }
  constexpr E&& error() && {
    OTTLA_ASSERT(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<std::monostate, E> state_;
};

#define OTTLA_TRY_CONCAT_(a, b) a##b
#define OTTLA_TRY_NAME_(a, b)   OTTLA_TRY_CONCAT_(a, b)

// OTTLA_TRY(T name, expression): declares `name` with the value, or returns the error from the enclosing function.
#define OTTLA_TRY(declaration, ...) OTTLA_TRY_IMPL_(OTTLA_TRY_NAME_(ottla_try_, __LINE__), declaration, __VA_ARGS__)
#define OTTLA_TRY_IMPL_(result, declaration, ...)                       \
  auto result = (__VA_ARGS__);                                          \
  if (!result.ok()) return ::ottla::Failure(std::move(result).error()); \
  declaration = std::move(result).value()

// OTTLA_TRY_DONE(expression): the same for a Result<void, E>.
#define OTTLA_TRY_DONE(...)                                                       \
  do {                                                                            \
    auto ottla_done = (__VA_ARGS__);                                              \
    if (!ottla_done.ok()) return ::ottla::Failure(std::move(ottla_done).error()); \
  } while (false)

}  // namespace ottla
