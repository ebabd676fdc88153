// Writes what the classes of Kafka 4.4.0 leave in a data directory, and what they answer, for the tests of this room:
//
//   files.tsv      name<TAB>hex<TAB>json: a file's bytes and what they mean
//   producers.tsv  random histories of producers with every answer of ProducerStateManager and ProducerAppendInfo
//   epochs.tsv     random histories of leader epochs with every answer of LeaderEpochFileCache
//
// README.md beside this file has the command and explains the columns.

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.AbortedTxn;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.checkpoint.CleanShutdownFileHandler;
import org.apache.kafka.storage.internals.checkpoint.LeaderEpochCheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.OffsetCheckpointFile;
import org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile;
import org.apache.kafka.storage.internals.epoch.LeaderEpochFileCache;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.CompletedTxn;
import org.apache.kafka.storage.internals.log.EpochEntry;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogFileUtils;
import org.apache.kafka.storage.internals.log.LogOffsetMetadata;
import org.apache.kafka.storage.internals.log.OffsetIndex;
import org.apache.kafka.storage.internals.log.ProducerAppendInfo;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.TimeIndex;
import org.apache.kafka.storage.internals.log.TransactionIndex;

public final class GoldenLogFiles {
  static final long kTime = 1_700_000_000_000L;
  static final int kExpirationMs = 60_000;
  static final ObjectMapper kJson = new ObjectMapper();
  static final TopicPartition kPartition = new TopicPartition("orders.eu-west_1", 7);

  static final Map<String, String> lines = new TreeMap<>();
  static Path scratch;

  public static void main(String[] args) throws Exception {
    scratch = Files.createTempDirectory("golden-log-files");
    indexes();
    transactions();
    checkpoints();
    snapshots();
    write(Path.of(args[0], "files.tsv"), lines);
    Files.writeString(Path.of(args[0], "producers.tsv"), producerHistories());
    Files.writeString(Path.of(args[0], "epochs.tsv"), epochHistories());
  }

  static void write(Path to, Map<String, String> content) throws Exception {
    StringBuilder out = new StringBuilder();
    content.forEach((name, rest) -> out.append(name).append('\t').append(rest).append('\n'));
    Files.writeString(to, out);
  }

  static void add(String name, Path file, ObjectNode json) throws Exception {
    lines.put(name, HexFormat.of().formatHex(Files.readAllBytes(file)) + "\t" + kJson.writeValueAsString(json));
  }

  static File fresh(String name) throws Exception {
    return Files.createTempDirectory(scratch, "d").resolve(name).toFile();
  }

  static void indexes() throws Exception {
    long base = 5_000_000_000L;
    File offsets = fresh(LogFileUtils.filenamePrefixFromOffset(base) + ".index");
    ObjectNode json = kJson.createObjectNode().put("file", offsets.getName()).put("baseOffset", base);
    ArrayNode entries = json.putArray("entries");
    OffsetIndex index = new OffsetIndex(offsets, base, 67);
    long[][] places = {{base, 0}, {base + 40, 4097}, {base + 41, 8300}, {base + Integer.MAX_VALUE, Integer.MAX_VALUE}};
    for (long[] at : places) {
      index.append(at[0], (int) at[1]);
      entries.addObject().put("offset", at[0]).put("position", at[1]);
    }
    index.flush();
    add("offset-index-preallocated", offsets.toPath(), json);
    index.trimToValidSize();
    index.close();
    add("offset-index", offsets.toPath(), json);

    File times = fresh(LogFileUtils.filenamePrefixFromOffset(base) + ".timeindex");
    json = kJson.createObjectNode().put("file", times.getName()).put("baseOffset", base);
    entries = json.putArray("entries");
    TimeIndex time = new TimeIndex(times, base, 100);
    long[][] moments = {{kTime, base + 3}, {kTime + 1, base + 4}, {kTime + 500, base + 41}, {Long.MAX_VALUE, base + Integer.MAX_VALUE}};
    for (long[] at : moments) {
      time.maybeAppend(at[0], at[1]);
      entries.addObject().put("timestamp", at[0]).put("offset", at[1]);
    }
    time.flush();
    add("time-index-preallocated", times.toPath(), json);
    time.trimToValidSize();
    time.close();
    add("time-index", times.toPath(), json);
  }

  static void transactions() throws Exception {
    File file = fresh(LogFileUtils.filenamePrefixFromOffset(100) + ".txnindex");
    ObjectNode json = kJson.createObjectNode().put("file", file.getName()).put("baseOffset", 100);
    ArrayNode entries = json.putArray("entries");
    TransactionIndex index = new TransactionIndex(100, file);
    long[][] aborted = {{1, 90, 101, 95}, {Long.MAX_VALUE, 95, 110, 111}, {0, 120, 130, 131}};
    for (long[] one : aborted) {
      index.append(new AbortedTxn().setProducerId(one[0]).setFirstOffset(one[1]).setLastOffset(one[2])
          .setLastStableOffset(one[3]));
      entries.addObject().put("producerId", one[0]).put("firstOffset", one[1]).put("lastOffset", one[2])
          .put("lastStableOffset", one[3]);
    }
    index.flush();
    index.close();
    add("aborted-index", file.toPath(), json);
  }

  static void checkpoints() throws Exception {
    LogDirFailureChannel failures = new LogDirFailureChannel(10);
    File epochs = fresh("x").getParentFile();
    LeaderEpochCheckpointFile epochFile = new LeaderEpochCheckpointFile(LeaderEpochCheckpointFile.newFile(epochs), failures);
    add("leader-epochs-none", LeaderEpochCheckpointFile.newFile(epochs).toPath(), epochJson(List.of()));
    List<EpochEntry> some = List.of(new EpochEntry(0, 0), new EpochEntry(3, 17), new EpochEntry(2147483647, 9223372036854775807L));
    epochFile.write(some);
    add("leader-epochs", LeaderEpochCheckpointFile.newFile(epochs).toPath(), epochJson(some));
    epochFile.write(List.of());
    add("leader-epochs-empty", LeaderEpochCheckpointFile.newFile(epochs).toPath(), epochJson(List.of()));

    File offsets = fresh("recovery-point-offset-checkpoint");
    OffsetCheckpointFile checkpoint = new OffsetCheckpointFile(offsets, failures);
    Map<TopicPartition, Long> points = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    ObjectNode json = kJson.createObjectNode();
    ArrayNode entries = json.putArray("entries");
    Object[][] rows = {{"__consumer_offsets", 49, 0L}, {"a.b-c_d", 2147483647, 9223372036854775807L}, {"t", 0, 12L}};
    for (Object[] row : rows) {
      points.put(new TopicPartition((String) row[0], (int) row[1]), (long) row[2]);
      entries.addObject().put("topic", (String) row[0]).put("partition", (int) row[1]).put("offset", (long) row[2]);
    }
    checkpoint.write(points);
    add("offset-checkpoint", offsets.toPath(), json);
    checkpoint.write(Map.of());
    json = kJson.createObjectNode();
    json.putArray("entries");
    add("offset-checkpoint-empty", offsets.toPath(), json);

    Uuid id = new Uuid(0x0123456789abcdefL, 0xfedcba9876543210L);
    File metadata = PartitionMetadataFile.newFile(fresh("x").getParentFile());
    PartitionMetadataFile writer = new PartitionMetadataFile(metadata, failures);
    writer.record(id);
    writer.maybeFlush();
    add("partition-metadata", metadata.toPath(), kJson.createObjectNode().put("file", metadata.getName()).put("topicId", id.toString()));

    File clean = fresh("x").getParentFile();
    for (long epoch : new long[] {-1, 0, 9223372036854775807L}) {
      new CleanShutdownFileHandler(clean.getPath()).write(epoch);
      add("clean-shutdown-" + epoch, clean.toPath().resolve(CleanShutdownFileHandler.CLEAN_SHUTDOWN_FILE_NAME),
          kJson.createObjectNode().put("file", CleanShutdownFileHandler.CLEAN_SHUTDOWN_FILE_NAME).put("brokerEpoch", epoch));
    }
  }

  static ObjectNode epochJson(List<EpochEntry> entries) {
    ObjectNode json = kJson.createObjectNode();
    ArrayNode out = json.putArray("entries");
    entries.forEach(entry -> out.addObject().put("epoch", entry.epoch()).put("startOffset", entry.startOffset()));
    return json;
  }

  static void snapshots() throws Exception {
    ProducerStateManager state = manager();
    addSnapshot("producer-snapshot-empty", state);
    data(state, AppendOrigin.CLIENT, 0, 0, 0, 10, 100, 9, kTime, false);
    data(state, AppendOrigin.CLIENT, 7, 3, Integer.MAX_VALUE, 1, 110, 0, kTime + 5, true);
    data(state, AppendOrigin.REPLICATION, Long.MAX_VALUE, Short.MAX_VALUE, 41, 2, 111, 1, kTime + 6, true);
    marker(state, AppendOrigin.COORDINATOR, Long.MAX_VALUE, Short.MAX_VALUE, 9, false, 113, kTime + 7, 0);
    marker(state, AppendOrigin.REPLICATION, 12, 4, 10, true, 114, kTime + 8, 0);
    addSnapshot("producer-snapshot", state);
  }

  static void addSnapshot(String name, ProducerStateManager state) throws Exception {
    File file = fresh("s.snapshot");
    ProducerStateManager.writeSnapshot(file, new TreeMap<>(state.activeProducers()), true);
    ObjectNode json = kJson.createObjectNode();
    ArrayNode entries = json.putArray("entries");
    new TreeMap<>(state.activeProducers()).forEach((id, entry) -> {
      long lastOffset = entry.lastDataOffset();
      int sequence = -1;
      int delta = 0;
      for (BatchMetadata batch : entry.batchMetadata()) {
        sequence = batch.lastSeq();
        delta = batch.offsetDelta();
      }
      entries.addObject().put("producerId", id).put("epoch", entry.producerEpoch()).put("lastSequence", sequence)
          .put("lastOffset", lastOffset).put("offsetDelta", delta).put("timestamp", entry.lastTimestamp())
          .put("coordinatorEpoch", entry.coordinatorEpoch())
          .put("transactionFirstOffset", entry.currentTxnFirstOffset().orElse(-1));
    });
    add(name, file.toPath(), json);
  }

  static ProducerStateManager manager() throws Exception {
    File folder = fresh("x").getParentFile();
    return new ProducerStateManager(kPartition, folder, 900_000, new ProducerStateManagerConfig(kExpirationMs, false),
        Time.SYSTEM);
  }

  static String data(ProducerStateManager state, AppendOrigin origin, long id, int epoch, int sequence, int count,
                     long offset, int delta, long timestamp, boolean transactional) {
    int last = sequence < 0 ? -1 : (int) (((long) sequence + count - 1) & Integer.MAX_VALUE);
    Optional<ProducerStateEntry> current = state.lastEntry(id);
    if (origin == AppendOrigin.CLIENT && current.isPresent() && current.get().producerEpoch() == epoch) {
      for (BatchMetadata batch : current.get().batchMetadata()) {
        if (batch.firstSeq() == sequence && batch.lastSeq() == last) {
          return "DUPLICATE " + batch.firstOffset() + " " + batch.lastOffset();
        }
      }
    }
    try {
      ProducerAppendInfo info = state.prepareUpdate(id, origin);
      info.appendDataBatch((short) epoch, sequence, last, timestamp, new LogOffsetMetadata(offset), offset + delta,
          transactional);
      state.update(info);
      state.updateMapEndOffset(offset + delta + 1);
      return "NONE";
    } catch (ApiException refused) {
      return Errors.forException(refused).name();
    }
  }

  static String marker(ProducerStateManager state, AppendOrigin origin, long id, int epoch, int coordinatorEpoch,
                       boolean commit, long offset, long timestamp, int transactionVersion) {
    try {
      ProducerAppendInfo info = state.prepareUpdate(id, origin);
      Optional<CompletedTxn> completed = info.appendEndTxnMarker(
          new EndTransactionMarker(commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, coordinatorEpoch),
          (short) epoch, offset, timestamp, (short) transactionVersion);
      state.update(info);
      String answer = "NONE";
      if (completed.isPresent()) {
        long stable = state.lastStableOffset(completed.get());
        answer = (completed.get().isAborted() ? "ABORTED " : "COMMITTED ") + completed.get().firstOffset() + " " + stable;
        state.completeTxn(completed.get());
      }
      state.updateMapEndOffset(offset + 1);
      return answer;
    } catch (ApiException refused) {
      return Errors.forException(refused).name();
    }
  }

  static String producerHistories() throws Exception {
    Random random = new Random(4);
    StringBuilder out = new StringBuilder();
    for (int history = 0; history < 18; ++history) {
      ProducerStateManager state = manager();
      out.append("start\n");
      long end = random.nextInt(3) == 0 ? 3_000_000_000L : 0;
      long highWatermark = end;
      long now = kTime;
      int[] epochs = new int[4];
      int[] sequences = new int[4];
      boolean[] open = new boolean[4];
      boolean transactions = history % 3 != 0;
      for (int i = 0; i < 4; ++i) sequences[i] = random.nextInt(4) == 0 ? Integer.MAX_VALUE - random.nextInt(8) : 0;
      for (int step = 0; step < 130; ++step) {
        int who = random.nextInt(4);
        now += random.nextInt(random.nextInt(10) == 0 ? kExpirationMs : 400);
        int kind = random.nextInt(100);
        AppendOrigin origin = random.nextInt(8) == 0 ? AppendOrigin.REPLICATION : AppendOrigin.CLIENT;
        if (kind < 70) {
          int epoch = epochs[who];
          int sequence = sequences[who];
          int count = 1 + random.nextInt(5);
          boolean transactional = transactions && (open[who] || random.nextBoolean());
          switch (random.nextInt(16)) {
            case 0 -> epoch = Math.max(0, epoch - 1);
            case 1 -> { epoch = ++epochs[who]; sequence = random.nextInt(3) == 0 ? 5 : 0; }
            case 2 -> sequence = (int) (((long) sequence + 1 + random.nextInt(3)) & Integer.MAX_VALUE);
            case 3, 4, 5 -> sequence = (int) (((long) sequence - 1 - random.nextInt(9)) & Integer.MAX_VALUE);
            case 6 -> transactional = !transactional;
            case 7 -> { if (random.nextInt(4) == 0) sequence = -1; }
            default -> { }
          }
          if (random.nextInt(3) > 0) count = 1;
          if (sequence == -1) origin = AppendOrigin.COORDINATOR;
          // No leader lets another batch into an open transaction, so none comes by replication.
          if (origin == AppendOrigin.REPLICATION && undecided(state, who)) transactional = true;
          long timestamp = now - random.nextInt(50);
          String answer = data(state, origin, who, epoch, sequence, count, end, count - 1, timestamp, transactional);
          out.append(String.format("data %s %d %d %d %d %d %d %d\t%s", origin, who, epoch, sequence, count, end,
              timestamp, transactional ? 1 : 0, answer));
          if (answer.equals("NONE")) {
            end += count;
            sequences[who] = sequence == -1 ? sequences[who] : (int) (((long) sequence + count) & Integer.MAX_VALUE);
            epochs[who] = epoch;
            open[who] = transactional;
          }
        } else if (kind < 84) {
          int version = random.nextInt(2) * 2;
          int epoch = epochs[who] + (version == 2 ? (random.nextInt(5) == 0 ? 0 : 1) : random.nextInt(5) == 0 ? random.nextInt(3) - 1 : 0);
          if (epoch < 0) epoch = 0;
          int coordinatorEpoch = random.nextInt(6) == 0 ? random.nextInt(4) : 3;
          boolean commit = random.nextBoolean();
          origin = random.nextInt(8) == 0 ? AppendOrigin.REPLICATION : AppendOrigin.COORDINATOR;
          String answer = marker(state, origin, who, epoch, coordinatorEpoch, commit, end, now, version);
          out.append(String.format("marker %s %d %d %d %d %d %d %d\t%s", origin, who, epoch, coordinatorEpoch,
              commit ? 1 : 0, end, now, version, answer));
          if (!Character.isUpperCase(answer.charAt(0)) || answer.startsWith("NONE") || answer.startsWith("ABORTED") || answer.startsWith("COMMITTED")) {
            end += 1;
            if (epoch > epochs[who]) { epochs[who] = epoch; sequences[who] = 0; }
            open[who] = false;
          }
        } else if (kind < 94) {
          highWatermark = Math.min(end, highWatermark + random.nextInt(8));
          if (random.nextInt(3) == 0) highWatermark = end;
          state.onHighWatermarkUpdated(highWatermark);
          out.append("committed ").append(highWatermark).append("\t");
        } else if (kind < 97) {
          state.removeExpiredProducers(now);
          out.append("expire ").append(now).append("\t");
        } else {
          File file = fresh("s.snapshot");
          ProducerStateManager.writeSnapshot(file, new TreeMap<>(state.activeProducers()), false);
          boolean restart = random.nextInt(3) == 0;
          out.append(restart ? "reload " : "snapshot ").append(end).append('\t')
              .append(HexFormat.of().formatHex(Files.readAllBytes(file.toPath())));
          if (restart) {
            // A restart: Kafka keeps the last batch of each producer, and opens the transactions again.
            ProducerStateManager again = manager();
            ProducerStateManager.readSnapshot(file).forEach(again::loadProducerEntry);
            again.updateMapEndOffset(end);
            state = again;
            highWatermark = end;
          }
        }
        long undecided = state.firstUndecidedOffset().orElse(-1);
        long unstable = state.firstUnstableOffset().map(at -> at.messageOffset).orElse(-1L);
        out.append('\t').append(state.producerIdCount()).append(' ').append(undecided).append(' ').append(unstable).append('\n');
      }
    }
    return out.toString();
  }

  static boolean undecided(ProducerStateManager state, long id) {
    return state.lastEntry(id).map(entry -> entry.currentTxnFirstOffset().isPresent()).orElse(false);
  }

  // Writes nothing behind our back.
  static final class NoScheduler implements Scheduler {
    public void startup() {}
    public void shutdown() {}
    public ScheduledFuture<?> schedule(String name, Runnable task, long delayMs, long periodMs) { return null; }
    public void resizeThreadPool(int newSize) {}
  }

  static String epochHistories() throws Exception {
    Random random = new Random(5);
    StringBuilder out = new StringBuilder();
    for (int history = 0; history < 30; ++history) {
      File folder = fresh("x").getParentFile();
      LeaderEpochFileCache cache = new LeaderEpochFileCache(kPartition,
          new LeaderEpochCheckpointFile(LeaderEpochCheckpointFile.newFile(folder), new LogDirFailureChannel(1)), new NoScheduler());
      out.append("start\n");
      long end = 0;
      int epoch = 0;
      for (int step = 0; step < 60; ++step) {
        int kind = random.nextInt(10);
        if (kind < 5) {
          epoch = random.nextInt(6) == 0 ? Math.max(0, epoch - random.nextInt(3)) : epoch + random.nextInt(3);
          long at = random.nextInt(6) == 0 ? Math.max(0, end - random.nextInt(20)) : end;
          end = Math.max(end, at + random.nextInt(10));
          cache.assign(epoch, at);
          out.append("assign ").append(epoch).append(' ').append(at);
        } else if (kind < 7) {
          long at = Math.max(0, end - random.nextInt(25));
          cache.truncateFromEndAsyncFlush(at);
          out.append("truncate_end ").append(at);
          end = at;
        } else if (kind < 8) {
          long at = random.nextInt(1 + (int) end);
          cache.truncateFromStartAsyncFlush(at);
          out.append("truncate_start ").append(at);
        } else {
          int asked = random.nextInt(epoch + 3) - 1;
          long at = random.nextInt(3 + (int) end);
          Map.Entry<Integer, Long> answer = cache.endOffsetFor(asked, end);
          out.append("ask ").append(asked).append(' ').append(end).append(' ').append(at).append('\t')
              .append(answer.getKey()).append(' ').append(answer.getValue()).append(' ')
              .append(cache.epochForOffset(at).orElse(-1));
        }
        if (kind < 8) out.append('\t');
        out.append('\t');
        boolean first = true;
        for (EpochEntry entry : cache.epochEntries()) {
          out.append(first ? "" : " ").append(entry.epoch()).append(':').append(entry.startOffset());
          first = false;
        }
        out.append('\n');
      }
    }
    return out.toString();
  }
}
