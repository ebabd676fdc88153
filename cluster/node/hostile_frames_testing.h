// Frames that no client would send.
#pragma once

#include <string>
#include <string_view>

#include "core/base/endian.h"
#include "core/base/prng.h"
#include "core/broker/served.h"
#include "core/wire/frame.h"
#include "core/wire/header.h"
#include "core/wire/registry.h"

namespace ottla {

// Of any body.
std::string frame_of(int16_t key, wire::Version version, std::string_view body);
// Of a body that could be meant.
std::string random_frame(const wire::ApiRow& api, wire::Version version, Prng& prng);
// The first `size` bytes, as a frame that is not longer.
std::string shortened(const std::string& frame, size_t size);
// Where the body begins in the frames above.
size_t body_begin(const wire::ApiRow& api, wire::Version version);
std::string api_versions_frame();
// Metadata of no topic, with so many tagged fields that nobody knows.
std::string tagged_frame(uint32_t tags);
// Produce of one record of `size` zeros, compressed, to partition 0 of the topic.
std::string bomb_frame(const std::string& topic, size_t size);

}  // namespace ottla
