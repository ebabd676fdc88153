// What checking batches costs: the walk alone in ns a record, and the whole check (checksum, decompression, walk) in GB
// of uncompressed records a second. A batch is about 256 KiB of records; figures are the best of many rounds.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "core/base/crc32c.h"
#include "core/base/prng.h"
#include "core/base/varint.h"
#include "core/record/batch_builder.h"
#include "core/record/batch_check.h"

namespace ottla {
namespace {

constexpr size_t kRecordsSize = 256 * limits::kKiB;
constexpr auto kRunTime = std::chrono::milliseconds(300);

// Seconds of one call, the least of those that fit in the run time.
template <class Work>
double seconds_of(Work work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (const auto end = Clock::now() + kRunTime; Clock::now() < end;) {
    const auto start = Clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

// Words of a small vocabulary, so that codecs find about what they find in JSON.
std::string value_of(Prng& prng, size_t size) {
  static constexpr std::string_view kWords[] = {"\"offset\":", "\"name\":\"", "ottla", "river",
                                                "true,",       "17000000",    "},{"};
  std::string value;
  while (value.size() < size) {
    value += kWords[prng.below(std::size(kWords))];
    value += std::to_string(prng.below(1000));
  }
  value.resize(size);
  return value;
}

BytesBuffer make_batch(CompressionType type, size_t value_size, BatchBuilder& builder) {
  Prng prng(7);
  BytesBuffer out;
  builder.start({.compression = type}, out);
  for (int64_t i = 0; builder.plain_size() < kRecordsSize; ++i) {
    const std::string key = "key-" + std::to_string(i % 1000);
    const std::string value = value_of(prng, value_size);
    builder.append({.timestamp = Timestamp::from_ms(1'700'000'000'000 + i / 4),
                    .key = BytesView::of(key),
                    .value = BytesView::of(value)});
  }
  builder.finish();
  return out;
}

// The floor: the same fields read by a reader that trusts them, so that a machine's mood can be told from ours.
template <class T>
T trusting_varint(const uint8_t*& at) {
  uint64_t value = *at & 0x7f;
  for (int shift = 7; (*at++ & 0x80) != 0; shift += 7) value |= uint64_t{*at & 0x7fU} << shift;
  return static_cast<T>(unzigzag(value));
}

int64_t trusting_walk(const BatchView& batch) {
  const uint8_t* at = batch.body().begin();
  int64_t max_timestamp_delta = 0;
  for (int32_t i = 0; i < batch.record_count(); ++i) {
    trusting_varint<int32_t>(at);
    ++at;
    max_timestamp_delta = std::max(max_timestamp_delta, trusting_varint<int64_t>(at));
    OTTLA_ASSERT(trusting_varint<int32_t>(at) == i, i);
    for (int field = 0; field < 2; ++field) {
      const auto size = trusting_varint<int32_t>(at);
      at += std::max(size, 0);
    }
    const auto headers = trusting_varint<int32_t>(at);
    OTTLA_ASSERT(headers == 0, headers);
  }
  OTTLA_ASSERT(at == batch.body().end());
  return max_timestamp_delta;
}

void print_row(CompressionType type, size_t value_size) {
  BatchBuilder builder;
  DecompressionScratch scratch;
  const BytesBuffer bytes = make_batch(type, value_size, builder);
  const BatchView batch = BatchView::only(bytes.view()).value();
  const AppendRules rules;
  BatchFacts facts;

  const double check = seconds_of([&] { facts = check_append(batch, rules, scratch).value(); });
  const double crc = seconds_of([&] {
    volatile bool matches = batch.crc_matches();
    (void)matches;
  });
  const double iterate = seconds_of([&] {
    RecordIterator records(batch, scratch);
    RecordView record;
    size_t sum = 0;
    while (records.next(record).value()) sum += record.size();
    OTTLA_ASSERT(sum == facts.records_size, sum, facts.records_size);
  });
  BytesBuffer out;
  const double build = seconds_of([&] {
    out.clear();
    RecordIterator records(batch, scratch);
    builder.start({.compression = type}, out);
    for (RecordView record; records.next(record).value();) builder.append_copy(record);
    builder.finish();
  });

  const auto count = static_cast<double>(facts.record_count);
  const auto size = static_cast<double>(facts.records_size);
  std::printf("%-7s %6zu %8d %7.2f %10.2f %11.2f %12.2f %12.2f", compression_name(type).data(), value_size,
              facts.record_count, size / static_cast<double>(batch.size()), size / check / 1e9,
              (check - crc) / count * 1e9, iterate / count * 1e9, size / build / 1e9);
  if (type == CompressionType::none) {
    const double floor = seconds_of([&] {
      volatile int64_t latest = trusting_walk(batch);
      (void)latest;
    });
    std::printf(" %11.2f", floor / count * 1e9);
  }
  std::printf("\n");
}

}  // namespace
}  // namespace ottla

int main() {
  using ottla::CompressionType;
  std::printf("codec    value  records   ratio check GB/s walk ns/rec iterate ns/r rebuild GB/s floor ns/rec\n");
  for (const size_t value_size : {10, 100, 1000}) ottla::print_row(CompressionType::none, value_size);
  for (const auto type :
       {CompressionType::gzip, CompressionType::snappy, CompressionType::lz4, CompressionType::zstd}) {
    for (const size_t value_size : {100, 1000}) ottla::print_row(type, value_size);
  }
}
