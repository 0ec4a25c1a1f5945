import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** One member of a group, driven by tests/clients/groups.py through stdin and stdout. */
final class Member implements ConsumerRebalanceListener {
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ConcurrentLinkedQueue<String> commands = new ConcurrentLinkedQueue<>();

  Member(String bootstrap, String topic) {
    var properties =
        Interop.properties(
            bootstrap, "group.id", System.getenv("GROUP"), "auto.offset.reset", "earliest");
    String instance = System.getenv("INSTANCE");
    if (instance != null && !instance.isEmpty()) properties.put("group.instance.id", instance);
    consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic), this);
  }

  void run() throws Exception {
    Thread reader = new Thread(this::readCommands);
    reader.setDaemon(true);
    reader.start();
    while (true) {
      for (var record : consumer.poll(Duration.ofMillis(100))) {
        System.out.println("record " + record.partition() + " " + record.offset());
      }
      for (String command; (command = commands.poll()) != null; ) {
        if (command.equals("commit")) {
          consumer.commitSync();
          System.out.println("committed");
        } else {
          consumer.close();
          System.out.println("closed");
          return;
        }
      }
    }
  }

  private void readCommands() {
    try (var in = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line; (line = in.readLine()) != null; ) commands.add(line.trim());
    } catch (java.io.IOException e) {
      System.err.println(e);
    }
    commands.add("close");
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    System.out.println(
        "assigned "
            + consumer.assignment().stream()
                .map(p -> Integer.toString(p.partition()))
                .sorted()
                .collect(Collectors.joining(",")));
  }
}
