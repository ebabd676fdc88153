// Small files that are read and replaced whole: checkpoints, snapshots, metadata.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/bytes.h"
#include "core/io/disk.h"

namespace ottla {

// The whole of a file. One that is longer than `size_max` is refused with too_large before anything is allocated: the
// bound is on what a damaged or foreign file can make us hold.
IoResult<Bytes> read_whole_file(Disk& disk, std::string_view path, size_t size_max);

// Makes `path` hold `bytes`, whatever happens: after a crash it holds all of the old bytes (or is not there, if it was
// not) or all of the new; after success, the new. The steps are create "<path>.tmp", write, sync, rename, sync
// directory; a crash may leave the .tmp, which the next replacement removes. After an error the file is old or new, and
// the caller does not know which is durable: it tries again or takes the directory out of service. Two replacements of
// one path must not run at once. Blocks twice: a job.
inline constexpr std::string_view kReplacementSuffix = ".tmp";
IoResult<> replace_file(Disk& disk, std::string_view path, BytesView bytes);

// Its steps without its syncs, for who replaces so many files that one sync_all() is cheaper: after all of the first, and
// again after all of the second.
IoResult<> write_replacement(Disk& disk, std::string_view path, BytesView bytes);
IoResult<> put_in_place(Disk& disk, std::string_view path);

}  // namespace ottla
