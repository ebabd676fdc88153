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
    at->second.nature = natures_.at(name.topic);
  }
  return at->second;
}

std::string Promises::key_of(const Partition& at, RecordNumber number) const {
  if (number % 3 == 0 && !at.nature.compacted) return {};
  return "k" + std::to_string(number % 17);
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
  const Partition& at = partition(name);
  records_.push_back({&at.name, writer});
  key_ = key_of(at, number);
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
  // Deleted before its writer heard of it, and with it what was known of its writer: it may be stored again.
  const bool forgettable = record.fate != Fate::acknowledged && (at.nature.expires || record.offset < at.asked_start) &&
                           record.offset < offset;
  if (record.offset.value() >= 0 && record.offset != offset && !forgettable) {
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
    if (delivery.offset.value() >= 0) settle(at, delivery.offset, delivery.token, "acknowledged");
    record.fate = Fate::acknowledged;
    return;
  }
  record.fate = Fate::uncertain;
  const bool forgotten = delivery.error == ErrorCode::out_of_order_sequence_number ||
                         delivery.error == ErrorCode::unknown_producer_id ||
                         delivery.error == ErrorCode::invalid_producer_epoch;
  // Of the batches that a producer may send again compaction keeps the last alone, and a log that is read anew knows no others.
  const bool may_be_forgotten = at.nature.compacted ? at.killed : !at.nature.persisted && at.cut;
  if (forgotten && !may_be_forgotten)
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
  const std::string key = key_of(at, number);
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
  if (fetched.log_start > fetched.position && !content.empty())
    broke(at_text(at.name, fetched.position) + ": served, and the log starts at " +
          std::to_string(fetched.log_start.value()));
  for (const auto& [offset, number] : content) {
    if (offset >= fetched.high_watermark) broke(at_text(at.name, offset) + ": served at or above the high watermark");
    settle(at, offset, number, "read");
  }
}

void Promises::process_was_killed(Instant now) {
  ++kills_;
  for (auto& [name, at] : partitions_) {
    at.killed = true;
    std::erase_if(at.started, [&](const auto& told) { return told.first + kDeletionKept > now; });
  }
}

void Promises::power_was_cut(Instant now) {
  process_was_killed(now);
  for (auto& [name, at] : partitions_) {
    at.cut = true;
    if (at.nature.persisted) continue;
    at.started.clear();  // what it said may be lost with all above it
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

void Promises::asked_to_delete(const TopicPartition& name, Offset end) {
  Partition& at = partition(name);
  at.asked_start = std::max(at.asked_start, end);
}

void Promises::log_starts_at(const TopicPartition& name, Offset start, Instant now) {
  partition(name).started.emplace_back(now, start);
}

Offset Promises::known_end(const TopicPartition& name) const {
  const auto at = partitions_.find(name);
  return at == partitions_.end() || at->second.settled.empty() ? Offset(0) : at->second.settled.rbegin()->first + 1;
}

void Promises::topic_is_gone(const std::string& topic) {
  for (auto& [name, at] : partitions_) at.gone |= name.topic == topic;
}

namespace {

bool is_at(const Promises::Content& content, Offset offset, RecordNumber number) {
  const auto found = content.find(offset);
  return found != content.end() && found->second == number;
}

}  // namespace

void Promises::check_at_the_end(const TopicPartition& name, Offset start, Offset end, const Content& content) {
  const Partition& at = partition(name);
  check_start(at, start);
  check_settled(at, start, end, content);
  check_cuts(at, start, content);
  check_order(at, start, end, content);
}

void Promises::check_start(const Partition& at, Offset start) {
  if (start > at.asked_start && !at.nature.expires)
    broke(at.name.text() + ": the log starts at " + std::to_string(start.value()) + ", and nobody asked for that");
  for (const auto& [when, told] : at.started) {
    if (start < told)
      broke(at.name.text() + ": the log starts at " + std::to_string(start.value()) + ", and what lies below " +
            std::to_string(told.value()) + " was deleted");
  }
}

void Promises::check_settled(const Partition& at, Offset start, Offset end, const Content& content) {
  std::map<std::string, Offset> newest;  // by key
  if (at.nature.compacted) {
    for (const auto& [offset, number] : content) newest[key_of(at, number)] = offset;
  }
  for (const auto& [offset, number] : at.settled) {
    if (offset < start || is_at(content, offset, number)) continue;
    const bool replaced = at.nature.compacted && !content.contains(offset) && newest[key_of(at, number)] > offset;
    if (replaced) continue;
    return broke(at_text(at.name, offset) + ": record " + std::to_string(number) + " was there and is lost" +
                 (offset >= end ? ", the log ends at " + std::to_string(end.value()) : ""));
  }
}

// What a power cut took is a suffix: of what stood there when it came, that is, of what was promised since the one before.
void Promises::check_cuts(const Partition& at, Offset start, const Content& content) {
  for (const auto& before_cut : at.doubtful) {
    bool lost = false;
    for (const auto& [offset, record] : before_cut) {
      if (offset < start) continue;
      if (!is_at(content, offset, record.number)) lost = true;
      if (lost && record.acknowledged && is_at(content, offset, record.number))
        return broke(at_text(at.name, offset) + ": record " + std::to_string(record.number) +
                     " is there, one before it is lost");
    }
  }
}

void Promises::check_order(const Partition& at, Offset start, Offset end, const Content& content) {
  Offset next = start;
  std::map<uint32_t, RecordNumber> last;  // by writer
  std::set<RecordNumber> once;
  for (const auto& [offset, number] : content) {
    if (offset != next && !at.nature.compacted)
      return broke(at_text(at.name, next) + ": a gap up to " + std::to_string(offset.value()));
    next = offset + 1;
    if (!once.insert(number).second)
      return broke(at_text(at.name, offset) + ": record " + std::to_string(number) + " again");
    const auto [before, first] = last.try_emplace(records_[number].writer, number);
    if (!first && before->second > number)
      return broke(at_text(at.name, offset) + ": record " + std::to_string(number) + " behind " +
                   std::to_string(before->second) + " of the same writer");
    before->second = number;
  }
  // The newest segment is never compacted, so the last record is there in any case.
  if (next != end)
    return broke(at.name.text() + ": records end at " + std::to_string(next.value()) + ", the high watermark is " +
                 std::to_string(end.value()));
  if (start.value() > 0 || at.nature.compacted) return;
  for (RecordNumber number = 0; number < records_.size(); ++number) {
    const Record& record = records_[number];
    if (*record.partition != at.name) continue;
    if (record.fate == Fate::acknowledged && record.offset.value() < 0 && !once.contains(number))
      return broke(at.name.text() + ": record " + std::to_string(number) + " was acknowledged and is nowhere");
  }
}

}  // namespace ottla::sim
