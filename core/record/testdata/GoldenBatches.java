// Writes batches.tsv: record batches as the Java client of Kafka 4.4.0 lays them out, each with what must be read from
// it. README.md beside this file has the command and explains the columns.

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.KRaftVersionRecord;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.message.SnapshotFooterRecord;
import org.apache.kafka.common.message.SnapshotHeaderRecord;
import org.apache.kafka.common.message.VotersRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.xerial.snappy.Snappy;

public final class GoldenBatches {
  static final long kTime = 1_700_000_000_000L;
  static final ObjectMapper kJson = new ObjectMapper();

  // Sorted by name: the file's order.
  static final Map<String, String> lines = new TreeMap<>();

  public static void main(String[] args) throws Exception {
    plain();
    compressed();
    producers();
    controls();
    shapes();
    compacted();
    legacy();
    StringBuilder out = new StringBuilder();
    lines.forEach((name, rest) -> out.append(name).append('\t').append(rest).append('\n'));
    Files.writeString(Path.of(args[0]), out);
  }

  static void plain() throws Exception {
    add("none-one-record", simple(Compression.NONE, record(kTime, "key", "value")));
    add("none-three-records", simple(Compression.NONE, threeRecords()));
    add("none-log-append-time", appendTime(Compression.NONE));
    add("none-leader-epoch", MemoryRecords.withRecords(1000L, Compression.NONE, 42, threeRecords()));
  }

  // Every codec: a few small records, both kinds of time, random bytes (which codecs store as they are), text of few
  // letters, and a value that repeats over more than one block of any of them.
  static void compressed() throws Exception {
    Map<String, Compression> codecs = new TreeMap<>();
    codecs.put("gzip", Compression.gzip().build());
    codecs.put("gzip-level-1", Compression.gzip().level(1).build());
    codecs.put("lz4", Compression.lz4().build());
    codecs.put("lz4-level-17", Compression.lz4().level(17).build());
    codecs.put("snappy", Compression.snappy().build());
    codecs.put("zstd", Compression.zstd().build());
    codecs.put("zstd-level-19", Compression.zstd().level(19).build());
    byte[] noise = new byte[600];
    Random random = new Random(20260821);
    random.nextBytes(noise);
    byte[] text = new byte[900];
    for (int i = 0; i < text.length; ++i) {
      text[i] = (byte) "eeeettaaoinshr  ".charAt(random.nextInt(16));
    }
    for (var codec : codecs.entrySet()) {
      String name = codec.getKey();
      Compression compression = codec.getValue();
      add(name + "-three-records", simple(compression, threeRecords()));
      add(name + "-incompressible", simple(compression, new SimpleRecord(kTime, null, noise)));
      addRepeated(name + "-several-blocks", compression, "ottla ", 25_000);
      if (!name.contains("level")) {
        add(name + "-text", simple(compression, new SimpleRecord(kTime, null, text)));
        add(name + "-log-append-time", appendTime(compression));
        add(name + "-idempotent",
            MemoryRecords.withIdempotentRecords(compression, 4000L, (short) 3, 17, threeRecords()));
        add(name + "-no-records", emptied(CompressionType.forName(name)));
      }
    }
    add("snappy-unframed-three-records", unframedSnappy(threeRecords()));
  }

  static void producers() throws Exception {
    add("idempotent", MemoryRecords.withIdempotentRecords(Compression.NONE, 1L, (short) 0, 0, threeRecords()));
    add("idempotent-largest-values", MemoryRecords.withIdempotentRecords(
        Compression.NONE, Long.MAX_VALUE, Short.MAX_VALUE, Integer.MAX_VALUE, record(kTime, "key", "value")));
    add("idempotent-sequence-wraps", MemoryRecords.withIdempotentRecords(
        Compression.NONE, 7L, (short) 1, Integer.MAX_VALUE - 1, threeRecords()));
    add("transactional", MemoryRecords.withTransactionalRecords(
        5000L, Compression.NONE, 9L, (short) 2, 100, 6, threeRecords()));
    add("transactional-lz4", MemoryRecords.withTransactionalRecords(
        5000L, Compression.lz4().build(), 9L, (short) 2, 100, 6, threeRecords()));
  }

  static void controls() throws Exception {
    add("control-abort", MemoryRecords.withEndTransactionMarker(
        77L, kTime, 5, 9L, (short) 2, new EndTransactionMarker(ControlRecordType.ABORT, 11)));
    add("control-commit", MemoryRecords.withEndTransactionMarker(
        78L, kTime, 5, 9L, (short) 2, new EndTransactionMarker(ControlRecordType.COMMIT, 12)));
    add("control-leader-change", MemoryRecords.withLeaderChangeMessage(
        0L, kTime, 3, buffer(), new LeaderChangeMessage()
            .setVersion((short) 0)
            .setLeaderId(2)
            .setVoters(List.of(voter(1), voter(2), voter(3)))
            .setGrantingVoters(List.of(voter(2), voter(3)))));
    add("control-snapshot-header", MemoryRecords.withSnapshotHeaderRecord(
        0L, kTime, 3, buffer(), new SnapshotHeaderRecord().setLastContainedLogTimestamp(kTime - 1)));
    add("control-snapshot-footer", MemoryRecords.withSnapshotFooterRecord(
        9L, kTime, 3, buffer(), new SnapshotFooterRecord()));
    add("control-kraft-version", MemoryRecords.withKRaftVersionRecord(
        1L, kTime, 3, buffer(), new KRaftVersionRecord().setKRaftVersion((short) 1)));
    var endpoints = new VotersRecord.EndpointCollection();
    endpoints.add(new VotersRecord.Endpoint().setName("CONTROLLER").setHost("localhost").setPort(9093));
    add("control-voters", MemoryRecords.withVotersRecord(2L, kTime, 3, buffer(), new VotersRecord()
        .setVoters(List.of(new VotersRecord.Voter()
            .setVoterId(1)
            .setVoterDirectoryId(new Uuid(1, 2))
            .setEndpoints(endpoints)
            .setKRaftVersionFeature(new VotersRecord.KRaftVersionFeature().setMaxSupportedVersion((short) 1))))));
  }

  static void shapes() throws Exception {
    byte[] none = {};
    add("keys-and-values-null-and-empty", simple(Compression.NONE,
        new SimpleRecord(kTime, (byte[]) null, null),
        new SimpleRecord(kTime, none, none),
        new SimpleRecord(kTime, null, none),
        new SimpleRecord(kTime, none, null)));
    Header[] headers = {header("trace", "abc"), new RecordHeader("null", (byte[]) null), header("empty", ""),
                        header("", "empty name"), header("trace", "twice"), header("größe-大-🦦", "ü")};
    add("headers", simple(Compression.NONE,
        new SimpleRecord(kTime, utf8("k"), utf8("v"), headers),
        new SimpleRecord(kTime, (byte[]) null, null, new Header[] {header("only", "a header")})));
    add("value-of-two-byte-length", simple(Compression.NONE, record(kTime, "k", "x".repeat(200))));
    add("timestamp-none", simple(Compression.NONE, record(-1, "k", "v")));
    add("timestamps-descend", simple(Compression.NONE,
        record(kTime, "a", "1"), record(kTime - 1, "b", "2"), record(0, "c", "3")));
    add("timestamps-far-apart", simple(Compression.NONE,
        record(0, "a", "1"), record(Long.MAX_VALUE, "b", "2")));

    var far = builder(0, buffer());
    far.appendWithOffset(0, kTime, utf8("first"), null);
    far.appendWithOffset(Integer.MAX_VALUE, kTime, utf8("last"), null);
    add("offset-delta-largest", far.build());

    var high = builder(Long.MAX_VALUE - 3, buffer());
    high.appendWithOffset(Long.MAX_VALUE - 3, kTime, utf8("a"), null);
    high.appendWithOffset(Long.MAX_VALUE - 1, kTime, utf8("b"), null);
    add("offset-largest", high.build());
  }

  static void compacted() throws Exception {
    add("compacted-offset-gaps", keeping(2, 3, 7));
    add("compacted-last-record-gone", keeping(0, 1));
    add("compacted-no-records", emptied(CompressionType.NONE));

    ByteBuffer control = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    DefaultRecordBatch.writeEmptyHeader(control, RecordBatch.MAGIC_VALUE_V2, 9L, (short) 2, -1, 500L, 500L, 4,
        TimestampType.CREATE_TIME, kTime, true, true);
    add("compacted-no-control-record", readable(control));

    var horizon = new MemoryRecordsBuilder(new ByteBufferOutputStream(256), RecordBatch.MAGIC_VALUE_V2,
        Compression.NONE, TimestampType.CREATE_TIME, 30L, RecordBatch.NO_TIMESTAMP, RecordBatch.NO_PRODUCER_ID,
        RecordBatch.NO_PRODUCER_EPOCH, RecordBatch.NO_SEQUENCE, false, false, 4, 4096, kTime + 86_400_000L);
    horizon.appendWithOffset(30L, kTime, utf8("tombstone"), null);
    add("compacted-delete-horizon", horizon.build());
  }

  // Message sets of before Kafka 0.11, which are refused whatever is in them.
  static void legacy() throws Exception {
    for (byte magic : new byte[] {RecordBatch.MAGIC_VALUE_V0, RecordBatch.MAGIC_VALUE_V1}) {
      for (CompressionType type : List.of(CompressionType.NONE, CompressionType.GZIP, CompressionType.SNAPPY,
                                          CompressionType.LZ4)) {
        SimpleRecord[] records = {record(magic == 0 ? -1 : kTime, "k", "first"),
                                  record(magic == 0 ? -1 : kTime, null, "second")};
        MemoryRecords set = MemoryRecords.withRecords(magic, Compression.of(type).build(), records);
        lines.put("legacy-magic-" + magic + "-" + type.name, hex(set) + "\t{\"legacy\":true}");
      }
    }
  }

  static SimpleRecord record(long timestamp, String key, String value) {
    return new SimpleRecord(timestamp, key == null ? null : utf8(key), value == null ? null : utf8(value));
  }

  static SimpleRecord[] threeRecords() {
    return new SimpleRecord[] {record(kTime, "a", "alpha"), record(kTime + 5, null, "beta"),
                               record(kTime + 1500, "c", null)};
  }

  static MemoryRecords simple(Compression compression, SimpleRecord... records) {
    return MemoryRecords.withRecords(compression, records);
  }

  static MemoryRecords appendTime(Compression compression) {
    var builder = MemoryRecords.builder(buffer(), RecordBatch.MAGIC_VALUE_V2, compression,
        TimestampType.LOG_APPEND_TIME, 12L, kTime + 9);
    for (SimpleRecord record : threeRecords()) {
      builder.append(record);
    }
    return builder.build();
  }

  static MemoryRecordsBuilder builder(long baseOffset, ByteBuffer buffer) {
    return MemoryRecords.builder(buffer, Compression.NONE, TimestampType.CREATE_TIME, baseOffset);
  }

  // What the cleaner leaves of a batch of eight records from offset 900 on.
  static MemoryRecords keeping(Integer... deltas) {
    var builder = MemoryRecords.builder(buffer(), Compression.NONE, TimestampType.CREATE_TIME, 900L, 4);
    for (int i = 0; i < 8; ++i) {
      builder.append(kTime + i, utf8("k" + i), utf8("v" + i));
    }
    ByteBuffer kept = buffer();
    builder.build().filterTo(new MemoryRecords.RecordFilter(kTime, 0) {
      @Override
      protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
        return new BatchRetentionResult(BatchRetention.RETAIN_EMPTY, false);
      }

      @Override
      protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
        return Arrays.asList(deltas).contains((int) (record.offset() - 900));
      }
    }, kept, BufferSupplier.NO_CACHING, Integer.MAX_VALUE);
    return readable(kept);
  }

  // The header that stays when compaction removes every record of an idempotent producer's last batch.
  static MemoryRecords emptied(CompressionType type) {
    ByteBuffer buffer = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    DefaultRecordBatch.writeHeader(buffer, 600L, 9, DefaultRecordBatch.RECORD_BATCH_OVERHEAD,
        RecordBatch.MAGIC_VALUE_V2, type, TimestampType.CREATE_TIME, RecordBatch.NO_TIMESTAMP, kTime, 31L, (short) 1,
        40, false, false, false, 4, 0);
    return readable(buffer.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD));
  }

  // Some clients write the snappy block alone, without the frames that the Java client puts around it; both are read.
  static MemoryRecords unframedSnappy(SimpleRecord... records) throws Exception {
    ByteBuffer plain = simple(Compression.NONE, records).buffer();
    int overhead = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;
    byte[] body = new byte[plain.remaining() - overhead];
    plain.get(overhead, body);
    byte[] packed = Snappy.compress(body);
    ByteBuffer batch = ByteBuffer.allocate(overhead + packed.length);
    batch.put(overhead, packed);
    DefaultRecordBatch.writeHeader(batch, 0L, records.length - 1, overhead + packed.length,
        RecordBatch.MAGIC_VALUE_V2, CompressionType.SNAPPY, TimestampType.CREATE_TIME, kTime, kTime + 1500, -1L,
        (short) -1, -1, false, false, false, -1, records.length);
    return readable(batch.position(overhead + packed.length));
  }

  static MemoryRecords readable(ByteBuffer written) {
    return MemoryRecords.readableRecords(written.flip());
  }

  static LeaderChangeMessage.Voter voter(int id) {
    return new LeaderChangeMessage.Voter().setVoterId(id);
  }

  static Header header(String key, String value) {
    return new RecordHeader(key, utf8(value));
  }

  static ByteBuffer buffer() {
    return ByteBuffer.allocate(4096);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void add(String name, MemoryRecords records) throws Exception {
    lines.put(name, hex(records) + "\t" + kJson.writeValueAsString(describe(records)));
  }

  static void addRepeated(String name, Compression compression, String unit, int count) throws Exception {
    MemoryRecords records = simple(compression, record(kTime, "k", unit.repeat(count)));
    ObjectNode batch = describe(records);
    ObjectNode value = kJson.createObjectNode().put("repeat", utf8(unit)).put("count", count);
    ((ObjectNode) batch.get("records").get(0)).set("value", value);
    lines.put(name, hex(records) + "\t" + kJson.writeValueAsString(batch));
  }

  // The header's fields are taken from their places in the bytes; what they mean, and the records, are Kafka's reading.
  static ObjectNode describe(MemoryRecords records) {
    var batches = records.batches().iterator();
    RecordBatch batch = batches.next();
    if (batches.hasNext() || batch.sizeInBytes() != records.sizeInBytes()) {
      throw new IllegalStateException("not one batch");
    }
    batch.ensureValid();
    ByteBuffer bytes = records.buffer();
    ObjectNode out = kJson.createObjectNode();
    out.put("baseOffset", bytes.getLong(0));
    out.put("batchLength", bytes.getInt(8));
    out.put("partitionLeaderEpoch", bytes.getInt(12));
    out.put("magic", bytes.get(16));
    out.put("crc", Integer.toUnsignedLong(bytes.getInt(17)));
    out.put("attributes", bytes.getShort(21));
    out.put("compression", batch.compressionType().name);
    out.put("timestampType", batch.timestampType().name);
    out.put("transactional", batch.isTransactional());
    out.put("control", batch.isControlBatch());
    if (batch.deleteHorizonMs().isPresent()) {
      out.put("deleteHorizonMs", batch.deleteHorizonMs().getAsLong());
    } else {
      out.putNull("deleteHorizonMs");
    }
    out.put("lastOffsetDelta", bytes.getInt(23));
    out.put("baseTimestamp", bytes.getLong(27));
    out.put("maxTimestamp", bytes.getLong(35));
    out.put("producerId", bytes.getLong(43));
    out.put("producerEpoch", bytes.getShort(51));
    out.put("baseSequence", bytes.getInt(53));
    out.put("count", bytes.getInt(57));
    ArrayNode list = out.putArray("records");
    for (Record record : batch) {
      ObjectNode entry = list.addObject();
      entry.put("offset", record.offset());
      entry.put("timestamp", record.timestamp());
      entry.put("key", bytesOf(record.key()));
      entry.put("value", bytesOf(record.value()));
      ArrayNode headers = entry.putArray("headers");
      for (Header header : record.headers()) {
        headers.addObject().put("key", utf8(header.key())).put("value", header.value());
      }
    }
    return out;
  }

  static byte[] bytesOf(ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  static String hex(MemoryRecords records) {
    return HexFormat.of().formatHex(bytesOf(records.buffer()));
  }
}
