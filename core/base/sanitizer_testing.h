// Whether this program runs under a sanitizer, for tests of what a sanitizer changes: speed and the allocator.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTTLA_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define OTTLA_SANITIZED 1
#endif
#endif
#ifndef OTTLA_SANITIZED
#define OTTLA_SANITIZED 0
#endif
