import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.types.ArrayOf;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.CompactArrayOf;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.NullableSchema;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** Random values for a message schema: small, often at the edge of their type, sometimes null. */
final class RandomValues {
  private static final int MAX_ELEMENTS = 3;
  private static final int MAX_TEXT = 12;
  private static final int MAX_BYTES = 40;

  private final Random random;

  RandomValues(long seed) {
    random = new Random(seed);
  }

  Struct of(Schema schema) {
    Struct struct = new Struct(schema);
    for (BoundField field : schema.fields()) struct.set(field, value(field.def.type));
    return struct;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private Object value(Type type) {
    if (type.isNullable() && !(type instanceof TaggedFields) && oneIn(4)) return null;
    if (type instanceof TaggedFields tagged) return tagged(tagged);
    if (type instanceof NullableSchema schema) return of(schema);
    if (type instanceof Schema schema) return of(schema);
    if (type instanceof ArrayOf || type instanceof CompactArrayOf) {
      Object[] elements = new Object[random.nextInt(MAX_ELEMENTS + 1)];
      Type element = type.arrayElementType().orElseThrow();
      for (int i = 0; i < elements.length; i++) elements[i] = value(element);
      return elements;
    }
    return primitive(type);
  }

  private NavigableMap<Integer, Object> tagged(TaggedFields type) {
    NavigableMap<Integer, Object> present = new TreeMap<>();
    for (Map.Entry<Integer, Field> entry : type.fields().entrySet()) {
      if (oneIn(2)) present.put(entry.getKey(), value(entry.getValue().type));
    }
    return present;
  }

  private Object primitive(Type type) {
    if (type == Type.BOOLEAN) return random.nextBoolean();
    if (type == Type.INT8) return (byte) integer(Byte.MIN_VALUE, Byte.MAX_VALUE);
    if (type == Type.INT16) return (short) integer(Short.MIN_VALUE, Short.MAX_VALUE);
    if (type == Type.UINT16) return (int) integer(0, 65_535);
    if (type == Type.INT32) return (int) integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (type == Type.UNSIGNED_INT32) return integer(0, 4_294_967_295L);
    if (type == Type.INT64) return integer(Long.MIN_VALUE, Long.MAX_VALUE);
    if (type == Type.FLOAT64) return random.nextGaussian() * 1e6;
    if (type == Type.UUID) return new Uuid(random.nextLong(), random.nextLong());
    if (type == Type.STRING
        || type == Type.COMPACT_STRING
        || type == Type.NULLABLE_STRING
        || type == Type.COMPACT_NULLABLE_STRING) return text();
    if (type == Type.BYTES
        || type == Type.COMPACT_BYTES
        || type == Type.NULLABLE_BYTES
        || type == Type.COMPACT_NULLABLE_BYTES) return bytes();
    if (type == Type.RECORDS
        || type == Type.COMPACT_RECORDS
        || type == Type.NULLABLE_RECORDS
        || type == Type.COMPACT_NULLABLE_RECORDS) return MemoryRecords.readableRecords(bytes());
    throw new IllegalStateException("no random value for " + type);
  }

  private long integer(long min, long max) {
    return switch (random.nextInt(8)) {
      case 0 -> min;
      case 1 -> max;
      case 2 -> Math.max(min, -1);
      case 3 -> 0;
      case 4 -> Math.min(max, random.nextInt(1000));
      default -> between(min, max);
    };
  }

  private long between(long min, long max) {
    return min == Long.MIN_VALUE ? random.nextLong() : min + (long) (random.nextDouble() * (max - min));
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(MAX_TEXT + 1); left > 0; left--) {
      text.append(oneIn(20) ? "é" : oneIn(40) ? "漢" : (char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private ByteBuffer bytes() {
    byte[] bytes = new byte[random.nextInt(MAX_BYTES + 1)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }
}
