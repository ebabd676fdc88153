// Who is on the other end of a connection: a type and a name, written "User:alice".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ottla {

struct Principal {
  std::string type;
  std::string name;

  // Nobody logged in: every PLAINTEXT connection.
  static Principal anonymous() { return {"User", "ANONYMOUS"}; }
  // Everybody of the type, in a rule: "User:*".
  static Principal everyone() { return {"User", "*"}; }

  // "type:name"; the name may have colons of its own. Nothing when either is empty or the text is longer than any.
  static std::optional<Principal> parse(std::string_view text);

  [[nodiscard]] std::string text() const { return type + ":" + name; }
  friend auto operator<=>(const Principal&, const Principal&) = default;
};

}  // namespace ottla
