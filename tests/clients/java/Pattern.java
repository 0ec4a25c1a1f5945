import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The records every client writes and every client expects; tests/clients/README.md has the rule. */
final class Pattern {
  static final int RECORDS = 10_000;
  static final int PARTITIONS = 3;
  static final String[] CODECS = {"none", "gzip", "snappy", "lz4", "zstd"};

  static byte[] key(int i) {
    return i % 100 == 7 ? null : bytes("key-" + i);
  }

  static byte[] value(int i, String codec) {
    if (i % 100 == 13) return null;
    StringBuilder text = new StringBuilder("value-" + i + "-" + codec + "-");
    for (int j = 0; j < i % 150; j++) text.append((char) ('a' + (i + j) % 26));
    return bytes(text.toString());
  }

  static List<Header> headers(int i, String codec) {
    List<Header> headers = new ArrayList<>();
    headers.add(new RecordHeader("n", bytes(Integer.toString(i))));
    headers.add(new RecordHeader("codec", bytes(codec)));
    if (i % 5 == 0) headers.add(new RecordHeader("empty", new byte[0]));
    return headers;
  }

  /** The start of the previous hour: young enough for every retention, the same for a whole run. */
  static long baseTime() {
    return System.currentTimeMillis() / 3_600_000 * 3_600_000 - 3_600_000;
  }

  /**
   * Waits, except with LEAT_STRICT. Kafka answers CreateTopics before the partitions take records:
   * it can refuse a producer's first batch and accept the second, and then refuses the first for
   * ever as out of sequence.
   */
  static void settle() throws InterruptedException {
    if (System.getenv("LEAT_STRICT") == null) Thread.sleep(500);
  }

  static void check(int i, String codec, byte[] key, byte[] value, Header[] headers) {
    if (!Arrays.equals(key, key(i))) throw new AssertionError("key of record " + i);
    if (!Arrays.equals(value, value(i, codec))) throw new AssertionError("value of record " + i);
    if (!Arrays.asList(headers).equals(headers(i, codec)))
      throw new AssertionError("headers of record " + i);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
