#include "core/state_machine/tenant.h"

#include "core/record/batch_builder.h"

namespace ottla {

TenantRecords::View TenantRecords::operator[](size_t index) const {
  OTTLA_ASSERT(index < places_.size(), index);
  const Place& place = places_[index];
  const size_t start = index == 0 ? 0 : places_[index - 1].value_end;
  View view{bytes_.view().slice(start, place.key_end - start), std::nullopt};
  if (!place.tombstone) view.value = bytes_.view().slice(place.key_end, place.value_end - place.key_end);
  return view;
}

size_t TenantRecords::size_in_batch() const {
  size_t size = 0;
  for (size_t index = 0; index < places_.size(); ++index) {
    const View record = (*this)[index];
    size += BatchBuilder::record_size_max({.timestamp = Timestamp(), .key = record.key, .value = record.value});
  }
  return size;
}

void TenantRecords::clear() {
  bytes_.clear();
  places_.clear();
}

}  // namespace ottla
