// Any bytes as quorum-state and as a snapshot: an answer, and what is taken for a snapshot is whole batches.
#include <cstdlib>

#include "core/raft/quorum_state.h"
#include "core/raft/snapshot_file.h"
#include "core/record/batch_view.h"

using namespace ottla;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const BytesView bytes(data, size);
  if (const auto state = decode_quorum_state(bytes); state.ok()) {
    BytesBuffer again;
    encode_quorum_state(*state, again);
    const auto same = decode_quorum_state(again.view());
    if (!same.ok() || same->epoch != state->epoch || same->voted != state->voted) abort();
  }
  std::vector<BrokerId> voters;
  const auto batches = decode_snapshot({Offset(7), LeaderEpoch(3)}, Bytes::copy_of(bytes), voters);
  if (!batches.ok()) return 0;
  for (BytesView rest = *batches; !rest.empty();) {
    const auto batch = BatchView::first_of(rest);
    if (!batch.ok() || !batch->crc_matches()) abort();
    rest = rest.from(batch->size());
  }
  return 0;
}
