import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;

/** A broker without transactions must say so at once: a client that retries for ever is a hang. */
final class Transactions {
  private static final long LIMIT_S = 10;

  static void refused(String bootstrap) {
    Interop.test("transactions-refused", () -> init(bootstrap));
  }

  private static void init(String bootstrap) {
    long start = System.nanoTime();
    try (var producer =
        new KafkaProducer<>(
            Interop.properties(bootstrap, "transactional.id", "interop"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.initTransactions();
      throw new AssertionError("initTransactions succeeded");
    } catch (TimeoutException e) {
      throw new AssertionError("the client retried until its time-out: " + e.getMessage());
    } catch (RuntimeException e) {
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
      Interop.require(seconds < LIMIT_S, "refused only after " + seconds + " s: " + e.getMessage());
    }
  }
}
