#include "core/sim/sim_pages.h"

#include <algorithm>
#include <cstring>

#include "core/base/assert.h"

namespace ottla::sim {

CrashMood CrashMood::draw(Prng& prng) {
  switch (prng.below(4)) {
    case 0: return {.keep_per_mille = 0, .tear_per_mille = 0};
    case 1: return {.keep_per_mille = 1000, .tear_per_mille = 0};
    default:
      return {.keep_per_mille = static_cast<uint32_t>(prng.below(1001)),
              .tear_per_mille = static_cast<uint32_t>(prng.below(1001))};
  }
}

CrashMoods CrashMoods::draw(Prng& prng) {
  CrashMoods moods;
  moods.names = CrashMood::draw(prng);
  moods.pages = CrashMood::draw(prng);
  moods.sizes = CrashMood::draw(prng);
  return moods;
}

SimPages::PageBytes& SimPages::own(PagePtr& page) {
  if (page == nullptr) {
    page = std::make_shared<PageBytes>();
    page->fill(0);
  } else if (page.use_count() > 1) {
    page = std::make_shared<PageBytes>(*page);
  }
  return *page;
}

void SimPages::zero_from(PagePtr& page, size_t from) {
  if (page == nullptr || from == kPageSize) return;
  PageBytes& bytes = own(page);
  std::fill(bytes.begin() + static_cast<ptrdiff_t>(from), bytes.end(), uint8_t{0});
}

void SimPages::load(Page& page) {
  if (page.in_cache) return;
  page.cached = page.medium;
  page.in_cache = true;
}

bool SimPages::dirty() const {
  return size_ != medium_size_ ||
         std::any_of(pages_.begin(), pages_.end(), [](const Page& page) { return page.dirty; });
}

void SimPages::read(int64_t position, std::span<uint8_t> out) {
  if (out.empty()) return;
  OTTLA_ASSERT(position >= 0 && position + static_cast<int64_t>(out.size()) <= size_, position, out.size(), size_);
  auto at = static_cast<size_t>(position);
  while (!out.empty()) {
    Page& page = pages_[at / kPageSize];
    load(page);
    const size_t within = at % kPageSize;
    const size_t count = std::min(out.size(), kPageSize - within);
    if (page.cached == nullptr) {
      std::memset(out.data(), 0, count);
    } else {
      std::memcpy(out.data(), page.cached->data() + within, count);
    }
    at += count;
    out = out.subspan(count);
  }
}

bool SimPages::in_cache(int64_t position, size_t size) const {
  if (size == 0) return true;
  const size_t first = static_cast<size_t>(position) / kPageSize;
  const size_t last = (static_cast<size_t>(position) + size - 1) / kPageSize;
  for (size_t i = first; i <= last; ++i) {
    if (!pages_[i].in_cache) return false;
  }
  return true;
}

void SimPages::write(int64_t position, BytesView bytes) {
  OTTLA_ASSERT(position >= 0 && position <= size_, position, size_);
  auto at = static_cast<size_t>(position);
  const int64_t end = position + static_cast<int64_t>(bytes.size());
  if (pages_.size() < pages_for(end))
    pages_.resize(pages_for(end), Page{.cached = nullptr, .medium = nullptr, .in_cache = true, .dirty = false});
  while (!bytes.empty()) {
    Page& page = pages_[at / kPageSize];
    load(page);
    const size_t within = at % kPageSize;
    const size_t count = std::min(bytes.size(), kPageSize - within);
    std::memcpy(own(page.cached).data() + within, bytes.data(), count);
    page.dirty = true;
    at += count;
    bytes = bytes.from(count);
  }
  size_ = std::max(size_, end);
}

void SimPages::truncate(int64_t size) {
  OTTLA_ASSERT(size >= 0 && size <= size_, size, size_);
  if (size == size_) return;
  // The pages above stay in the list as dirty zeros: the medium has their old bytes until a sync or a crash decides.
  const size_t kept = pages_for(size);
  for (size_t i = kept; i < pages_.size(); ++i) {
    pages_[i].cached = nullptr;
    pages_[i].in_cache = true;
    pages_[i].dirty = true;
  }
  if (const size_t within = static_cast<size_t>(size) % kPageSize; within != 0) {
    Page& last = pages_[kept - 1];
    load(last);
    zero_from(last.cached, within);
    last.dirty = true;
  }
  size_ = size;
  smallest_size_ = std::min(smallest_size_, size);
}

void SimPages::sync() {
  for (Page& page : pages_) {
    if (page.dirty) page.medium = page.cached;
    page.dirty = false;
  }
  pages_.resize(pages_for(size_));
  medium_size_ = smallest_size_ = size_;
}

void SimPages::write_back_some(Prng& prng) {
  for (Page& page : pages_) {
    if (!page.dirty || !prng.chance(1, 2)) continue;
    page.medium = page.cached;
    page.dirty = false;
  }
  if (prng.chance(1, 2)) medium_size_ = smallest_size_ = size_;
}

void SimPages::fail_sync(Prng& prng) {
  const bool forget = prng.chance(1, 2);
  for (Page& page : pages_) {
    if (!page.dirty) continue;
    page.dirty = false;
    if (prng.chance(1, 3)) {
      page.medium = page.cached;
    } else if (forget) {
      page.cached = nullptr;
      page.in_cache = false;
    }
  }
  if (prng.chance(1, 2)) medium_size_ = smallest_size_ = size_;
}

void SimPages::drop_cache() {
  for (Page& page : pages_) {
    if (page.dirty) continue;
    page.cached = nullptr;
    page.in_cache = false;
  }
}

int64_t SimPages::draw_size(CrashMood mood, Prng& prng, CrashReport& report) const {
  if (size_ == medium_size_ && smallest_size_ == size_) return size_;
  if (prng.chance(mood.tear_per_mille, 1000)) {
    ++report.sizes_between;
    return prng.between(smallest_size_, size_);
  }
  if (prng.chance(mood.keep_per_mille, 1000)) {
    ++report.sizes_kept;
    return size_;
  }
  ++report.sizes_lost;
  return medium_size_;
}

void SimPages::mix(Page& page, CrashMood mood, Prng& prng, CrashReport& report) {
  if (!prng.chance(mood.tear_per_mille, 1000)) {
    if (prng.chance(mood.keep_per_mille, 1000)) {
      ++report.pages_kept;
      page.medium = page.cached;
    } else {
      ++report.pages_lost;
    }
    return;
  }
  ++report.pages_torn;
  PageBytes& bytes = own(page.medium);
  const auto keep = [&](size_t begin, size_t end) {
    if (page.cached == nullptr) {
      std::memset(bytes.data() + begin, 0, end - begin);
    } else {
      std::memcpy(bytes.data() + begin, page.cached->data() + begin, end - begin);
    }
  };
  // In every other page sectors are torn, too, the beginning kept or the end. What was synced is the same on both sides
  // of a cut.
  const bool within_sectors = prng.chance(1, 2);
  for (size_t begin = 0; begin < kPageSize; begin += kSectorSize) {
    const size_t end = begin + kSectorSize;
    if (within_sectors && prng.chance(1, 2)) {
      const size_t cut = begin + prng.below(kSectorSize);
      prng.chance(1, 2) ? keep(begin, cut) : keep(cut, end);
    } else if (prng.chance(1, 2)) {
      keep(begin, end);
    }
  }
}

void SimPages::crash(const CrashMoods& moods, Prng& prng, CrashReport& report) {
  for (Page& page : pages_) {
    if (page.dirty) mix(page, moods.pages, prng, report);
    page.cached = nullptr;
    page.in_cache = false;
    page.dirty = false;
  }
  size_ = draw_size(moods.sizes, prng, report);
  medium_size_ = smallest_size_ = size_;
  pages_.resize(pages_for(size_));
  if (const size_t within = static_cast<size_t>(size_) % kPageSize; within != 0)
    zero_from(pages_.back().medium, within);
}

bool SimPages::flip_bit(int64_t position, unsigned bit) {
  OTTLA_ASSERT(position >= 0 && bit < 8, position, bit);
  if (position >= medium_size_) return false;
  // own() leaves a cache that shares the page with the memory as it was: it goes on showing the right byte.
  own(pages_[static_cast<size_t>(position) / kPageSize].medium)[static_cast<size_t>(position) % kPageSize] ^=
      static_cast<uint8_t>(1u << bit);
  return true;
}

bool SimPages::zero_page(int64_t position) {
  OTTLA_ASSERT(position >= 0, position);
  if (position >= medium_size_) return false;
  pages_[static_cast<size_t>(position) / kPageSize].medium = nullptr;
  return true;
}

}  // namespace ottla::sim
