#include "core/wire/internal_records.h"

#include <algorithm>
#include <array>

#include "core/base/endian.h"
#include "core/base/varint.h"

namespace ottla::wire {

#define OTTLA_WIRE_RECORD(name) struct name;
#include "core/wire/records.inc"
#undef OTTLA_WIRE_RECORD

namespace {

constexpr MessageTable kRecords[] = {
#define OTTLA_WIRE_RECORD(name) message_of<name>,
#include "core/wire/records.inc"
#undef OTTLA_WIRE_RECORD
};

constexpr uint32_t kMetadataFrameVersion = 1;

bool is_key(RecordFamily family) {
  return family == RecordFamily::group_key || family == RecordFamily::transaction_key ||
         family == RecordFamily::share_key;
}

Failure<Error> failed(Error::What what, size_t position, const char* field) {
  return Failure(Error{what, static_cast<uint32_t>(position), "record prefix", field});
}

Result<OpenRecord, Error> checked(const Message* message, size_t type_at, uint32_t version, size_t version_at,
                                  BytesView body) {
  if (message == nullptr) return failed(Error::What::unknown_record, type_at, "type");
  if (version > INT16_MAX || !message->versions.contains(static_cast<Version>(version))) {
    return failed(Error::What::unknown_version, version_at, "version");
  }
  return OpenRecord{message, static_cast<Version>(version), body};
}

Result<OpenRecord, Error> open_metadata(BytesView bytes) {
  static constexpr std::array<const char*, 3> kNames{"frameVersion", "type", "version"};
  std::array<uint32_t, 3> values{};
  std::array<size_t, 3> positions{};
  size_t at = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const auto number = read_unsigned_varint(bytes.data() + at, bytes.size() - at);
    if (number.used == 0) {
      const auto what = bytes.size() - at < kVarintMax ? Error::What::cut_off : Error::What::varint;
      return failed(what, at, kNames[i]);
    }
    values[i] = number.value;
    positions[i] = at;
    at += number.used;
  }
  const auto [frame_version, type, version] = values;
  if (frame_version != kMetadataFrameVersion) return failed(Error::What::frame_version, 0, kNames[0]);
  const Message* message = type > INT16_MAX ? nullptr : find_record(RecordFamily::metadata, static_cast<int16_t>(type));
  return checked(message, positions[1], version, positions[2], bytes.from(at));
}

}  // namespace

std::span<const MessageTable> internal_records() { return kRecords; }

const Message* find_record(std::string_view name) {
  const auto* found = std::find_if(std::begin(kRecords), std::end(kRecords),
                                   [&](MessageTable record) { return record().name() == name; });
  return found == std::end(kRecords) ? nullptr : &(*found)();
}

const Message* find_record(RecordFamily family, int16_t type) {
  if (type < 0) return nullptr;
  const auto* found = std::find_if(std::begin(kRecords), std::end(kRecords), [&](MessageTable record) {
    return record().family == family && record().key == type;
  });
  return found == std::end(kRecords) ? nullptr : &(*found)();
}

Result<OpenRecord, Error> open_record(RecordFamily family, BytesView bytes) {
  if (family == RecordFamily::metadata) return open_metadata(bytes);
  OTTLA_ASSERT(is_key(family), family);
  if (bytes.size() < sizeof(int16_t)) return failed(Error::What::cut_off, 0, "type");
  return checked(find_record(family, load_be<int16_t>(bytes.data())), 0, 0, 0, bytes.from(sizeof(int16_t)));
}

Result<OpenRecord, Error> open_record(const Message& message, BytesView bytes) {
  OTTLA_ASSERT(message.family != RecordFamily::plain, message.name());
  if (message.family == RecordFamily::metadata || is_key(message.family)) {
    auto opened = open_record(message.family, bytes);
    if (opened.ok() && opened->message != &message) return failed(Error::What::unknown_record, 0, "type");
    return opened;
  }
  if (bytes.size() < sizeof(int16_t)) return failed(Error::What::cut_off, 0, "version");
  return checked(&message, 0, static_cast<uint32_t>(load_be<int16_t>(bytes.data())), 0, bytes.from(sizeof(int16_t)));
}

void write_record_prefix(const Message& message, Version version, BytesBuffer& out) {
  OTTLA_ASSERT(message.versions.contains(version), message.name(), version);
  if (message.family == RecordFamily::plain) return;
  if (message.family == RecordFamily::metadata) {
    for (const uint32_t value :
         {kMetadataFrameVersion, static_cast<uint32_t>(message.key), static_cast<uint32_t>(version)}) {
      std::array<uint8_t, kVarintMax> bytes;
      out.append(BytesView(bytes.data(), write_unsigned_varint(bytes.data(), value)));
    }
    return;
  }
  store_be(out.extend(sizeof(int16_t)), is_key(message.family) ? message.key : version);
}

}  // namespace ottla::wire
