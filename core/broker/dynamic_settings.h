// Settings of a broker that are changed while it runs: the metadata log has them, for one broker or for all, and the
// node's SettingValues are made to say the same. Whoever keeps a number of theirs asks again.
#pragma once

#include "core/base/log_sink.h"
#include "core/metadata/image.h"
#include "core/model/settings_values.h"

namespace ottla {

// Makes what `node` says of origin all_brokers and this_broker equal to the image's. A setting that this binary does not
// take (an older one's, say) is told and left out. True when something changed.
bool apply_broker_settings(SettingValues& node, const MetadataImage& image, BrokerId self, LogSink& sink);

}  // namespace ottla
