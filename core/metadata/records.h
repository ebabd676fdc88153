// Records of the metadata log as bytes, on their way to it: encoded when added, so that nothing they pointed to has to
// live on.
//
//   RecordList records;
//   records.add(wire::TopicRecord{...});
//   const Bytes batch = records.batch(builder, {.leader_epoch = epoch, .timestamp = wall});
//
// All are written in the version that goes with the one level of metadata.version that we finalize.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/time.h"
#include "core/model/ids.h"
#include "core/record/batch_builder.h"
#include "core/wire/codec.h"
#include "core/wire/records/metadata_nodes.h"
#include "core/wire/records/metadata_topics.h"

namespace ottla {

inline constexpr int16_t kMetadataVersionLevel = 30;  // 4.3-IV0
inline constexpr int16_t kMetadataVersionFirst = 30;  // we write, and can be taken back to, no lower one

// Of each record at that level. Records that are not named have one version only.
template <wire::WireMessage M>
inline constexpr wire::Version kRecordVersion = 0;
template <>
inline constexpr wire::Version kRecordVersion<wire::RegisterBrokerRecord> = 4;
template <>
inline constexpr wire::Version kRecordVersion<wire::BrokerRegistrationChangeRecord> = 3;
template <>
inline constexpr wire::Version kRecordVersion<wire::PartitionRecord> = 2;
template <>
inline constexpr wire::Version kRecordVersion<wire::PartitionChangeRecord> = 2;

class RecordList {
 public:
  struct BatchPlace {
    Offset base_offset{0};
    LeaderEpoch leader_epoch = kNoLeaderEpoch;
    Timestamp timestamp = Timestamp::none();
  };

  template <wire::WireMessage M>
  void add(const M& record) {
    add(wire::message_of<M>(), &record, kRecordVersion<M>);
  }
  // Encoded already.
  void add_encoded(BytesView record);
  void append(const RecordList& others);

  [[nodiscard]] size_t size() const { return ends_.size(); }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] BytesView operator[](size_t index) const;
  [[nodiscard]] size_t byte_size() const { return bytes_.size(); }

  // Records [first, end) as one batch; there must be one.
  [[nodiscard]] Bytes batch(BatchBuilder& builder, const BatchPlace& place, size_t first, size_t end) const;
  [[nodiscard]] Bytes batch(BatchBuilder& builder, const BatchPlace& place) const {
    return batch(builder, place, 0, size());
  }

  // Takes back what was added after the list had `size` records.
  void cut(size_t size);

 private:
  void add(const wire::Message& message, const void* record, wire::Version version);

  BytesBuffer bytes_;
  std::vector<size_t> ends_;
};

}  // namespace ottla
