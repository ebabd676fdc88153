#include "core/wire/random_testing.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace ottla::wire {
namespace {

class Inventor {
 public:
  Inventor(Version version, Prng& prng, Arena& arena, const RandomShape& shape)
      : version_(version), prng_(prng), arena_(arena), shape_(shape) {}

  void fill(const Schema& schema, void* structure) {
    schema.set_defaults(structure);
    for (const Field& field : schema.all()) {
      if (!field.versions.contains(version_)) continue;
      if (field.tagged() && prng_.chance(1, 2)) continue;  // left at its default
      fill_member(field, field.in(structure));
    }
  }

 private:
  void fill_member(const Field& field, void* member) {
    const bool to_null = field.null_versions.contains(version_) && prng_.chance(1, 4);
    if (field.is_pointer()) {
      void* pointee = to_null ? nullptr : arena_.take(field.nested->size);
      if (pointee != nullptr) fill(*field.nested, pointee);
      set_value<const void*>(member, pointee);
    } else if (to_null) {
      set_null_view(member);
    } else if (field.array) {
      const auto count = static_cast<uint32_t>(prng_.below(shape_.elements_max + 1));
      const size_t size = element_size(field);
      auto* elements = static_cast<std::byte*>(arena_.take(size * count));
      for (uint32_t i = 0; i < count; ++i) fill_one(field, elements + size * i);
      set_value(member, View(elements, count));
    } else {
      fill_one(field, member);
    }
  }

  void fill_one(const Field& field, void* value) {
    switch (field.kind) {
      case Kind::boolean: set_value(value, prng_.chance(1, 2)); return;
      case Kind::int8: set_value(value, number<int8_t>()); return;
      case Kind::int16: set_value(value, number<int16_t>()); return;
      case Kind::uint16: set_value(value, number<uint16_t>()); return;
      case Kind::int32: set_value(value, number<int32_t>()); return;
      case Kind::uint32: set_value(value, number<uint32_t>()); return;
      case Kind::int64: set_value(value, number<int64_t>()); return;
      case Kind::float64: set_value(value, prng_.fraction() * static_cast<double>(number<int32_t>())); return;
      case Kind::uuid: {
        Uuid id;
        if (prng_.chance(3, 4)) prng_.fill(id.bytes);
        set_value(value, id);
        return;
      }
      case Kind::string: set_value(value, text()); return;
      case Kind::bytes:
      case Kind::records: set_value(value, raw()); return;
      case Kind::structure: fill(*field.nested, value); return;
    }
  }

  template <class T>
  T number() {
    switch (prng_.below(6)) {
      case 0: return 0;
      case 1: return std::numeric_limits<T>::min();
      case 2: return std::numeric_limits<T>::max();
      case 3: return static_cast<T>(-1);
      default: return static_cast<T>(prng_.next());
    }
  }

  size_t size() { return prng_.chance(1, 16) ? 127 + prng_.below(3) : prng_.below(shape_.text_size_max + 1); }

  String text() {
    static constexpr std::string_view kPieces[] = {"a",    "-",      "\"",     "\\",        "\n",
                                                   "\x01", "\u00e9", "\u65e5", "\U0001F980"};
    const size_t wanted = size();
    char* to = static_cast<char*>(arena_.take(wanted + 4));
    size_t at = 0;
    while (at < wanted) {
      const std::string_view piece = kPieces[prng_.below(std::size(kPieces))];
      std::copy(piece.begin(), piece.end(), to + at);
      at += piece.size();
    }
    return std::string_view(to, at);
  }

  View raw() {
    const size_t wanted = size();
    auto* to = static_cast<uint8_t*>(arena_.take(wanted));
    prng_.fill({to, wanted});
    return {to, wanted};
  }

  Version version_;
  Prng& prng_;
  Arena& arena_;
  const RandomShape& shape_;
};

}  // namespace

void random_message(const Message& message, Version version, Prng& prng, Arena& arena, void* out,
                    const RandomShape& shape) {
  OTTLA_ASSERT(message.versions.contains(version), message.name(), version);
  Inventor(version, prng, arena, shape).fill(*message.schema, out);
}

}  // namespace ottla::wire
