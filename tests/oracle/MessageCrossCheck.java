import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * Kafka's own message classes as a judge of a codec.
 *
 * <pre>
 *   MessageCrossCheck encode SEED [COUNT]   writes COUNT (3) random messages for each request and
 *                                           response and version of every broker API
 *   MessageCrossCheck verify [--json]       reads messages, decodes them with Kafka's classes, writes
 *                                           them again and compares; exits 1 if any differs
 * </pre>
 *
 * A message on the stream is int16 apiKey, int8 isResponse, int16 version, int32 length, the body
 * without its header; encode adds int32 length and the value as JSON by Kafka's own converter (and
 * verify --json expects it). In that JSON a field of type records is base64 text as bytes are.
 * Unstable versions are left out.
 */
public final class MessageCrossCheck {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    switch (args.length == 0 ? "" : args[0]) {
      case "encode" -> encode(Long.parseLong(args[1]), args.length > 2 ? Integer.parseInt(args[2]) : 3);
      case "verify" -> System.exit(verify(args.length > 1 && args[1].equals("--json")) ? 0 : 1);
      default -> {
        System.err.println("usage: MessageCrossCheck encode SEED [COUNT] | verify [--json]");
        System.exit(2);
      }
    }
  }

  private static void encode(long seed, int count) throws Exception {
    try (var out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16))) {
      for (ApiMessageType api : ApiMessageType.values()) {
        if (!api.listeners().contains(ListenerType.BROKER)) continue;
        for (short v = api.lowestSupportedVersion(); v <= api.highestSupportedVersion(false); v++) {
          for (int n = 0; n < count; n++) {
            RandomValues values = new RandomValues(hash(seed, api.apiKey(), v, n));
            put(out, api, false, v, values);
            put(out, api, true, v, values);
          }
        }
      }
    }
  }

  /** So that a message stays the same when other APIs come or go. */
  private static long hash(long seed, int api, int version, int n) {
    return ((seed * 1_000_003 + api) * 1_000_003 + version) * 1_000_003 + n;
  }

  private static void put(
      DataOutputStream out, ApiMessageType api, boolean response, short version, RandomValues values)
      throws Exception {
    Schema schema = (response ? api.responseSchemas() : api.requestSchemas())[version];
    var struct = values.of(schema);
    ByteBuffer drawn = ByteBuffer.allocate(schema.sizeOf(struct));
    schema.write(drawn, struct);
    drawn.flip();
    ApiMessage message = decode(api, response, version, drawn);
    if (drawn.hasRemaining()) throw new IllegalStateException("bytes left in " + api.name);
    byte[] body = bytes(message, version);
    byte[] json = JSON.writeValueAsBytes(toJson(message, version));
    out.writeShort(api.apiKey());
    out.writeByte(response ? 1 : 0);
    out.writeShort(version);
    out.writeInt(body.length);
    out.write(body);
    out.writeInt(json.length);
    out.write(json);
  }

  private static ApiMessage decode(
      ApiMessageType api, boolean response, short version, ByteBuffer bytes) {
    ApiMessage message = response ? api.newResponse() : api.newRequest();
    message.read(new ByteBufferAccessor(bytes), version);
    return message;
  }

  private static byte[] bytes(ApiMessage message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
    message.write(new ByteBufferAccessor(buffer), cache, version);
    return buffer.array();
  }

  private static Class<?> converter(ApiMessage message) throws ReflectiveOperationException {
    return Class.forName(message.getClass().getName() + "JsonConverter");
  }

  private static JsonNode toJson(ApiMessage message, short version) throws Exception {
    JsonNode node =
        (JsonNode)
            converter(message)
                .getMethod("write", message.getClass(), short.class, boolean.class)
                .invoke(null, message, version, false);
    fillRecords(message, node);
    return node;
  }

  /** The converter gives only the size of records; this puts the records themselves. */
  private static void fillRecords(Object data, JsonNode node) throws ReflectiveOperationException {
    if (!(node instanceof ObjectNode object)) return;
    for (String name : object.properties().stream().map(Map.Entry::getKey).toList()) {
      if (name.endsWith("SizeInBytes") && !hasMethod(data, name)) {
        String records = name.substring(0, name.length() - "SizeInBytes".length());
        object.remove(name);
        MemoryRecords value = (MemoryRecords) get(data, records);
        if (value == null) object.putNull(records);
        else object.put(records, copy(value.buffer()));
        continue;
      }
      JsonNode child = object.get(name);
      if (!child.isContainerNode() || !hasMethod(data, name)) continue;
      Object value = get(data, name);
      if (value instanceof Collection<?> elements) {
        Iterator<JsonNode> children = child.elements();
        for (Object element : elements) fillRecords(element, children.next());
      } else {
        fillRecords(value, child);
      }
    }
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static boolean hasMethod(Object data, String name) {
    return Arrays.stream(data.getClass().getMethods())
        .anyMatch(m -> m.getName().equals(name) && m.getParameterCount() == 0);
  }

  private static Object get(Object data, String name) throws ReflectiveOperationException {
    return data.getClass().getMethod(name).invoke(data);
  }

  private static boolean verify(boolean withJson) throws Exception {
    int read = 0;
    int different = 0;
    try (var in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16))) {
      while (true) {
        short key;
        try {
          key = in.readShort();
        } catch (EOFException end) {
          break;
        }
        boolean response = in.readByte() != 0;
        short version = in.readShort();
        byte[] body = block(in);
        byte[] json = withJson ? block(in) : null;
        read++;
        String problem = problem(key, response, version, body, json);
        if (problem == null) continue;
        different++;
        System.out.printf(
            "%s %s v%d: %s%n", name(key), response ? "response" : "request", version, problem);
      }
    }
    System.out.printf("%d messages, %d different%n", read, different);
    return different == 0 && read > 0;
  }

  private static byte[] block(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return bytes;
  }

  private static String name(short key) {
    try {
      return ApiMessageType.fromApiKey(key).name;
    } catch (RuntimeException unknown) {
      return "api " + key;
    }
  }

  /** What is wrong with the message, or null. */
  private static String problem(short key, boolean response, short version, byte[] body, byte[] json) {
    try {
      ApiMessageType api = ApiMessageType.fromApiKey(key);
      if (version < api.lowestSupportedVersion() || version > api.highestSupportedVersion(true))
        return "no such version";
      ByteBuffer in = ByteBuffer.wrap(body);
      ApiMessage message = decode(api, response, version, in);
      if (in.hasRemaining()) return in.remaining() + " bytes left after the message";
      byte[] again = bytes(message, version);
      if (!Arrays.equals(body, again)) return difference(body, again);
      return json == null ? null : jsonProblem(message, version, json);
    } catch (Exception e) {
      return "not decoded: " + e;
    }
  }

  private static String difference(byte[] body, byte[] again) {
    int at = Arrays.mismatch(body, again);
    return String.format(
        "byte %d differs: got %s (%d bytes), Kafka writes %s (%d bytes)",
        at, hex(body, at), body.length, hex(again, at), again.length);
  }

  private static String hex(byte[] bytes, int from) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < Math.min(bytes.length, from + 8); i++)
      text.append(String.format("%02x", bytes[i]));
    return text.toString();
  }

  private static String jsonProblem(ApiMessage message, short version, byte[] json) throws Exception {
    JsonNode wanted = JSON.readTree(JSON.writeValueAsBytes(toJson(message, version)));
    return wanted.equals(JSON.readTree(json)) ? null : "other JSON: " + wanted;
  }
}
