// CRC32C by x86's instructions. Each function is compiled for the instructions it names and runs only where the CPU has
// them; the rest of the program keeps the baseline. Constants come from arithmetic at compile time.
//
// Two ideas. CRC32 (SSE4.2) takes 8 bytes but answers 3 cycles later: three independent streams hide that. Carry-less
// multiplication folds: a block of 16 bytes times x^(8d) modulo the polynomial may be added to the block d bytes on
// without changing the checksum, so a few accumulators run over the data and are folded into one at the end. Wider
// registers do the same to 2 or 4 blocks at once.

#include "core/base/crc32c_kernels.h"

#if defined(__x86_64__)

// GCC 12's own header leaves a register that it does not use without a value, and GCC 12 warns of it (its bug 105593).
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <array>
#include <cstring>

#include "core/base/crc32c_polynomial.h"

#define OTTLA_INLINE  __attribute__((always_inline)) inline
#define OTTLA_SSE42   __attribute__((target("sse4.2")))
#define OTTLA_PCLMUL  __attribute__((target("sse4.2,pclmul")))
#define OTTLA_VPCLMUL __attribute__((target("sse4.2,pclmul,avx2,vpclmulqdq")))
#define OTTLA_AVX512  __attribute__((target("sse4.2,pclmul,avx512f,vpclmulqdq")))

namespace ottla::crc32c_detail {
namespace {

template <class T>
OTTLA_INLINE T load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// One stream: what is too small for anything else, and the rest that the others leave.
OTTLA_SSE42 OTTLA_INLINE uint32_t one_stream(uint32_t state, const uint8_t* data, size_t size) {
  uint64_t wide = state;
  for (; size >= 8; data += 8, size -= 8) wide = _mm_crc32_u64(wide, load<uint64_t>(data));
  state = static_cast<uint32_t>(wide);
  if ((size & 4) != 0) {
    state = _mm_crc32_u32(state, load<uint32_t>(data));
    data += 4;
  }
  if ((size & 2) != 0) {
    state = _mm_crc32_u16(state, load<uint16_t>(data));
    data += 2;
  }
  if ((size & 1) != 0) state = _mm_crc32_u8(state, *data);
  return state;
}

// ---- Three streams over neighbouring lanes of kLane bytes, joined by multiplication or, without it, by tables.

// The register `state` moved over kSize zero bytes, as 8 bytes that CRC32 turns into it: a product of two numbers in
// this order of bits is one x short of where CRC32 takes it to be, and CRC32 itself multiplies by x^32.
template <size_t kSize>
OTTLA_PCLMUL OTTLA_INLINE uint64_t moved(uint64_t state) {
  constexpr uint32_t kPower = x_to_the(8 * kSize - 33);
  const __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128(static_cast<int64_t>(state)),
                                               _mm_cvtsi64_si128(static_cast<int64_t>(kPower)), 0);
  return static_cast<uint64_t>(_mm_cvtsi128_si64(product));
}

template <size_t kLane>
struct Streams {
  uint64_t a;
  uint64_t b = 0;
  uint64_t c = 0;

  OTTLA_SSE42 OTTLA_INLINE void take_word(const uint8_t* from) {
    a = _mm_crc32_u64(a, load<uint64_t>(from));
    b = _mm_crc32_u64(b, load<uint64_t>(from + kLane));
    c = _mm_crc32_u64(c, load<uint64_t>(from + 2 * kLane));
  }
  template <size_t kCount>
  OTTLA_SSE42 OTTLA_INLINE void take_words(const uint8_t* from) {
    take_word(from);
    if constexpr (kCount > 1) take_words<kCount - 1>(from + 8);
  }
  OTTLA_PCLMUL OTTLA_INLINE uint32_t join() const {
    return static_cast<uint32_t>(_mm_crc32_u64(0, moved<2 * kLane>(a) ^ moved<kLane>(b)) ^ c);
  }
  // The same, with kMore bytes behind the lanes whose register, from zero, is `more`.
  template <size_t kMore>
  OTTLA_PCLMUL OTTLA_INLINE uint32_t join(uint32_t more) const {
    return static_cast<uint32_t>(
        _mm_crc32_u64(0, moved<2 * kLane + kMore>(a) ^ moved<kLane + kMore>(b) ^ moved<kMore>(c)) ^ more);
  }
};

template <size_t kLane>
OTTLA_PCLMUL OTTLA_INLINE uint32_t three_lanes(uint32_t state, const uint8_t* data) {
  Streams<kLane> streams{state};
  for (size_t i = 0; i < kLane; i += 8) streams.take_word(data + i);
  return streams.join();
}

template <size_t kLane>
OTTLA_PCLMUL OTTLA_INLINE uint32_t three_lanes_while_they_fit(uint32_t state, const uint8_t*& data, size_t& size) {
  for (; size >= 3 * kLane; data += 3 * kLane, size -= 3 * kLane) state = three_lanes<kLane>(state, data);
  return state;
}

OTTLA_PCLMUL uint32_t three_way(uint32_t state, const uint8_t* data, size_t size) {
  state = three_lanes_while_they_fit<4096>(state, data, size);
  state = three_lanes_while_they_fit<512>(state, data, size);
  state = three_lanes_while_they_fit<64>(state, data, size);
  return one_stream(state, data, size);
}

// What each byte of a register, first to last, becomes when the register moves over kSize zero bytes.
using MoveTables = std::array<std::array<uint32_t, 256>, 4>;
template <size_t kSize>
inline constexpr MoveTables kMoveTables = [] {
  MoveTables tables{};
  for (size_t n = 0; n < tables.size(); ++n) {
    for (uint32_t byte = 0; byte < 256; ++byte) tables[n][byte] = times(byte << 8 * n, x_to_the(8 * kSize));
  }
  return tables;
}();

template <size_t kSize>
uint32_t moved_by_tables(uint32_t state) {
  const MoveTables& to = kMoveTables<kSize>;
  return to[0][state & 0xff] ^ to[1][state >> 8 & 0xff] ^ to[2][state >> 16 & 0xff] ^ to[3][state >> 24];
}

template <size_t kLane>
OTTLA_SSE42 OTTLA_INLINE uint32_t three_lanes_by_tables(uint32_t state, const uint8_t*& data, size_t& size) {
  for (; size >= 3 * kLane; data += 3 * kLane, size -= 3 * kLane) {
    Streams<kLane> streams{state};
    for (size_t i = 0; i < kLane; i += 8) streams.take_word(data + i);
    const uint32_t a_and_b =
        moved_by_tables<kLane>(static_cast<uint32_t>(streams.a)) ^ static_cast<uint32_t>(streams.b);
    state = moved_by_tables<kLane>(a_and_b) ^ static_cast<uint32_t>(streams.c);
  }
  return state;
}

OTTLA_SSE42 uint32_t three_way_by_tables(uint32_t state, const uint8_t* data, size_t size) {
  state = three_lanes_by_tables<4096>(state, data, size);
  state = three_lanes_by_tables<512>(state, data, size);
  return one_stream(state, data, size);
}

// ---- Folding.

// Below this the accumulators cost more than they save. The widest registers need 256 bytes to be filled.
constexpr size_t kFoldMin = 128;

// The two factors that move a block of 16 bytes on by `distance` bytes: its first 8 bytes stand 64 bits further from
// the end than its last 8. Again a product is one x short.
struct Factors {
  alignas(16) std::array<uint64_t, 2> of_halves;
};
constexpr Factors factors(size_t distance) {
  return {{uint64_t{x_to_the(8 * distance + 63)} << 32, uint64_t{x_to_the(8 * distance - 1)} << 32}};
}
template <size_t kDistance>
inline constexpr Factors kFactors = factors(kDistance);

template <size_t kDistance>
OTTLA_PCLMUL OTTLA_INLINE __m128i by() {
  return _mm_load_si128(reinterpret_cast<const __m128i*>(kFactors<kDistance>.of_halves.data()));
}
OTTLA_PCLMUL OTTLA_INLINE __m128i load_128(const uint8_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
OTTLA_PCLMUL OTTLA_INLINE __m128i fold(__m128i block, __m128i factors, __m128i onto) {
  const __m128i first = _mm_clmulepi64_si128(block, factors, 0x00);
  const __m128i second = _mm_clmulepi64_si128(block, factors, 0x11);
  return _mm_xor_si128(_mm_xor_si128(first, second), onto);
}

// The register for the bytes that `block` stands for, and then for the rest of the data.
OTTLA_PCLMUL OTTLA_INLINE uint32_t finish(__m128i block, const uint8_t* data, size_t size) {
  for (; size >= 16; data += 16, size -= 16) block = fold(block, by<16>(), load_128(data));
  const uint64_t state = _mm_crc32_u64(0, static_cast<uint64_t>(_mm_cvtsi128_si64(block)));
  return one_stream(static_cast<uint32_t>(_mm_crc32_u64(state, static_cast<uint64_t>(_mm_extract_epi64(block, 1)))),
                    data, size);
}

OTTLA_PCLMUL OTTLA_INLINE uint32_t finish(__m128i block) { return finish(block, nullptr, 0); }

// Streams and folding keep different parts of the CPU busy, so a block is cut in two and given to both at once:
// kSteps x kWords x 24 bytes to three streams, the kSteps x 64 bytes behind them to four accumulators.
constexpr size_t kSteps = 16;
constexpr size_t kWords = 6;
constexpr size_t kLane = kSteps * kWords * 8;
constexpr size_t kBlock128 = 3 * kLane + kSteps * 64;

OTTLA_PCLMUL OTTLA_INLINE uint32_t block_128(uint32_t state, const uint8_t* data) {
  Streams<kLane> streams{state};
  const uint8_t* folded = data + 3 * kLane;
  __m128i a = _mm_setzero_si128();
  __m128i b = a;
  __m128i c = a;
  __m128i d = a;
  for (size_t step = 0; step < kSteps; ++step, data += kWords * 8, folded += 64) {
    a = fold(a, by<64>(), load_128(folded));
    b = fold(b, by<64>(), load_128(folded + 16));
    c = fold(c, by<64>(), load_128(folded + 32));
    d = fold(d, by<64>(), load_128(folded + 48));
    streams.take_words<kWords>(data);
  }
  return streams.join<kSteps * 64>(finish(fold(a, by<48>(), fold(b, by<32>(), fold(c, by<16>(), d)))));
}

OTTLA_PCLMUL uint32_t pclmul_128(uint32_t state, const uint8_t* data, size_t size) {
  for (; size >= kBlock128; data += kBlock128, size -= kBlock128) state = block_128(state, data);
  return three_way(state, data, size);
}

template <size_t kDistance>
OTTLA_VPCLMUL OTTLA_INLINE __m256i by_256() {
  return _mm256_broadcastsi128_si256(by<kDistance>());
}
OTTLA_VPCLMUL OTTLA_INLINE __m256i load_256(const uint8_t* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
OTTLA_VPCLMUL OTTLA_INLINE __m256i fold(__m256i blocks, __m256i factors, __m256i onto) {
  const __m256i first = _mm256_clmulepi64_epi128(blocks, factors, 0x00);
  const __m256i second = _mm256_clmulepi64_epi128(blocks, factors, 0x11);
  return _mm256_xor_si256(_mm256_xor_si256(first, second), onto);
}

OTTLA_VPCLMUL OTTLA_INLINE __m128i fold_halves(__m256i blocks) {
  return fold(_mm256_castsi256_si128(blocks), by<16>(), _mm256_extracti128_si256(blocks, 1));
}

constexpr size_t kBlock256 = 3 * kLane + kSteps * 128;

// As block_128, with 128 bytes folded a step.
OTTLA_VPCLMUL OTTLA_INLINE uint32_t block_256(uint32_t state, const uint8_t* data) {
  Streams<kLane> streams{state};
  const uint8_t* folded = data + 3 * kLane;
  __m256i a = _mm256_setzero_si256();
  __m256i b = a;
  __m256i c = a;
  __m256i d = a;
  for (size_t step = 0; step < kSteps; ++step, data += kWords * 8, folded += 128) {
    a = fold(a, by_256<128>(), load_256(folded));
    b = fold(b, by_256<128>(), load_256(folded + 32));
    c = fold(c, by_256<128>(), load_256(folded + 64));
    d = fold(d, by_256<128>(), load_256(folded + 96));
    streams.take_words<kWords>(data);
  }
  a = fold(a, by_256<96>(), fold(b, by_256<64>(), fold(c, by_256<32>(), d)));
  return streams.join<kSteps * 128>(finish(fold_halves(a)));
}

OTTLA_VPCLMUL uint32_t vpclmul_256(uint32_t state, const uint8_t* data, size_t size) {
  for (; size >= kBlock256; data += kBlock256, size -= kBlock256) state = block_256(state, data);
  if (size < kFoldMin) return one_stream(state, data, size);
  __m256i a = _mm256_xor_si256(load_256(data), _mm256_zextsi128_si256(_mm_cvtsi32_si128(static_cast<int>(state))));
  __m256i b = load_256(data + 32);
  __m256i c = load_256(data + 64);
  __m256i d = load_256(data + 96);
  for (data += 128, size -= 128; size >= 128; data += 128, size -= 128) {
    a = fold(a, by_256<128>(), load_256(data));
    b = fold(b, by_256<128>(), load_256(data + 32));
    c = fold(c, by_256<128>(), load_256(data + 64));
    d = fold(d, by_256<128>(), load_256(data + 96));
  }
  a = fold(a, by_256<96>(), fold(b, by_256<64>(), fold(c, by_256<32>(), d)));
  for (; size >= 32; data += 32, size -= 32) a = fold(a, by_256<32>(), load_256(data));
  return finish(fold_halves(a), data, size);
}

template <size_t kDistance>
OTTLA_AVX512 OTTLA_INLINE __m512i by_512() {
  return _mm512_broadcast_i32x4(by<kDistance>());
}
OTTLA_AVX512 OTTLA_INLINE __m512i load_512(const uint8_t* from) { return _mm512_loadu_si512(from); }
OTTLA_AVX512 OTTLA_INLINE __m512i fold(__m512i blocks, __m512i factors, __m512i onto) {
  const __m512i first = _mm512_clmulepi64_epi128(blocks, factors, 0x00);
  const __m512i second = _mm512_clmulepi64_epi128(blocks, factors, 0x11);
  return _mm512_ternarylogic_epi64(first, second, onto, 0x96);  // the exclusive or of all three
}

OTTLA_AVX512 uint32_t vpclmul_512(uint32_t state, const uint8_t* data, size_t size) {
  if (size < 256) return vpclmul_256(state, data, size);
  __m512i a = _mm512_xor_si512(load_512(data), _mm512_zextsi128_si512(_mm_cvtsi32_si128(static_cast<int>(state))));
  __m512i b = load_512(data + 64);
  __m512i c = load_512(data + 128);
  __m512i d = load_512(data + 192);
  for (data += 256, size -= 256; size >= 256; data += 256, size -= 256) {
    a = fold(a, by_512<256>(), load_512(data));
    b = fold(b, by_512<256>(), load_512(data + 64));
    c = fold(c, by_512<256>(), load_512(data + 128));
    d = fold(d, by_512<256>(), load_512(data + 192));
  }
  a = fold(a, by_512<192>(), fold(b, by_512<128>(), fold(c, by_512<64>(), d)));
  for (; size >= 64; data += 64, size -= 64) a = fold(a, by_512<64>(), load_512(data));
  const __m128i first = fold(_mm512_castsi512_si128(a), by<48>(), _mm512_extracti32x4_epi32(a, 3));
  const __m128i second = fold(_mm512_extracti32x4_epi32(a, 1), by<32>(), first);
  return finish(fold(_mm512_extracti32x4_epi32(a, 2), by<16>(), second), data, size);
}

constexpr std::array<NamedKernel, 5> kKernels = {{{"three-way-tables", three_way_by_tables},
                                                  {"three-way", three_way},
                                                  {"pclmul-128", pclmul_128},
                                                  {"vpclmul-256", vpclmul_256},
                                                  {"vpclmul-512", vpclmul_512}}};

}  // namespace

std::span<const NamedKernel> hardware_kernels() {
  // Every CPU with the instructions of a line has those of the lines before: the list is a beginning of the table.
  size_t count = 0;
  if (__builtin_cpu_supports("sse4.2")) count = 1;
  if (count == 1 && __builtin_cpu_supports("pclmul")) count = 3;
  if (count == 3 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("vpclmulqdq")) count = 4;
  if (count == 4 && __builtin_cpu_supports("avx512f")) count = 5;
  return std::span(kKernels).first(count);
}

}  // namespace ottla::crc32c_detail

#else

namespace ottla::crc32c_detail {
std::span<const NamedKernel> hardware_kernels() { return {}; }
}  // namespace ottla::crc32c_detail

#endif
