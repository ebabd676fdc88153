#include "core/base/alloc_count_testing.h"

#include <cstddef>
#include <cstdlib>
#include <new>

#include "core/base/sanitizer_testing.h"

namespace {

thread_local uint64_t allocations = 0;

}  // namespace

#if OTTLA_SANITIZED

// Declared here: GCC has the function in its runtime, but does not install the header.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void*, size_t),
                                                         void (*released)(const volatile void*));

namespace {

void count_allocation(const volatile void*, size_t) { ++allocations; }
void ignore_release(const volatile void*) {}

}  // namespace

namespace ottla {

AllocCount::AllocCount() {
  static const bool installed = __sanitizer_install_malloc_and_free_hooks(count_allocation, ignore_release) != 0;
  if (!installed) std::abort();
  start_ = allocations;
}

}  // namespace ottla

#else

namespace {

void* counted(void* memory) {
  if (memory == nullptr) std::abort();
  ++allocations;
  return memory;
}

}  // namespace

// The forms for arrays and for nothrow call these by the standard's own definitions.
void* operator new(size_t size) { return counted(std::malloc(size == 0 ? 1 : size)); }
void* operator new(size_t size, std::align_val_t alignment) {
  const auto align = static_cast<size_t>(alignment);
  return counted(std::aligned_alloc(align, (size + align - 1) / align * align));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace ottla {

AllocCount::AllocCount() : start_(allocations) {}

}  // namespace ottla

#endif

namespace ottla {

uint64_t AllocCount::so_far() const { return allocations - start_; }

}  // namespace ottla
