// Where things stand in a batch, and what its attribute bits mean. FORMAT.md tells the whole story.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ottla {

enum class CompressionType : uint8_t { none, gzip, snappy, lz4, zstd };
inline constexpr size_t kCompressionTypeCount = 5;

// Whose clock a batch's timestamps are: each record's creator's, or the broker's for all records at once.
enum class TimestampType : uint8_t { create_time, log_append_time };

namespace batch_format {

inline constexpr size_t kBaseOffset = 0;
inline constexpr size_t kLength = 8;
inline constexpr size_t kLeaderEpoch = 12;
inline constexpr size_t kMagic = 16;
inline constexpr size_t kCrc = 17;
inline constexpr size_t kAttributes = 21;
inline constexpr size_t kLastOffsetDelta = 23;
inline constexpr size_t kBaseTimestamp = 27;
inline constexpr size_t kMaxTimestamp = 35;
inline constexpr size_t kProducerId = 43;
inline constexpr size_t kProducerEpoch = 51;
inline constexpr size_t kBaseSequence = 53;
inline constexpr size_t kRecordCount = 57;
inline constexpr size_t kHeaderSize = 61;

inline constexpr size_t kLengthEnd = 12;  // the length field counts the bytes from here on
inline constexpr int8_t kMagicV2 = 2;

// A legacy message of magic 0 has this many bytes after its length field: less is not any version's batch.
inline constexpr int32_t kLegacyLengthMin = 14;

}  // namespace batch_format

class BatchAttributes {
 public:
  static constexpr uint16_t kCompression = 0x07;
  static constexpr uint16_t kLogAppendTime = 0x08;
  static constexpr uint16_t kTransactional = 0x10;
  static constexpr uint16_t kControl = 0x20;
  static constexpr uint16_t kDeleteHorizon = 0x40;
  static constexpr uint16_t kReserved = 0xff80;

  constexpr explicit BatchAttributes(uint16_t bits) : bits_(bits) {}

  [[nodiscard]] constexpr uint16_t bits() const { return bits_; }
  [[nodiscard]] constexpr bool has_known_compression() const { return (bits_ & kCompression) < kCompressionTypeCount; }
  [[nodiscard]] constexpr CompressionType compression() const {
    return static_cast<CompressionType>(bits_ & kCompression);
  }
  [[nodiscard]] constexpr TimestampType timestamp_type() const {
    return (bits_ & kLogAppendTime) != 0 ? TimestampType::log_append_time : TimestampType::create_time;
  }
  [[nodiscard]] constexpr bool transactional() const { return (bits_ & kTransactional) != 0; }
  [[nodiscard]] constexpr bool control() const { return (bits_ & kControl) != 0; }
  [[nodiscard]] constexpr bool has_delete_horizon() const { return (bits_ & kDeleteHorizon) != 0; }
  [[nodiscard]] constexpr bool has_reserved_bits() const { return (bits_ & kReserved) != 0; }

 private:
  uint16_t bits_;
};

}  // namespace ottla
