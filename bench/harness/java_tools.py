"""Kafka's own Java tools against either broker: what somebody who brings them will see."""

import re
import subprocess

import brokers

PRODUCED = re.compile(r"records sent, ([\d.]+) records/sec .*?([\d.]+) ms avg latency.*?(\d+) ms 99th")
END_TO_END = re.compile(r"Avg latency: ([\d.]+) ms.*?99th = (\d+)", re.S)
FETCH_MB_S = 8  # column of ConsumerPerformance
# Enough for some seconds on two CPUs, per second that was asked for.
RECORDS_100, RECORDS_1K, RECORDS_END_TO_END = 400_000, 100_000, 1000
# The client is the bound of most; nothing is aimed at.
FIGURES = ("java_100_records_per_s", "java_1k_records_per_s", "java_consume_mb_per_s",
           "java_e2e_avg_ms", "java_e2e_p99_ms")


def tool(name, *arguments):
    command = ["bash", str(brokers.KAFKA_SH), "tool", f"org.apache.kafka.tools.{name}",
               *map(str, arguments)]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError(f"{name}: {done.stdout.strip()[-500:]}")
    return done.stdout


def found(pattern, text, name):
    matches = pattern.findall(text)
    if not matches:
        raise RuntimeError(f"{name} said: {text.strip()[-500:]}")
    return [float(number) for number in matches[-1]]


def produce(address, topic, size, records):
    out = tool("ProducerPerformance", "--bootstrap-server", address, "--topic", topic,
               "--num-records", records, "--record-size", size, "--throughput", -1,
               "--command-property", "acks=1")
    return found(PRODUCED, out, "ProducerPerformance")[0]


def consume(address, topic, records):
    out = tool("ConsumerPerformance", "--bootstrap-server", address, "--topic", topic,
               "--num-records", records, "--hide-header")
    rows = [line.split(", ") for line in out.splitlines() if line.count(", ") > FETCH_MB_S]
    if not rows:
        raise RuntimeError(f"ConsumerPerformance said: {out.strip()[-500:]}")
    return float(rows[-1][FETCH_MB_S])


def run(options, server):
    address = f"127.0.0.1:{server.port}"
    small, large = int(RECORDS_100 * options.seconds), int(RECORDS_1K * options.seconds)
    produce(address, "warm", 100, small // 5)  # the broker, not the client: that is a new process
    figures = {"java_100_records_per_s": produce(address, "java-100", 100, small),
               "java_1k_records_per_s": produce(address, "java-1k", 1000, large),
               "java_consume_mb_per_s": consume(address, "java-1k", large)}
    out = tool("EndToEndLatency", address, "java-e2e", int(RECORDS_END_TO_END * options.seconds), 1,
               100)
    average, p99 = found(END_TO_END, out, "EndToEndLatency")
    return figures | {"java_e2e_avg_ms": average, "java_e2e_p99_ms": p99}
