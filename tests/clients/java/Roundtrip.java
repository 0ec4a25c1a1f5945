import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Create a topic, fill it, read it back without a group, ask for offsets, delete it. */
final class Roundtrip {
  private final String bootstrap;
  private final String topic;
  private final String codec;
  private final long base = Pattern.baseTime();

  static void run(String bootstrap, String topic) {
    for (String codec : Pattern.CODECS) {
      Interop.test("roundtrip-" + codec, new Roundtrip(bootstrap, topic + "-" + codec, codec)::all);
    }
  }

  private Roundtrip(String bootstrap, String topic, String codec) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.codec = codec;
  }

  private void all() throws Exception {
    try (Admin admin = Interop.admin(bootstrap)) {
      NewTopic wanted = new NewTopic(topic, Optional.of(Pattern.PARTITIONS), Optional.empty());
      admin.createTopics(List.of(wanted)).all().get();
      Pattern.settle();
      produce();
      consume();
      listOffsets(admin);
      admin.deleteTopics(List.of(topic)).all().get();
    }
  }

  private void produce() throws Exception {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (var producer =
        new KafkaProducer<>(
            Interop.properties(bootstrap, "compression.type", codec),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < Pattern.RECORDS; i++) {
        sent.add(
            producer.send(
                new ProducerRecord<>(
                    topic,
                    i % Pattern.PARTITIONS,
                    base + i,
                    Pattern.key(i),
                    Pattern.value(i, codec),
                    Pattern.headers(i, codec))));
      }
    }
    for (int i = 0; i < Pattern.RECORDS; i++) {
      Interop.requireEqual(
          (long) (i / Pattern.PARTITIONS), sent.get(i).get().offset(), "offset of record " + i);
    }
  }

  private List<TopicPartition> partitions() {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int p = 0; p < Pattern.PARTITIONS; p++) partitions.add(new TopicPartition(topic, p));
    return partitions;
  }

  private void consume() {
    try (var consumer =
        new KafkaConsumer<>(
            Interop.properties(bootstrap),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions());
      consumer.seekToBeginning(partitions());
      long[] next = new long[Pattern.PARTITIONS];
      long deadline = System.nanoTime() + 30_000_000_000L;
      for (int read = 0; read < Pattern.RECORDS; ) {
        Interop.require(System.nanoTime() < deadline, "only " + read + " records came back");
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          check(record, next[record.partition()]++);
          read++;
        }
      }
      checkConsumerOffsets(consumer);
    }
  }

  private void check(ConsumerRecord<byte[], byte[]> record, long expectedOffset) {
    Interop.requireEqual(expectedOffset, record.offset(), "offset in partition " + record.partition());
    int i = (int) expectedOffset * Pattern.PARTITIONS + record.partition();
    Interop.requireEqual(base + i, record.timestamp(), "timestamp of record " + i);
    Pattern.check(i, codec, record.key(), record.value(), record.headers().toArray());
  }

  private long end(int partition) {
    return (Pattern.RECORDS - partition + Pattern.PARTITIONS - 1) / Pattern.PARTITIONS;
  }

  private void checkConsumerOffsets(KafkaConsumer<byte[], byte[]> consumer) {
    var begin = consumer.beginningOffsets(partitions());
    var ends = consumer.endOffsets(partitions());
    Map<TopicPartition, Long> times = new HashMap<>();
    for (TopicPartition p : partitions()) times.put(p, base + 5_000);
    var at = consumer.offsetsForTimes(times);
    for (TopicPartition p : partitions()) {
      Interop.requireEqual(0L, begin.get(p), "begin of " + p);
      Interop.requireEqual(end(p.partition()), ends.get(p), "end of " + p);
      Interop.requireEqual(offsetAt(p.partition(), 5_000), at.get(p).offset(), "offset by time of " + p);
    }
  }

  /** The offset of the first record of the partition whose number is at least i. */
  private static long offsetAt(int partition, int i) {
    return (i - partition + Pattern.PARTITIONS - 1) / Pattern.PARTITIONS;
  }

  private void listOffsets(Admin admin) throws Exception {
    TopicPartition p = new TopicPartition(topic, 1);
    Interop.requireEqual(0L, ask(admin, p, OffsetSpec.earliest()).offset(), "earliest");
    Interop.requireEqual(end(1), ask(admin, p, OffsetSpec.latest()).offset(), "latest");
    ListOffsetsResultInfo newest = ask(admin, p, OffsetSpec.maxTimestamp());
    Interop.requireEqual(end(1) - 1, newest.offset(), "offset of the newest record");
    Interop.requireEqual(base + 9_997, newest.timestamp(), "timestamp of the newest record");
    long past = base + 2L * Pattern.RECORDS;
    Interop.requireEqual(-1L, ask(admin, p, OffsetSpec.forTimestamp(past)).offset(), "after the end");
  }

  private static ListOffsetsResultInfo ask(Admin admin, TopicPartition p, OffsetSpec spec)
      throws Exception {
    return admin.listOffsets(Map.of(p, spec)).partitionResult(p).get();
  }
}
