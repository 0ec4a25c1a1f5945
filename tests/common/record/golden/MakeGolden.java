import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecords.RecordFilter;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.BufferSupplier;
import org.apache.kafka.common.utils.ByteBufferOutputStream;

// Writes the *.batch files beside this source with Kafka's own classes. README.md says how to run it.
public class MakeGolden {
  static final long T = 1_700_000_000_000L;
  static Path directory;

  static byte[] bytes(String s) { return s.getBytes(StandardCharsets.UTF_8); }

  static void save(String name, ByteBuffer buffer) throws Exception {
    byte[] raw = new byte[buffer.remaining()];
    buffer.duplicate().get(raw);
    Files.write(directory.resolve(name + ".batch"), raw);
  }

  static MemoryRecordsBuilder builder(Compression c, TimestampType type, long appendTime, long pid,
                                      short epoch, int sequence, boolean transactional) {
    return new MemoryRecordsBuilder(new ByteBufferOutputStream(4096), RecordBatch.MAGIC_VALUE_V2, c,
        type, 0, appendTime, pid, epoch, sequence, transactional, false, -1, 1 << 30);
  }

  static MemoryRecordsBuilder plain(Compression c) {
    return builder(c, TimestampType.CREATE_TIME, -1, -1, (short) -1, -1, false);
  }

  // The same five records in every codec; the tests know them.
  static void fill(MemoryRecordsBuilder b) {
    byte[] pattern = new byte[1000];
    for (int i = 0; i < pattern.length; i++) pattern[i] = (byte) (i * 7 % 251);
    b.append(T, bytes("key-0"), bytes("value-0"));
    b.append(T + 5, (byte[]) null, pattern);
    b.append(T + 3, bytes("key-2"), (byte[]) null);
    b.append(T - 200_000, new byte[0], new byte[0], new Header[] {new RecordHeader("h1", bytes("v1")),
        new RecordHeader("h2", (byte[]) null), new RecordHeader("", new byte[0]),
        new RecordHeader("h1", bytes("again"))});
    b.append(T + 5, bytes("key-4"), bytes("last"));
  }

  static byte[] run(int size) {
    byte[] value = new byte[size];
    Arrays.fill(value, (byte) 'a');
    return value;
  }

  static RecordFilter keepOnly(long now, long retention, long... offsets) {
    return new RecordFilter(now, retention) {
      protected BatchRetentionResult checkBatchRetention(RecordBatch batch) {
        return new BatchRetentionResult(BatchRetention.RETAIN_EMPTY, false);
      }
      protected boolean shouldRetainRecord(RecordBatch batch, Record record) {
        return Arrays.stream(offsets).anyMatch(o -> o == record.offset());
      }
    };
  }

  static ByteBuffer filter(MemoryRecords from, RecordFilter filter) {
    ByteBuffer out = ByteBuffer.allocate(1 << 20);
    from.filterTo(filter, out, BufferSupplier.NO_CACHING);
    out.flip();
    return out;
  }

  public static void main(String[] args) throws Exception {
    directory = Path.of(args[0]);
    for (String name : new String[] {"none", "gzip", "snappy", "lz4", "zstd"}) {
      Compression c = Compression.of(name).build();
      MemoryRecordsBuilder b = plain(c);
      fill(b);
      MemoryRecords records = b.build();
      save(name, records.buffer());
      save("compacted-" + name, filter(records, keepOnly(0, 0, 1, 3)));
      if (name.equals("none")) continue;
      b = plain(c);
      b.append(T, null, run(200_000));  // longer than a reader's window
      b.append(T + 1, bytes("k"), run(10));
      save("large-" + name, b.build().buffer());
    }
    Compression none = Compression.NONE;
    MemoryRecordsBuilder b = builder(none, TimestampType.CREATE_TIME, -1, 4711, (short) 3,
                                     Integer.MAX_VALUE - 2, true);
    fill(b);
    MemoryRecords transactional = b.build();
    save("transactional", transactional.buffer());
    save("emptied", filter(transactional, keepOnly(0, 0)));

    b = builder(none, TimestampType.LOG_APPEND_TIME, T + 99, -1, (short) -1, -1, false);
    fill(b);
    save("log-append-time", b.build().buffer());

    // A tombstone seen by the cleaner: retention 1000 ms after "now" sets the delete horizon.
    b = plain(none);
    fill(b);
    save("delete-horizon", filter(b.build(), keepOnly(T + 50_000, 1000, 0, 2, 4)));

    save("commit-marker", MemoryRecords.withEndTransactionMarker(0, T, -1, 4711, (short) 3,
        new EndTransactionMarker(ControlRecordType.COMMIT, 17)).buffer());
    save("abort-marker", MemoryRecords.withEndTransactionMarker(0, T, -1, 4711, (short) 3,
        new EndTransactionMarker(ControlRecordType.ABORT, 17)).buffer());
  }
}
