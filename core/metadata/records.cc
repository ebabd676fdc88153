#include "core/metadata/records.h"

#include "core/wire/internal_records.h"

namespace ottla {

void RecordList::add(const wire::Message& message, const void* record, wire::Version version) {
  wire::write_record_prefix(message, version, bytes_);
  const auto written = wire::encode(message, record, version, bytes_);
  // Every text in it came in a request, an image or our own code, and fits the flexible encoding.
  OTTLA_ASSERT(written.ok());
  ends_.push_back(bytes_.size());
}

void RecordList::add_encoded(BytesView record) {
  bytes_.append(record);
  ends_.push_back(bytes_.size());
}

void RecordList::append(const RecordList& others) {
  const size_t start = bytes_.size();
  bytes_.append(others.bytes_.view());
  for (const size_t end : others.ends_) ends_.push_back(start + end);
}

BytesView RecordList::operator[](size_t index) const {
  OTTLA_ASSERT(index < ends_.size(), index);
  const size_t start = index == 0 ? 0 : ends_[index - 1];
  return bytes_.view().slice(start, ends_[index] - start);
}

void RecordList::cut(size_t size) {
  OTTLA_ASSERT(size <= ends_.size(), size);
  ends_.resize(size);
  bytes_.resize(size == 0 ? 0 : ends_.back());
}

Bytes RecordList::batch(BatchBuilder& builder, const BatchPlace& place, size_t first, size_t end) const {
  OTTLA_ASSERT(first < end && end <= size(), first, end);
  BytesBuffer out;
  builder.start({.base_offset = place.base_offset, .leader_epoch = place.leader_epoch}, out);
  for (size_t index = first; index < end; ++index) {
    builder.append({.timestamp = place.timestamp, .value = (*this)[index]});
  }
  builder.finish();
  return out.freeze();
}

}  // namespace ottla
