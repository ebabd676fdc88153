// What the coordinators of one broker share.
#pragma once

#include "core/base/entropy.h"
#include "core/base/log_sink.h"
#include "core/group/group_settings.h"
#include "core/metadata/image.h"

namespace ottla {

// Outlives them. `settings` and `image` are replaced as the world changes.
struct GroupContext {
  GroupSettings settings;
  ImagePtr image;
  Offset topics_changed{0};  // the end of the image in which topics last came, went or grew
  Entropy* entropy = nullptr;
  LogSink* sink = nullptr;
};

}  // namespace ottla
