// Images for tests: records that fit an image, one random change after another.
#pragma once

#include <span>

#include "core/base/prng.h"
#include "core/metadata/delta.h"
#include "core/metadata/records.h"

namespace ottla::metadata_testing {

Uuid random_id(Prng& prng);

// Appends the records of one change that the log of a cluster in this state might bring: of any kind we know.
void random_change(const MetadataImage& image, Prng& prng, RecordList& records);

// The image after these records, from its end on in its epoch. Fails the running test where they do not fit.
ImagePtr applied(const ImagePtr& image, const RecordList& records);

// A cluster of `topics` topics of `partitions` partitions of one replica each, all on broker 1.
ImagePtr cluster_of(size_t topics, size_t partitions, std::string_view name_start = "topic-");
std::string topic_name(size_t number, std::string_view name_start = "topic-");

}  // namespace ottla::metadata_testing
