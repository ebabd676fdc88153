// What a broker counts and what its logs hold, in Prometheus' text format 0.0.4. Every name begins with "ottla_"; counters
// end in _total, times are seconds, sizes bytes. A name that was released keeps its meaning.
#pragma once

#include <string>

#include "core/broker/metrics.h"
#include "core/metadata/image.h"
#include "core/replica/replicas.h"

namespace ottla {

// Adds to `page`. `image` and `replicas` may be null: not there yet.
void write_metrics_page(std::string& page, const Metrics& metrics, const MetadataImage* image,
                        const Replicas* replicas);

}  // namespace ottla
