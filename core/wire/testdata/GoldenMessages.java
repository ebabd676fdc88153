// Writes golden/*.tsv: every Kafka message in every version, as bytes and as JSON, both by Kafka's own classes.
// README.md beside this file has the commands and explains lines and kinds of values.
//
// Nothing here knows a message: the classes are found on the class path by their JSON converters.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;

public final class GoldenMessages {
  static final long kSeed = 20260821;
  static final int kLargeCount = 3;
  static final ObjectMapper kJson = new ObjectMapper();

  // Message set formats that are refused unread, in releases that still had them.
  static final Map<String, Integer> kOldest = Map.of("ProduceRequest", 3, "ProduceResponse", 3, "FetchRequest", 4,
                                                     "FetchResponse", 4);

  public static void main(String[] args) throws Exception {
    String release = args[0];
    Path folder = Path.of(args[1]);
    boolean newest = args.length < 3;
    Map<String, Integer> lowest = newest ? Map.of() : lowestVersions(folder, args[2]);

    Map<String, StringBuilder> files = new TreeMap<>();
    for (var found : messageClasses().entrySet()) {
      String name = found.getKey();
      Class<?> type = found.getValue();
      String group = group(type, name);
      short first = type.getField("LOWEST_SUPPORTED_VERSION").getShort(null);
      short last = type.getField("HIGHEST_SUPPORTED_VERSION").getShort(null);
      if (!newest) {
        first = (short) Math.max(first, kOldest.getOrDefault(name, 0));
        last = (short) (Math.min(lowest.getOrDefault(name, 0), stableEnd(type, name)) - 1);
      }
      if (group == null || last < first) {
        continue;
      }
      String file = release + (newest ? "-" + group : "") + ".tsv";
      StringBuilder out = files.computeIfAbsent(file, key -> new StringBuilder());
      for (short version = first; version <= last; ++version) {
        for (String line : new Lines(release, name, type, version).all()) {
          out.append(line).append('\n');
        }
      }
    }
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  // The lowest version of each message among the lines of a release that is there already.
  static Map<String, Integer> lowestVersions(Path folder, String release) throws IOException {
    Map<String, Integer> lowest = new HashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.getFileName().toString().startsWith(release)).toList()) {
        for (String line : Files.readAllLines(file)) {
          String[] columns = line.split("\t");
          lowest.merge(columns[1], Integer.valueOf(columns[2]), Math::min);
        }
      }
    }
    return lowest;
  }

  static Map<String, Class<?>> messageClasses() throws Exception {
    Map<String, Class<?>> classes = new TreeMap<>();
    for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (!new File(path).getName().startsWith("kafka-")) {
        continue;
      }
      try (JarFile jar = new JarFile(path)) {
        for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
          String file = entry.getName();
          if (file.endsWith("JsonConverter.class") && !file.contains("$")) {
            String name = file.replace("JsonConverter.class", "").replace('/', '.');
            Class<?> type = Class.forName(name);
            classes.put(type.getSimpleName().replaceFirst("(?<=Request|Response|Header)Data$", ""), type);
          }
        }
      }
    }
    return classes;
  }

  static ApiMessageType api(String name) {
    for (ApiMessageType api : ApiMessageType.values()) {
      if (name.equals(api.name + "Request") || name.equals(api.name + "Response")) {
        return api;
      }
    }
    return null;
  }

  static int stableEnd(Class<?> type, String name) {
    ApiMessageType api = api(name);
    return api == null ? 0 : api.highestSupportedVersion(false) + 1;
  }

  // The file that a message belongs into, or null when it is none of ours: what only controllers say to each other,
  // and the records of tiered storage.
  static String group(Class<?> type, String name) {
    if (type.getSimpleName().endsWith("HeaderData")) {
      return "headers";
    }
    if (type.getSimpleName().matches(".*(Request|Response)Data")) {
      ApiMessageType api = api(name);
      boolean ours = api != null && api.listeners().contains(ListenerType.BROKER);
      return ours ? String.format("api-%02d", api.apiKey() / 10 * 10) : null;
    }
    if (name.startsWith("Remote")) {
      return null;
    }
    return switch (type.getPackageName()) {
      case "org.apache.kafka.common.message" -> "data";
      case "org.apache.kafka.common.metadata" -> "metadata";
      case "org.apache.kafka.coordinator.group.generated" -> "group-coordinator";
      case "org.apache.kafka.coordinator.share.generated" -> "share-coordinator";
      case "org.apache.kafka.coordinator.transaction.generated" -> "transaction-coordinator";
      case "org.apache.kafka.raft.generated" -> "raft";
      default -> "storage";
    };
  }

  // All lines of one version of one message.
  record Lines(String release, String name, Class<?> type, short version) {
    Set<String> all() throws Exception {
      Set<String> lines = new LinkedHashSet<>();
      for (GoldenValues.Kind kind : GoldenValues.Kind.values()) {
        for (int turn = 0; turn < (kind == GoldenValues.Kind.LARGE ? kLargeCount : 1); ++turn) {
          lines.add(line(kind, turn));
        }
      }
      if (isFlexible(schemaOf(type, version))) {
        lines.add(lineWithUnknownTags());
      }
      return lines;
    }

    String line(GoldenValues.Kind kind, int turn) throws Exception {
      Message message = message(kind, turn, false);
      byte[] bytes = write(message);
      String json = json(message);
      checkBytes(message, bytes);
      if (!Arrays.equals(write(parse(json)), bytes)) {
        throw new IllegalStateException(name + " v" + version + ": its JSON does not give its bytes: " + json);
      }
      return columns(release, bytes, json);
    }

    String lineWithUnknownTags() throws Exception {
      Message message = message(GoldenValues.Kind.SMALL, 0, true);
      byte[] bytes = write(message);
      String json = json(message);
      checkBytes(message, bytes);
      if (!json.equals(json(message(GoldenValues.Kind.SMALL, 0, false)))) {
        throw new IllegalStateException(name + " v" + version + ": unknown tags changed its JSON: " + json);
      }
      return columns(release + "+tags", bytes, json);
    }

    String columns(String mark, byte[] bytes, String json) {
      return String.join("\t", mark, name, String.valueOf(version), HexFormat.of().formatHex(bytes), json);
    }

    // Every line has random numbers of its own, so that one more or less leaves the others as they are.
    Message message(GoldenValues.Kind kind, int turn, boolean withUnknownTags) throws Exception {
      Random random = new Random(kSeed + (name + " " + version + " " + turn).hashCode());
      return (Message) new GoldenValues(kind, version, random, withUnknownTags).struct(type, 0);
    }

    byte[] write(Message message) {
      var cache = new ObjectSerializationCache();
      ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
      message.write(new ByteBufferAccessor(buffer), cache, version);
      if (buffer.hasRemaining()) {
        throw new IllegalStateException(name + " v" + version + ": fewer bytes than its size");
      }
      return buffer.array();
    }

    void checkBytes(Message message, byte[] bytes) throws Exception {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      Message read = (Message) type.getConstructor().newInstance();
      read.read(new ByteBufferAccessor(buffer), version);
      if (buffer.hasRemaining() || !read.equals(message)) {
        throw new IllegalStateException(name + " v" + version + ": not the same when read back: " + read);
      }
    }

    String json(Message message) throws Exception {
      JsonNode json = (JsonNode) converter().getMethod("write", type, short.class, boolean.class)
          .invoke(null, message, version, true);
      fillInRecords(json, message);
      return kJson.writeValueAsString(json);
    }

    Message parse(String json) throws Exception {
      return (Message) converter().getMethod("read", JsonNode.class, short.class)
          .invoke(null, kJson.readTree(json), version);
    }

    Class<?> converter() throws Exception {
      return Class.forName(type.getName() + "JsonConverter");
    }
  }

  // Kafka's converters print every `records` as empty: put the bytes there, in base64 like any other bytes.
  static void fillInRecords(JsonNode json, Object value) throws Exception {
    if (value instanceof Collection<?> elements) {
      int i = 0;
      for (Object element : elements) {
        fillInRecords(json.get(i++), element);
      }
    } else if (value instanceof Message message && json instanceof ObjectNode object) {
      for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
        String name = names.next();
        Object member = member(message.getClass(), name).get(message);
        if (member != null && member.getClass().getSimpleName().equals("MemoryRecords")) {
          ByteBuffer buffer = (ByteBuffer) member.getClass().getMethod("buffer").invoke(member);
          object.set(name, new BinaryNode(Arrays.copyOf(buffer.array(), buffer.limit())));
        } else {
          fillInRecords(object.get(name), member);
        }
      }
    }
  }

  // The member variable for a field, whose name is in snake case in schemas and in camel case in JSON.
  static java.lang.reflect.Field member(Class<?> type, String name) {
    for (java.lang.reflect.Field member : type.getDeclaredFields()) {
      if (member.getName().equalsIgnoreCase(name.replace("_", ""))) {
        member.setAccessible(true);
        return member;
      }
    }
    throw new IllegalStateException(type + " has no " + name);
  }

  static Schema schemaOf(Class<?> type, short version) throws Exception {
    return ((Schema[]) type.getField("SCHEMAS").get(null))[version];
  }

  static boolean isFlexible(Schema schema) {
    return Stream.of(schema.fields()).anyMatch(field -> field.def.type instanceof TaggedFields);
  }
}
