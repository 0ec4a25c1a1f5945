import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;

/** Interop BOOTSTRAP TOPIC SCENARIO…: the Java client's side of the client tests, one JVM for all. */
public final class Interop {
  interface Test {
    void run() throws Exception;
  }

  private static boolean failed = false;

  /** Runs one test and prints its line. */
  static void test(String name, Test body) {
    long start = System.nanoTime();
    String failure = null;
    try {
      body.run();
    } catch (Throwable e) {
      failure = e.toString().replace('\n', ' ');
      if (System.getenv("LEAT_VERBOSE") != null) e.printStackTrace();
    }
    failed |= failure != null;
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.println(
        failure == null
            ? String.format("ok %s (%.1f)", name, seconds)
            : String.format("FAIL %s (%.1f): %s", name, seconds, failure));
  }

  static Properties properties(String bootstrap, String... more) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", bootstrap);
    for (int i = 0; i < more.length; i += 2) properties.put(more[i], more[i + 1]);
    return properties;
  }

  static Admin admin(String bootstrap) {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  static void require(boolean condition, String what) {
    if (!condition) throw new AssertionError(what);
  }

  static void requireEqual(Object expected, Object got, String what) {
    if (!expected.equals(got))
      throw new AssertionError(what + ": expected " + expected + ", got " + got);
  }

  public static void main(String[] args) throws Exception {
    String bootstrap = args[0];
    String topic = args[1];
    for (int i = 2; i < args.length; i++) {
      switch (args[i]) {
        case "roundtrip" -> Roundtrip.run(bootstrap, topic);
        case "admin" -> AdminCalls.run(bootstrap, topic);
        case "transactions-refused" -> Transactions.refused(bootstrap);
        case "member" -> new Member(bootstrap, topic).run();
        default -> throw new IllegalArgumentException("no scenario " + args[i]);
      }
    }
    System.exit(failed ? 1 : 0);
  }
}
