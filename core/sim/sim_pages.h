// The bytes of one simulated file, twice: what processes see (the cache) and what would survive a power cut (the
// medium). The difference between the two is what every storage bug lives on.
//
// A page is in the cache or not, and dirty or not. Clean does not mean equal: after a failed sync a page is clean and
// the medium never got it; after a bit flip the medium differs from a cache that was right. Pages share their memory
// with the medium until one of them changes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/prng.h"

namespace ottla::sim {

inline constexpr size_t kPageSize = 4096;
inline constexpr size_t kSectorSize = 512;  // what most devices write whole, and no contract says that they do
static_assert(kPageSize % kSectorSize == 0);

// How a crash treats what was not synced, drawn anew for each crash: sometimes all of it is lost, sometimes none,
// mostly some. (A fair coin per page would hardly ever draw the first two, which catch the most common bugs.)
struct CrashMood {
  uint32_t keep_per_mille = 0;  // that a dirty page, a new size or a change of name survives
  uint32_t tear_per_mille = 0;  // that a dirty page is torn, at sectors and within them, a size anywhere between

  static CrashMood draw(Prng& prng);
};

// One for each kind of thing: bytes may be kept where names are lost, and sizes where bytes are.
struct CrashMoods {
  CrashMood names;
  CrashMood pages;
  CrashMood sizes;

  static CrashMoods draw(Prng& prng);
};

// What a crash did, for tests that want to know whether the disk was nasty enough.
struct CrashReport {
  uint64_t pages_kept = 0;
  uint64_t pages_lost = 0;
  uint64_t pages_torn = 0;
  uint64_t sizes_kept = 0;
  uint64_t sizes_lost = 0;
  uint64_t sizes_between = 0;
  uint64_t names_kept = 0;
  uint64_t names_lost = 0;
};

class SimPages {
 public:
  [[nodiscard]] int64_t size() const { return size_; }
  [[nodiscard]] int64_t medium_size() const { return medium_size_; }
  [[nodiscard]] bool dirty() const;

  // Within the size. Brings the pages into the cache.
  void read(int64_t position, std::span<uint8_t> out);
  [[nodiscard]] bool in_cache(int64_t position, size_t size) const;

  void write(int64_t position, BytesView bytes);  // position <= size()
  void truncate(int64_t size);                    // size <= size()

  // Everything dirty reaches the medium.
  void sync();
  // Some dirty pages, perhaps the size, reach it without having been asked for: the kernel writes when it likes, which
  // is how a crash can leave a version of a page that was neither the first nor the last.
  void write_back_some(Prng& prng);
  // Some dirty pages reach it; the others never will, yet all are clean now. The cache goes on showing them (as ext4
  // does) or forgets them (as XFS and Btrfs do).
  void fail_sync(Prng& prng);
  // Clean pages leave the cache: the next read sees the medium.
  void drop_cache();

  // The power went: cache and medium are one again.
  void crash(const CrashMoods& moods, Prng& prng, CrashReport& report);

  // Damage on the medium. False when the medium has no such byte.
  bool flip_bit(int64_t position, unsigned bit);
  bool zero_page(int64_t position);

 private:
  using PageBytes = std::array<uint8_t, kPageSize>;
  using PagePtr = std::shared_ptr<PageBytes>;  // null: zeros
  struct Page {
    PagePtr cached;
    PagePtr medium;
    bool in_cache = false;
    bool dirty = false;
  };

  static size_t pages_for(int64_t size) { return (static_cast<size_t>(size) + kPageSize - 1) / kPageSize; }
  static PageBytes& own(PagePtr& page);  // makes it non-null and unshared
  static void zero_from(PagePtr& page, size_t from);
  static void load(Page& page);
  void mix(Page& page, CrashMood mood, Prng& prng, CrashReport& report);
  int64_t draw_size(CrashMood mood, Prng& prng, CrashReport& report) const;

  std::vector<Page> pages_;
  int64_t size_ = 0;
  int64_t medium_size_ = 0;
  int64_t smallest_size_ = 0;  // since the medium last had the size: no crash leaves less
};

}  // namespace ottla::sim
