#include "core/record/control_records.h"

namespace ottla {
namespace {

constexpr int16_t kKeyVersion = 0;
constexpr int16_t kMarkerVersion = 0;

}  // namespace

Result<ControlRecordType, BatchFlaw> read_control_key(BytesView key) {
  if (key.size() < control_key(ControlRecordType::abort).size()) return Failure(BatchFlaw::control_key_too_short);
  if (load_be<int16_t>(key.data()) < 0) return Failure(BatchFlaw::control_version_invalid);
  const auto type = load_be<int16_t>(key.data() + sizeof(int16_t));
  const bool known = type >= static_cast<int16_t>(ControlRecordType::abort) &&
                     type <= static_cast<int16_t>(ControlRecordType::kraft_voters);
  return known ? static_cast<ControlRecordType>(type) : ControlRecordType::unknown;
}

std::array<uint8_t, 4> control_key(ControlRecordType type) {
  OTTLA_ASSERT(type != ControlRecordType::unknown);
  std::array<uint8_t, 4> key;
  store_be(key.data(), kKeyVersion);
  store_be(key.data() + sizeof kKeyVersion, static_cast<int16_t>(type));
  return key;
}

Result<EndTransactionMarker, BatchFlaw> read_end_transaction_marker(BytesView value) {
  if (value.size() < end_transaction_marker({}).size()) return Failure(BatchFlaw::control_value_too_short);
  if (load_be<int16_t>(value.data()) < 0) return Failure(BatchFlaw::control_version_invalid);
  return EndTransactionMarker{load_be<int32_t>(value.data() + sizeof kMarkerVersion)};
}

std::array<uint8_t, 6> end_transaction_marker(const EndTransactionMarker& marker) {
  std::array<uint8_t, 6> value;
  store_be(value.data(), kMarkerVersion);
  store_be(value.data() + sizeof kMarkerVersion, marker.coordinator_epoch);
  return value;
}

BytesView append_transaction_end(const TransactionEnd& end, BatchBuilder& builder, BytesBuffer& out) {
  OTTLA_ASSERT(end.type == ControlRecordType::abort || end.type == ControlRecordType::commit, end.type);
  BatchOptions options;
  options.base_offset = end.offset;
  options.leader_epoch = end.leader_epoch;
  options.producer_id = end.producer_id;
  options.producer_epoch = end.producer_epoch;
  options.transactional = true;
  options.control = true;
  const std::array<uint8_t, 4> key = control_key(end.type);
  const std::array<uint8_t, 6> value = end_transaction_marker(end.marker);
  builder.start(options, out);
  builder.append({.timestamp = end.timestamp, .key = BytesView(key), .value = BytesView(value)});
  return builder.finish();
}

}  // namespace ottla
