#include <charconv>
#include <optional>

#include "core/base/hex.h"
#include "core/record/batch_builder.h"
#include "core/sim/world/scenario_text.h"

namespace ottla::sim {

namespace {

using wire::Field;
using wire::Kind;
using wire::Schema;

// Recursive descent over the message's own tables. Trouble stops everything: the first is what the author reads.
class Parser {
 public:
  Parser(std::string_view text, const ScenarioMasks& masks, wire::Arena& arena)
      : text_(text), masks_(masks), arena_(arena) {}

  void fields(const Schema& schema, void* structure, char end) {
    for (;;) {
      skip();
      if (!trouble_.empty() || (end == '\0' ? at_end() : take(end))) return;
      const std::string_view name = word(":");
      const Field* field = schema.find(name);
      if (field == nullptr) return fail(std::string(schema.name) + " has no field " + std::string(name));
      if (!take(':')) return fail("a colon is missing behind " + std::string(name));
      member(*field, field->in(structure));
    }
  }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  void member(const Field& field, void* at) {
    if (field.nullable_type && text_.substr(position_, 4) == "null") {
      position_ += 4;
      if (field.is_pointer()) return wire::set_value(at, static_cast<const void*>(nullptr));
      return wire::set_null_view(at);
    }
    if (field.kind == Kind::records) return records(at);
    if (!field.array) {
      if (!field.is_pointer()) return value(field, at);
      void* structure = arena_.take(field.nested->size);
      wire::set_value(at, static_cast<const void*>(structure));
      return value(field, structure);
    }
    if (!take('[')) return fail(std::string(field.name) + " is a list: [ is missing");
    std::vector<std::byte> elements;
    size_t count = 0;
    const size_t size = wire::element_size(field);
    for (skip(); trouble_.empty() && !take(']'); skip()) {
      if (at_end()) return fail("] is missing");
      elements.resize(++count * size);
      value(field, elements.data() + (count - 1) * size);
    }
    void* kept = arena_.take(elements.size());
    if (!elements.empty()) std::memcpy(kept, elements.data(), elements.size());
    wire::set_value(at, wire::View(kept, count));
  }

  void value(const Field& field, void* at) {
    switch (field.kind) {
      case Kind::structure:
        if (!take('{')) return fail("{ is missing");
        field.nested->set_defaults(at);
        return fields(*field.nested, at, '}');
      case Kind::string:
      case Kind::bytes: {
        const wire::String kept = arena_.copy(string());
        return wire::set_value(at, wire::View(kept.data, kept.count));
      }
      case Kind::uuid: return id(at);
      case Kind::boolean: return wire::set_value(at, word() == "true");
      case Kind::int8: return wire::set_value(at, static_cast<int8_t>(number()));
      case Kind::int16: return wire::set_value(at, static_cast<int16_t>(number()));
      case Kind::uint16: return wire::set_value(at, static_cast<uint16_t>(number()));
      case Kind::int32: return wire::set_value(at, static_cast<int32_t>(number()));
      case Kind::uint32: return wire::set_value(at, static_cast<uint32_t>(number()));
      case Kind::int64: return wire::set_value(at, number());
      case Kind::float64:
      case Kind::records: return fail("such a field cannot be written yet");
    }
  }

  // [key=value ...], or <producer id/epoch/sequence> before the bracket for a batch of an idempotent producer.
  void records(void* at) {
    BatchOptions options;
    if (take('<')) {
      options.producer_id = ProducerId(number());
      if (take('/')) options.producer_epoch = ProducerEpoch(static_cast<int16_t>(number()));
      if (take('/')) options.base_sequence = Sequence(static_cast<int32_t>(number()));
      if (!take('>')) return fail("> is missing behind the producer");
    }
    if (!take('[')) return fail("records are a list: [ is missing");
    BatchBuilder builder;
    BytesBuffer batch;
    builder.start(options, batch);
    int64_t count = 0;
    for (skip(); trouble_.empty() && !take(']'); skip()) {
      if (at_end()) return fail("] is missing");
      std::string key;
      const bool has_key = text_[position_] != '=';
      if (has_key) key = string();
      if (!take('=')) return fail("= is missing between key and value");
      const bool null = text_.substr(position_, 4) == "null";
      const std::string value = string();
      RecordToAppend record;
      record.timestamp = kScenarioTime + Duration::from_ms(count++);
      if (has_key) record.key = BytesView::of(key);
      if (!null) record.value = BytesView::of(value);
      builder.append(record);
    }
    if (count == 0) {
      builder.abandon();
    } else {
      builder.finish();
    }
    const wire::String kept = arena_.copy(batch.view().text());
    wire::set_value(at, wire::View(kept.data, kept.count));
  }

  void id(void* at) {
    if (take('#')) {
      const Uuid* known = masks_.id(static_cast<size_t>(number()));
      return known == nullptr ? fail("no id of that number came up before") : wire::set_value(at, *known);
    }
    const auto read = Uuid::parse(string());
    return read ? wire::set_value(at, *read) : fail("not an id");
  }

  int64_t number() {
    const std::string_view text = word("/>");
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) fail("not a number: " + std::string(text));
    return value;
  }

  std::string string() {
    if (!take('"')) return std::string(word("="));
    std::string out;
    while (!at_end() && text_[position_] != '"') {
      char c = text_[position_++];
      if (c == '\\' && position_ < text_.size()) {
        c = text_[position_++];
        if (c == 'x') {
          int byte = 0;
          std::from_chars(text_.data() + position_, text_.data() + std::min(position_ + 2, text_.size()), byte, 16);
          position_ = std::min(position_ + 2, text_.size());
          c = static_cast<char>(byte);
        }
      }
      out += c;
    }
    if (!take('"')) fail("a quote is missing");
    return out;
  }

  // Up to a blank, a bracket or one of `ends`.
  std::string_view word(std::string_view ends = {}) {
    const size_t begin = position_;
    while (!at_end() && std::string_view(" \n]}").find(text_[position_]) == std::string_view::npos &&
           ends.find(text_[position_]) == std::string_view::npos)
      ++position_;
    return text_.substr(begin, position_ - begin);
  }
  void skip() {
    while (!at_end() && (text_[position_] == ' ' || text_[position_] == '\n')) ++position_;
  }
  bool take(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  [[nodiscard]] bool at_end() const { return position_ >= text_.size(); }
  void fail(std::string what) {
    if (trouble_.empty()) trouble_ = std::move(what) + ", at \"" + std::string(text_.substr(position_, 20)) + "\"";
  }

  std::string_view text_;
  const ScenarioMasks& masks_;
  wire::Arena& arena_;
  size_t position_ = 0;
  std::string trouble_;
};

}  // namespace

std::string scenario_parse(const wire::Message& message, std::string_view text, const ScenarioMasks& masks,
                           wire::Arena& arena, void* structure) {
  message.schema->set_defaults(structure);
  Parser parser(text, masks, arena);
  parser.fields(*message.schema, structure, '\0');
  return parser.trouble();
}

}  // namespace ottla::sim
