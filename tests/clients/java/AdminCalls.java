import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringSerializer;

/** What an administrator does with the Java Admin client. */
final class AdminCalls {
  static void run(String bootstrap, String topic) {
    Interop.test("admin", () -> new AdminCalls(bootstrap, topic + "-admin").all());
  }

  private final String bootstrap;
  private final String topic;
  private final ConfigResource resource;

  private AdminCalls(String bootstrap, String topic) {
    this.bootstrap = bootstrap;
    this.topic = topic;
    this.resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private void all() throws Exception {
    try (Admin admin = Interop.admin(bootstrap)) {
      cluster(admin);
      create(admin);
      configs(admin);
      partitions(admin);
      deleteRecords(admin);
      logDirs(admin);
      admin.deleteTopics(List.of(topic)).all().get();
      shows(() -> Interop.require(!admin.listTopics().names().get().contains(topic), "still listed"));
    }
  }

  private static void cluster(Admin admin) throws Exception {
    var cluster = admin.describeCluster();
    Interop.requireEqual(1, cluster.nodes().get().size(), "nodes");
    Interop.require(cluster.clusterId().get() != null, "no cluster id");
    Interop.require(cluster.controller().get() != null, "no controller");
  }

  private void create(Admin admin) throws Exception {
    NewTopic wanted =
        new NewTopic(topic, Optional.of(2), Optional.empty())
            .configs(Map.of("retention.ms", "3600000"));
    var created = admin.createTopics(List.of(wanted));
    created.all().get();
    Interop.requireEqual(2, created.numPartitions(topic).get(), "partitions in the answer");
    ConfigEntry entry = created.config(topic).get().get("retention.ms");
    Interop.requireEqual("3600000", entry.value(), "retention.ms in the answer");
    Interop.requireEqual(
        ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, entry.source(), "source in the answer");
    try {
      admin.createTopics(List.of(wanted)).all().get();
      throw new AssertionError("a topic was created twice");
    } catch (ExecutionException e) {
      Interop.require(e.getCause() instanceof TopicExistsException, "second create: " + e);
    }
  }

  /**
   * Checks that a change shows. Kafka answers a change before its broker half knows of it, so there
   * this tries for a while; LEAT_STRICT asks for what a single node can do: at once.
   */
  private static void shows(Interop.Test check) throws Exception {
    boolean strict = System.getenv("LEAT_STRICT") != null;
    long deadline = System.nanoTime() + (strict ? 0 : 5_000_000_000L);
    while (true) {
      try {
        check.run();
        return;
      } catch (ExecutionException | AssertionError e) {
        if (System.nanoTime() >= deadline) throw e;
        Thread.sleep(20);
      }
    }
  }

  private void configIs(Admin admin, String name, String wanted) throws Exception {
    shows(() -> Interop.requireEqual(wanted, config(admin, name), name));
  }

  private String config(Admin admin, String name) throws Exception {
    return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
  }

  private void configs(Admin admin) throws Exception {
    configIs(admin, "cleanup.policy", "delete");
    Collection<AlterConfigOp> set =
        List.of(
            new AlterConfigOp(new ConfigEntry("retention.ms", "7200000"), AlterConfigOp.OpType.SET));
    admin.incrementalAlterConfigs(Map.of(resource, set)).all().get();
    configIs(admin, "retention.ms", "7200000");
    Collection<AlterConfigOp> unset =
        List.of(new AlterConfigOp(new ConfigEntry("retention.ms", ""), AlterConfigOp.OpType.DELETE));
    admin.incrementalAlterConfigs(Map.of(resource, unset)).all().get();
    configIs(admin, "retention.ms", "604800000");
  }

  private void partitions(Admin admin) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
    shows(
        () -> {
          var topics = admin.describeTopics(List.of(topic)).allTopicNames().get();
          Interop.requireEqual(5, topics.get(topic).partitions().size(), "partitions after adding");
          Interop.require(!topics.get(topic).topicId().equals(Uuid.ZERO_UUID), "no topic id");
        });
  }

  private void deleteRecords(Admin admin) throws Exception {
    Pattern.settle();
    try (var producer =
        new KafkaProducer<>(
            Interop.properties(bootstrap), new StringSerializer(), new StringSerializer())) {
      for (int i = 0; i < 10; i++) producer.send(new ProducerRecord<>(topic, 4, "k", "v"));
    }
    TopicPartition p = new TopicPartition(topic, 4);
    var deleted = admin.deleteRecords(Map.of(p, RecordsToDelete.beforeOffset(6)));
    Interop.requireEqual(6L, deleted.lowWatermarks().get(p).get().lowWatermark(), "low watermark");
  }

  private void logDirs(Admin admin) throws Exception {
    int node = admin.describeCluster().nodes().get().iterator().next().id();
    var directories = admin.describeLogDirs(List.of(node)).allDescriptions().get().get(node);
    boolean seen =
        directories.values().stream()
            .anyMatch(d -> d.replicaInfos().containsKey(new TopicPartition(topic, 4)));
    Interop.require(seen, "the topic is in no log directory");
  }
}
