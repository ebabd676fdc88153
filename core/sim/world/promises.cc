#include "core/sim/world/promises.h"

#include <algorithm>

#include "core/base/endian.h"
#include "core/base/prng.h"

namespace ottla::sim {

namespace {

constexpr size_t kNumberSize = 8;
constexpr size_t kPayloadSizeMax = 300;
constexpr int64_t kFirstTimestamp = 1'700'000'000'000;

std::string at_text(const TopicPartition& partition, Offset offset) {
  return partition.text() + " at " + std::to_string(offset.value());
}
std::string key_of(RecordNumber number) { return number % 3 == 0 ? std::string() : "k" + std::to_string(number % 17); }
Timestamp time_of(RecordNumber number) {
  return Timestamp::from_ms(kFirstTimestamp + static_cast<int64_t>(number % 997));
}

}  // namespace

void Promises::broke(std::string what) {
  if (broken_.empty()) broken_ = std::move(what);
}

std::string Promises::payload(RecordNumber number) const {
  Prng prng(seed_ ^ (number * 0x9e3779b97f4a7c15));
  std::string bytes(kNumberSize + prng.below(prng.chance(1, 20) ? kPayloadSizeMax * 10 : kPayloadSizeMax), '\0');
  prng.fill({reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()});
  store_be(reinterpret_cast<uint8_t*>(bytes.data()), number);
  return bytes;
}

Promises::Partition& Promises::partition(const TopicPartition& name) {
  const auto [at, made] = partitions_.try_emplace(name);
  if (made) {
    at->second.name = name;
    at->second.persisted = persisted_.at(name.topic);
  }
  return at->second;
}

std::vector<TopicPartition> Promises::partitions() const {
  std::vector<TopicPartition> names;
  for (const auto& [name, at] : partitions_) {
    if (!at.gone) names.push_back(name);
  }
  return names;
}

RecordNumber Promises::write(uint32_t writer, const TopicPartition& name, RecordToAppend& record) {
  const RecordNumber number = records_.size();
  records_.push_back({&partition(name).name, writer});
  key_ = key_of(number);
  value_ = payload(number);
  record.timestamp = time_of(number);
  record.key = key_.empty() ? std::nullopt : std::optional(BytesView::of(key_));
  record.value = BytesView::of(value_);
  return number;
}

void Promises::settle(Partition& at, Offset offset, RecordNumber number, const char* how) {
  const auto [settled, fresh] = at.settled.try_emplace(offset, number);
  if (settled->second != number) {
    return broke(at_text(at.name, offset) + ": record " + std::to_string(number) + " was " + how + " where record " +
                 std::to_string(settled->second) + " was before");
  }
  Record& record = records_[number];
  if (record.offset.value() >= 0 && record.offset != offset) {
    return broke(at_text(at.name, offset) + ": record " + std::to_string(number) + " was " + how +
                 " here and before at " + std::to_string(record.offset.value()));
  }
  record.offset = offset;
}

void Promises::delivered(const Delivery& delivery) {
  Record& record = records_.at(delivery.token);
  Partition& at = partition(*record.partition);
  if (delivery.error == ErrorCode::none) {
    ++acknowledged_;
    record.fate = Fate::acknowledged;
    if (delivery.offset.value() >= 0) settle(at, delivery.offset, delivery.token, "acknowledged");
    return;
  }
  record.fate = Fate::uncertain;
  const bool forgotten = delivery.error == ErrorCode::out_of_order_sequence_number ||
                         delivery.error == ErrorCode::unknown_producer_id ||
                         delivery.error == ErrorCode::invalid_producer_epoch;
  if (forgotten && (at.persisted || !at.cut))
    broke(record.partition->text() + ": record " + std::to_string(delivery.token) + " was refused, " +
          std::string(error_name(delivery.error)) + ", though nothing before it was lost");
}

std::optional<RecordNumber> Promises::recognize(const Partition& at, const RecordView& record) {
  const BytesView value = record.value().value_or(BytesView());
  const std::string where = at_text(at.name, record.offset());
  if (value.size() < kNumberSize) {
    broke(where + ": a record that nobody wrote");
    return std::nullopt;
  }
  const auto number = load_be<RecordNumber>(value.data());
  if (number >= records_.size() || *records_[number].partition != at.name) {
    broke(where + ": a record that nobody wrote there");
    return std::nullopt;
  }
  const std::string key = key_of(number);
  const bool same_key = record.has_key() ? record.key()->text() == key && !key.empty() : key.empty();
  if (value.text() != payload(number) || !same_key || record.timestamp() != time_of(number)) {
    broke(where + ": record " + std::to_string(number) + " was altered");
    return std::nullopt;
  }
  return number;
}

void Promises::read(const Fetched& fetched, Content& content) {
  Partition& at = partition(fetched.partition);
  const auto done = for_each_record(fetched, scratch_, [&](const BatchView&, const RecordView& record) {
    ++seen_;
    if (const auto number = recognize(at, record)) content[record.offset()] = *number;
  });
  if (!done.ok())
    broke(fetched.partition.text() + ": a torn batch was served: " + std::string(flaw_sentence(done.error().flaw)));
}

void Promises::saw(const Fetched& fetched) {
  if (fetched.error != ErrorCode::none) return;
  Partition& at = partition(fetched.partition);
  Content content;
  read(fetched, content);
  for (const auto& [offset, number] : content) {
    if (offset >= fetched.high_watermark) broke(at_text(at.name, offset) + ": served at or above the high watermark");
    settle(at, offset, number, "read");
  }
}

void Promises::power_was_cut() {
  for (auto& [name, at] : partitions_) {
    at.cut = true;
    if (at.persisted) continue;
    // Read and not acknowledged, it may be lost and be stored again elsewhere when its writer tries again.
    auto& before = at.doubtful.emplace_back();
    for (const auto& [offset, number] : at.settled) {
      Record& record = records_[number];
      before.emplace(offset, Partition::Before{number, record.fate == Fate::acknowledged});
      record.offset = Offset(-1);
      if (record.fate == Fate::acknowledged) record.fate = Fate::doubtful;
    }
    at.settled.clear();
  }
}

void Promises::log_starts_at(const TopicPartition& name, Offset start) {
  Partition& at = partition(name);
  at.start = std::max(at.start, start);
}

void Promises::topic_is_gone(const std::string& topic) {
  for (auto& [name, at] : partitions_) at.gone |= name.topic == topic;
}

void Promises::check_at_the_end(const TopicPartition& name, Offset start, Offset end, const Content& content) {
  Partition& at = partition(name);
  const auto is_at = [&](Offset offset, RecordNumber number) {
    const auto found = content.find(offset);
    return found != content.end() && found->second == number;
  };
  if (start > at.start && start.value() > 0 && at.start.value() == 0)
    broke(name.text() + ": the log starts at " + std::to_string(start.value()) + ", and nobody asked for that");
  for (const auto& [offset, number] : at.settled) {
    if (offset >= start && !is_at(offset, number))
      return broke(at_text(name, offset) + ": record " + std::to_string(number) + " was there and is lost" +
                   (offset >= end ? ", the log ends at " + std::to_string(end.value()) : ""));
  }
  // What a power cut took is a suffix: of what stood there when it came, that is, of what was promised since the one before.
  for (const auto& before_cut : at.doubtful) {
    bool lost = false;
    for (const auto& [offset, record] : before_cut) {
      if (offset < start) continue;
      if (!is_at(offset, record.number)) lost = true;
      if (lost && record.acknowledged && is_at(offset, record.number))
        return broke(at_text(name, offset) + ": record " + std::to_string(record.number) +
                     " is there, one before it is lost");
    }
  }
  Offset next = start;
  std::map<uint32_t, RecordNumber> last;  // by writer
  std::set<RecordNumber> once;
  for (const auto& [offset, number] : content) {
    if (offset != next) return broke(at_text(name, next) + ": a gap up to " + std::to_string(offset.value()));
    next = offset + 1;
    if (!once.insert(number).second)
      return broke(at_text(name, offset) + ": record " + std::to_string(number) + " again");
    const auto [before, first] = last.try_emplace(records_[number].writer, number);
    if (!first && before->second > number)
      return broke(at_text(name, offset) + ": record " + std::to_string(number) + " behind " +
                   std::to_string(before->second) + " of the same writer");
    before->second = number;
  }
  if (next != end)
    return broke(name.text() + ": records end at " + std::to_string(next.value()) + ", the high watermark is " +
                 std::to_string(end.value()));
  for (RecordNumber number = 0; number < records_.size(); ++number) {
    const Record& record = records_[number];
    if (record.partition->topic != name.topic || record.partition->partition != name.partition) continue;
    if (record.fate == Fate::acknowledged && record.offset.value() < 0 && !once.contains(number) && start.value() == 0)
      return broke(name.text() + ": record " + std::to_string(number) + " was acknowledged and is nowhere");
  }
}

}  // namespace ottla::sim
