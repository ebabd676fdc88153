// Every bound on what input can make large, in one place: sizes, counts and depths that a client, a peer or a
// file could otherwise drive up. A section a room; the static_asserts beneath say how the bounds hang
// together.
//
// A bound that an operator may move is a setting (core/model/settings.h); what stands here is the frame
// around those, and nothing moves it at run time.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ottla::limits {

inline constexpr size_t kKiB = 1024;
inline constexpr size_t kMiB = 1024 * kKiB;

// --- frames and requests ---

inline constexpr size_t kFrameSizeMax = 100 * kMiB;             // one request; socket.request.max.bytes starts here
inline constexpr size_t kFrameSizeBeforeLoginMax = 512 * kKiB;  // nobody is known yet: SASL tokens and ApiVersions fit
inline constexpr size_t kClientIdSizeMax = 32767;

// What decoding one request may allocate beside its frame. Honest requests need up to 16 times their size
// (empty strings are 1-3 bytes on the wire and 16-48 in memory); beyond the cap a request is malformed,
// whatever its size.
inline constexpr size_t kArenaSizeMin = 64 * kKiB;
inline constexpr size_t kArenaSizePerFrameByte = 16;
inline constexpr size_t kArenaSizeMax = 64 * kMiB;
constexpr size_t arena_size_max(size_t frame_size) {
  if (frame_size > (kArenaSizeMax - kArenaSizeMin) / kArenaSizePerFrameByte) return kArenaSizeMax;
  return kArenaSizeMin + kArenaSizePerFrameByte * frame_size;
}

// Tagged fields of one message beyond those that its structs know: bytes are passed over for them and nothing is kept, so
// no bound on memory holds them. They take the loop 14 ns each. A newer client has one or two for a struct.
inline constexpr size_t kTagsSkippedMax = 50'000;

// What an encoded message may come to, without records that lie elsewhere; one that would be more is not sent, and its
// connection closes. (Clients take 100 MB as a rule.) And the records of one fetch, by whatever settings.
inline constexpr size_t kMessageSizeMax = 256 * kMiB;
inline constexpr size_t kFetchSizeMax = 1024 * kMiB;

inline constexpr size_t kArenaKeptMax = 256 * kKiB;  // what an arena holds on to for the next message of its connection

inline constexpr size_t kStringSizeMax = 32767;    // int16 length, wherever an old version may carry the string
inline constexpr int kMessageNestingMax = 6;       // given by the message types; none is recursive
inline constexpr size_t kSliceSizeMin = 4 * kKiB;  // below it bytes are copied into an answer rather than referenced

// What a producer's batch may decompress to on the loop, and the records that are compressed anew there: gzip and zstd take
// many times as long for that. More is a job.
inline constexpr size_t kInlineUncompressedMax = 64 * kKiB;
inline constexpr size_t kInlineConvertedMax = 16 * kKiB;
// Producers whose first batch was refused for now, in all partitions together.
inline constexpr size_t kRefusedFirstsMax = 10'000;
// Partitions that all fetch sessions together remember; beyond, a client fetches without a session.
inline constexpr size_t kFetchSessionPartitionsMax = 200'000;

// --- names ---

inline constexpr size_t kTopicNameSizeMax = 249;  // "-<partition>" and Kafka's suffixes must still fit a file name
inline constexpr size_t kFileNameSizeMax = 255;
inline constexpr size_t kPrincipalSizeMax = kStringSizeMax;

// --- record batches ---

inline constexpr size_t kBatchOverhead = 12;  // base offset and length, which Kafka's max.message.bytes includes
inline constexpr size_t kBatchSizeMax = kFrameSizeMax;
inline constexpr size_t kMaxMessageBytesDefault = kMiB + kBatchOverhead;
// What the records of one compressed batch may come to; a batch that says more is a bomb. Also the largest window that
// zstd's highest level asks for, so a frame that states its content's size may be of a single segment.
inline constexpr size_t kBatchUncompressedSizeMax = 128 * kMiB;
inline constexpr int kZstdWindowLogMax = 27;
// What a reusable buffer or decompressor may keep between two batches; one that grew beyond is given back.
inline constexpr size_t kScratchKeptSizeMax = 16 * kMiB;

// --- connections ---

// What a connection may hold before a valid request header was read from it. Headers themselves are bounded by it.
inline constexpr size_t kReceivedBeforeHeaderMax = 64 * kKiB;
inline constexpr size_t kReceiveBufferMin = 16 * kKiB;
// How large a buffer may be, from the beginning, for a connection whose last frame was as large. All of them together
// are bounded too; beyond, buffers double as bytes come in.
inline constexpr size_t kReceiveBufferExpectedMax = kMiB + 128 * kKiB;
inline constexpr size_t kReceiveBuffersExpectedMax = 32 * kMiB;
inline constexpr size_t kFrameCopiedMax = 4 * kKiB;  // a smaller frame is copied out of the buffer it came in
inline constexpr size_t kRequestsInFlightMax = 32;   // begun and not answered, of one connection
inline constexpr size_t kOutputUnsentMax = kMiB;     // of one connection; above, nothing more of it is begun
inline constexpr size_t kBlocksKeptMax = 16 * kMiB;  // free in the pool of buffers
inline constexpr size_t kRequestsKeptMax = 256;      // free in the pool of requests

// --- the log ---

inline constexpr size_t kCheckpointFileSizeMax = 64 * kMiB;  // Kafka's checkpoints and ours: a line a partition
inline constexpr size_t kLeaderEpochsMax = 100'000;          // lines of one leader-epoch-checkpoint
inline constexpr size_t kLeaderEpochFileSizeMax = 4 * kMiB;
inline constexpr size_t kPartitionMetadataSizeMax = 4 * kKiB;
inline constexpr size_t kProducersMax = 100'000;  // remembered by one partition
inline constexpr size_t kProducerWindow = 5;      // batches of a producer: Kafka's number of them in flight
inline constexpr size_t kProducerSnapshotSizeMax = 64 * kMiB;
inline constexpr size_t kIndexFileSizeMax = 128 * kMiB;  // segment.index.bytes may ask for less
inline constexpr size_t kAbortedIndexSizeMax = 64 * kMiB;
inline constexpr size_t kSideFileSizeMax = 64 * kMiB;
inline constexpr size_t kReplacedMarkSizeMax = 4 * kKiB;
inline constexpr size_t kPartitionsPerDirectoryMax = 1'000'000;
inline constexpr size_t kSegmentsPerPartitionMax = 1'000'000;
inline constexpr int64_t kSegmentSizeMax = INT32_MAX;  // positions in an index are int32
// Bytes appended and not yet synced that one partition keeps for the case that the sync fails. Beyond it a failed sync
// takes the partition offline.
inline constexpr size_t kUnsyncedKeptMax = 64 * kMiB;
// What compaction remembers of the keys of one pass, 24 bytes each; more keys take more passes. Kafka's number.
inline constexpr size_t kCleanerMapSizeMax = 128 * kMiB;

// --- metadata ---

inline constexpr int32_t kPartitionsPerTopicMax = 1'000'000;
inline constexpr size_t kMetadataTransactionMax = 1'000'000;  // records between its begin and its end
inline constexpr size_t kReplicasMax = UINT16_MAX;            // of one partition, its lists of brokers together
inline constexpr size_t kPartitionsPerRequestMax = 10'000;    // created by one request; Kafka's number
inline constexpr size_t kMetadataBatchSizeMax = 16 * kMiB;    // records that one request may write
inline constexpr size_t kControllerRequestsMax = 10'000;      // decided and not committed yet
inline constexpr int32_t kProducerIdBlockSize = 1000;         // Kafka's number

// --- administration ---

inline constexpr size_t kAutoCreatedTopicsMax = 1000;  // of one Metadata request; the client asks for the rest again
inline constexpr size_t kConfigResourcesDescribedMax = 20'000;  // of one DescribeConfigs request; the rest are refused

// --- replicas ---

inline constexpr size_t kMetaPropertiesSizeMax = 64 * kKiB;
inline constexpr size_t kClusterIdSizeMax = 255;

// --- the metadata log ---

inline constexpr size_t kQuorumStateSizeMax = 64 * kKiB;
inline constexpr size_t kSnapshotSizeMax = 1024 * kMiB;

// --- settings and their files ---

inline constexpr size_t kPropertiesSizeMax = kMiB;         // a settings file
inline constexpr size_t kPropertiesCountMax = 10'000;      // settings in it
inline constexpr size_t kSettingNameSizeMax = 1024;        // prefixed forms included
inline constexpr size_t kSettingValueSizeMax = 64 * kKiB;  // certificates in PEM are the longest
inline constexpr size_t kSettingListMax = 1000;            // entries of a list

// --- groups ---

// Names of groups, members, instances and protocols, which become parts of records with 16 bits for a length.
inline constexpr size_t kGroupTextSizeMax = 15 * kKiB;
// Subscriptions by regular expression. A match takes at most a step for each instruction and character, and is made for
// every topic when topics change.
inline constexpr size_t kPatternSizeMax = 8 * kKiB;
inline constexpr size_t kPatternProgramMax = 4'000;
inline constexpr int kPatternDepthMax = 200;

// --- transactions ---

// The record of an open transaction, which says all its partitions; that of its end is little larger.
inline constexpr size_t kTransactionRecordSizeMax = 512 * kKiB;
inline constexpr size_t kTransactionalIdsMax = 1'000'000;  // of one coordinator

// --- assignors ---

// Steps that sticky takes to even out unequal subscriptions. Counted, not timed, so that the answer is the
// same everywhere; a group that needs more gets an answer that is valid and less even.
inline constexpr int64_t kAssignorWorkMax = 50'000'000;
inline constexpr size_t kUniformRoundsMax = 16;  // Kafka's number: another one gives other answers

// --- how they hang together ---

static_assert(kFrameSizeBeforeLoginMax < kFrameSizeMax);
static_assert(kArenaSizeMin < kArenaSizeMax);
static_assert(arena_size_max(0) == kArenaSizeMin && arena_size_max(kFrameSizeMax) == kArenaSizeMax);
static_assert(kArenaSizePerFrameByte * kFrameSizeMax > kArenaSizeMax,
              "the cap on the arena is what bounds large frames");
static_assert(kTopicNameSizeMax + sizeof("-99999") - 1 <= kFileNameSizeMax, "a partition's folder is a file name");
static_assert(kTopicNameSizeMax <= kStringSizeMax);
static_assert(2 * kGroupTextSizeMax < kStringSizeMax, "a member's id is made of its client's or instance's");
static_assert(kTransactionRecordSizeMax + kStringSizeMax < kMaxMessageBytesDefault, "a transaction can always end");
static_assert(kMaxMessageBytesDefault <= kBatchSizeMax && kBatchSizeMax <= kFrameSizeMax);
static_assert(kBatchSizeMax <= kBatchUncompressedSizeMax &&
              size_t{1} << kZstdWindowLogMax == kBatchUncompressedSizeMax);
static_assert(kBatchSizeMax <= kSegmentSizeMax, "a batch fits a segment");
static_assert(kMetadataBatchSizeMax < kBatchSizeMax);
static_assert(kScratchKeptSizeMax < kBatchUncompressedSizeMax);
static_assert(kReceiveBufferMin <= kReceivedBeforeHeaderMax);
static_assert(kClientIdSizeMax + 16 < kReceivedBeforeHeaderMax, "every header without tags is read");
static_assert(kFrameCopiedMax < kReceiveBufferMin);
static_assert(kFrameSizeMax <= INT32_MAX, "sizes on the wire are int32");
static_assert(kFrameSizeMax <= kMessageSizeMax && kMessageSizeMax + kFetchSizeMax + kBatchSizeMax <= INT32_MAX,
              "an answer has its records and one batch that is larger than it should be");
static_assert(kSettingNameSizeMax + kSettingValueSizeMax < kPropertiesSizeMax, "the longest setting fits a file");

}  // namespace ottla::limits
