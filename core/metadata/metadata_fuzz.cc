// Records as a metadata log might bring them, true or not: a delta takes or refuses them, and what it took makes an image
// that equals the one its snapshot makes.
//
// The input: records one after another, each after its size in two bytes; a size of 0 ends the delta.
#include <cstdio>
#include <cstdlib>

#include "core/base/endian.h"
#include "core/metadata/delta.h"
#include "core/metadata/snapshot.h"

namespace {

using namespace ottla;

std::string body(const MetadataImage& image) {
  const std::string dump = image.dump();
  return dump.substr(dump.find('\n'));
}

void check_snapshot(const MetadataImage& image) {
  if (image.in_transaction()) return;
  BatchBuilder builder;
  DecompressionScratch scratch;
  MetadataDelta delta(MetadataImage::empty());
  const auto applied = delta.apply_snapshot(snapshot_batches(image, builder, Timestamp::from_ms(0)), scratch);
  OTTLA_ASSERT(applied.ok());
  const auto again = delta.finish();
  OTTLA_ASSERT(again.ok());
  OTTLA_ASSERT(body(**again) == body(image));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  DecompressionScratch scratch;
  {
    MetadataDelta delta(MetadataImage::empty());
    if (delta.apply_batches(BytesView(data, size), scratch).ok()) (void)delta.finish().ok();
  }
  ImagePtr image = MetadataImage::empty();
  BytesView rest(data, size);
  while (rest.size() >= 2) {
    MetadataDelta delta(image);
    bool sound = true;
    while (rest.size() >= 2 && sound) {
      const size_t wanted = load_be<uint16_t>(rest.data());
      rest = rest.from(2);
      if (wanted == 0) break;
      const size_t given = std::min(wanted, rest.size());
      sound = delta.apply(delta.end(), LeaderEpoch(1), rest.first(given)).ok();
      rest = rest.from(given);
    }
    if (!sound) break;
    auto next = delta.finish();
    if (!next.ok()) break;
    const auto between = MetadataDelta::between(image, *next);
    OTTLA_ASSERT(between->topics().size() <= delta.topics().size());
    image = std::move(*next);
  }
  check_snapshot(*image);
  return 0;
}
