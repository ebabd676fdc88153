// How each kind of a log's files is printed. Each function takes the file as it lies in its folder and reports what is
// wrong to `dump`; it goes on as far as there is something that can be believed.
#pragma once

#include <string_view>

#include "cluster/cli/file_dump.h"
#include "core/base/bytes.h"
#include "core/io/disk.h"
#include "core/log/checkpoints.h"

namespace ottla::cli {

// --- a segment and what stands beside it, by its base offset

void dump_segment(const File& file, Offset base, FileDump& dump);

// `segment`: the log file that the index is of, held against it where it is there; null otherwise.
void dump_offset_index(Offset base, BytesView bytes, const File* segment, FileDump& dump);
void dump_time_index(Offset base, BytesView bytes, FileDump& dump);
void dump_aborted_index(Offset base, BytesView bytes, FileDump& dump);
void dump_producer_snapshot(Offset snapshot_offset, BytesView bytes, FileDump& dump);

// --- small files that are read whole

void dump_leader_epochs(BytesView bytes, FileDump& dump);
void dump_offset_checkpoint(BytesView bytes, FileDump& dump);
void dump_partition_metadata(BytesView bytes, FileDump& dump);
void dump_clean_shutdown(BytesView bytes, FileDump& dump);
void dump_directory_checkpoint(BytesView bytes, FileDump& dump);
void dump_side_file(BytesView bytes, FileDump& dump);
// `checkpoint`: the cleaner's, held against its checksum where it is there; null otherwise.
void dump_cleaner_sum(BytesView bytes, const Bytes* checkpoint, FileDump& dump);
// Compaction's, by its name an index; is_replaced_mark() tells it from Kafka's index of that name.
bool is_replaced_mark(BytesView bytes);
void dump_replaced_mark(BytesView bytes, FileDump& dump);

}  // namespace ottla::cli
