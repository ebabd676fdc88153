// Makes one message of one version, filled with one kind of values. Which fields the version has, of which type, and
// whether they may be null, is asked of the schema that each of Kafka's classes carries.

import java.lang.reflect.Array;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;

final class GoldenValues {
  // In the order of a message's lines.
  enum Kind {
    DEFAULTS,      // As a new object is.
    NULLS,         // Null wherever allowed, one element in every other array, else defaults.
    NULLS_WITHIN,  // The same, but arrays and structs are there, so that the nulls are those within them.
    SMALL,         // Every field set, two elements in every array; numbers count up, strings are field names and one.
    LARGE,         // At random: lengths, bounds, letters of one to four bytes; some nulls, some tags left out.
  }

  static final String[] kStrings = {"", "a", "topic-1", "größe", "大きい", "🦦 otter", "\"quoted\" \\ /",
                                    "tab\tnul\u0000end\n", "\u007f\u0080\u07ff\u0800\uffff",
                                    "longer than a byte's tag ".repeat(6)};
  static final double[] kDoubles = {0, -1.5, 0.1, 1048576, Double.MAX_VALUE, Double.MIN_NORMAL};
  static final int[] kUnknownTags = {100, 20000, Integer.MAX_VALUE - 1};

  final Kind kind;
  final short version;
  final Random random;
  final boolean withUnknownTags;
  int counter = 0;

  GoldenValues(Kind kind, short version, Random random, boolean withUnknownTags) {
    this.kind = kind;
    this.version = version;
    this.random = random;
    this.withUnknownTags = withUnknownTags;
  }

  Object struct(Class<?> type, int depth) throws Exception {
    Message message = (Message) type.getConstructor().newInstance();
    Schema schema = GoldenMessages.schemaOf(type, version);
    for (BoundField field : schema.fields()) {
      if (field.def.type instanceof TaggedFields tagged) {
        for (Object each : ((Map<?, ?>) GoldenMessages.member(TaggedFields.class, "fields").get(tagged)).values()) {
          fill(message, (Field) each, true, depth);
        }
      } else {
        fill(message, field.def, false, depth);
      }
    }
    if (withUnknownTags && GoldenMessages.isFlexible(schema)) {
      for (int i = random.nextInt(kUnknownTags.length); i < kUnknownTags.length; ++i) {
        message.unknownTaggedFields().add(new RawTaggedField(kUnknownTags[i], randomBytes(random.nextInt(4))));
      }
    }
    return message;
  }

  void fill(Message message, Field field, boolean tagged, int depth) throws Exception {
    var member = GoldenMessages.member(message.getClass(), field.name);
    boolean nullable = field.type.isNullable();
    boolean required = !nullable && member.get(message) == null;
    boolean nests = field.type.isArray() || Message.class.isAssignableFrom(member.getType());
    boolean set = switch (kind) {
      case DEFAULTS -> required;
      case NULLS, NULLS_WITHIN -> required || nullable || nests;
      case SMALL -> true;
      case LARGE -> required || !tagged || random.nextInt(3) > 0;
    };
    if (set) {
      boolean toNull = nullable && switch (kind) {
        case DEFAULTS, SMALL -> false;
        case NULLS -> true;
        case NULLS_WITHIN -> !nests;
        case LARGE -> random.nextInt(4) == 0;
      };
      member.set(message, toNull ? null : value(member.getType(), member.getGenericType(), field, depth));
    }
  }

  Object value(Class<?> type, java.lang.reflect.Type generic, Field field, int depth) throws Exception {
    if (Collection.class.isAssignableFrom(type)) {
      return array(type, generic, field, depth);
    }
    if (Message.class.isAssignableFrom(type)) {
      return struct(type, depth + 1);
    }
    if (type == String.class) {
      return string(field.name);
    }
    if (type == boolean.class) {
      return kind != Kind.LARGE || random.nextBoolean();
    }
    if (type == double.class) {
      return kind == Kind.LARGE ? kDoubles[random.nextInt(kDoubles.length)] : ++counter + 0.5;
    }
    if (type == Uuid.class) {
      return kind == Kind.LARGE ? new Uuid(random.nextLong(), random.nextLong()) : new Uuid(++counter, ++counter);
    }
    if (type == byte[].class) {
      return bytes();
    }
    if (type == ByteBuffer.class) {
      return ByteBuffer.wrap(bytes());
    }
    if (type.getSimpleName().equals("BaseRecords")) {
      return records(type.getPackageName());
    }
    return integer(type, field.type);
  }

  Object array(Class<?> type, java.lang.reflect.Type generic, Field field, int depth) throws Exception {
    if (type != List.class) {
      generic = type.getGenericSuperclass();
    }
    Class<?> element = (Class<?>) ((ParameterizedType) generic).getActualTypeArguments()[0];
    @SuppressWarnings("unchecked")
    Collection<Object> values = (Collection<Object>)
        (type == List.class ? new ArrayList<>() : type.getConstructor().newInstance());
    Field of = new Field(field.name, field.type.arrayElementType().get());
    int length = switch (kind) {
      case LARGE -> depth == 0 ? 1 + random.nextInt(3) : random.nextInt(4);
      case SMALL -> 2;
      default -> 1;
    };
    for (int i = 0; i < length; ++i) {
      values.add(value(element, element, of, depth + 1));
    }
    return values;
  }

  String string(String name) {
    return kind == Kind.LARGE ? kStrings[random.nextInt(kStrings.length)] : name + ++counter;
  }

  byte[] bytes() {
    return kind == Kind.LARGE ? randomBytes(random.nextInt(12)) : new byte[] {(byte) ++counter};
  }

  byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  // The bounds are those of the type on the wire: an unsigned number lives in a wider one of Java.
  Object integer(Class<?> type, Type wire) {
    int bits = switch (wire.toString()) {
      case "INT8" -> 8;
      case "INT16", "UINT16" -> 16;
      case "INT32", "UINT32" -> 32;
      case "INT64" -> 64;
      default -> throw new IllegalStateException("no values for " + wire);
    };
    boolean signed = wire.toString().startsWith("INT");
    long max = (signed ? 1L << (bits - 1) : 1L << bits) - 1;
    long min = signed ? -max - 1 : 0;
    long value = kind == Kind.LARGE ? List.of(min, max, 0L, 1L, signed ? -1 : max / 2, random.nextLong() & max)
        .get(random.nextInt(6)) : ++counter;
    return switch (type.getSimpleName()) {
      case "byte", "Byte" -> (byte) value;
      case "short", "Short" -> (short) value;
      case "int", "Integer" -> (int) value;
      default -> value;
    };
  }

  // A batch of the package that this release keeps records in; now and then none at all.
  Object records(String packageName) throws Exception {
    Class<?> memory = Class.forName(packageName + ".MemoryRecords");
    Class<?> simple = Class.forName(packageName + ".SimpleRecord");
    if (kind == Kind.LARGE && random.nextInt(4) == 0) {
      return memory.getField("EMPTY").get(null);
    }
    Object batch = Array.newInstance(simple, 1);
    Array.set(batch, 0, simple.getConstructor(long.class, byte[].class, byte[].class)
        .newInstance(1_700_000_000_000L, bytes(), bytes()));
    return memory.getMethod("withRecords", Compression.class, batch.getClass()).invoke(null, Compression.NONE, batch);
  }
}
