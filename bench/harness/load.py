"""Runs leat-bench and the limit program's load, and puts their figures under the same names."""

import atexit
import dataclasses
import json
import os
import pathlib
import resource
import subprocess

import brokers

FOREIGN_CPU_LIMIT = 0.05
FILL_SECONDS = 600
FELL_BEHIND = "fell more than 5 s behind its rate"
PF_KTHREAD = 0x00200000


@dataclasses.dataclass
class Topic:
    """How durable, and who says so: relaxed goes with acks=1, commit with acks=all."""
    durability: str
    configs: list

    def arguments(self, name):
        acks = "1" if self.durability == "relaxed" else "all"
        settings = [word for config in self.configs for word in ("-c", config)]
        return ["--topic", name, "--acks", acks, *settings]


def busy_seconds():
    fields = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _, _, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def cpu_of(stat):
    """Of a line of /proc/PID/stat, after the name."""
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def process_seconds(pid):
    """With the threads that have ended."""
    return cpu_of(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split())


def kernel_thread_seconds():
    """Of each kernel thread: here they write back the broker's data."""
    seconds = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(fields[6]) & PF_KTHREAD:
            seconds[stat.parent.name] = cpu_of(fields)
    return seconds


def run_json(command, pid):
    """The last line of the command's output, and the share of all CPUs that others used meanwhile:
    neither it, nor the broker, nor the kernel's threads."""
    begin = os.times().elapsed
    kernel_before = kernel_thread_seconds()
    before = busy_seconds() - children_seconds() - process_seconds(pid)
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    foreign = busy_seconds() - children_seconds() - process_seconds(pid) - before
    foreign -= sum(after - kernel_before.get(thread, 0)
                   for thread, after in kernel_thread_seconds().items())
    capacity = (os.times().elapsed - begin) * os.cpu_count()
    raw = json.loads(done.stdout.strip().splitlines()[-1])
    return raw, max(0.0, foreign / capacity)


def quiet(run, retries):
    """Calls run() again while others use the CPUs; the least disturbed result counts. One that says it
    `failed` has no such share: it counts when it came first, and never instead of a figure."""
    best = run()
    attempts = 1
    while "failed" not in best and best["foreign_cpu"] > FOREIGN_CPU_LIMIT and attempts <= retries:
        figures = run()
        attempts += 1
        if figures.get("foreign_cpu", 1) < best["foreign_cpu"]:
            best = figures
    return best | {"attempts": attempts}


def seconds_of(options, row):
    return max(options.seconds, row.least_seconds)


def bench_command(options, server, row, topic, seconds, warmup, pin):
    program = pathlib.Path(options.bin) / row.program
    if not program.exists():
        raise RuntimeError(f"no {row.program} in {options.bin}: it is built where librdkafka-dev is")
    command = [str(program), row.command, "--brokers", f"127.0.0.1:{server.port}",
               "--broker-pid", str(server.pid), "--seconds", str(seconds), "--warmup", str(warmup),
               "--output", "json", *topic.arguments(row.id), *row.bench]
    return command if pin is None else command + ["--pin", str(pin)]


def run_bench(options, server, row, topic, seconds, warmup, pin=None):
    command = bench_command(options, server, row, topic, seconds, warmup, pin)
    raw, foreign = run_json(command, server.pid)
    if row.command == "e2e" and raw["ended_early"]:
        raise RuntimeError(f"{row.id}: {FELL_BEHIND}")
    latency = raw["latency_us"]
    consumed = raw.get("consumed") or {}
    return {
        "mb_per_s": raw["megabytes_per_second"], "records_per_s": raw["records_per_second"],
        "requests_per_s": raw["requests_per_second"], "p50_us": latency["p50"],
        "p99_us": latency["p99"], "p999_us": latency["p999"],
        "cpu_s_per_gb": raw["broker_cpu_seconds_per_gb"],
        "cpu_us_per_request": raw["broker_cpu_us_per_request"],
        "rss_mib": raw["broker_rss_bytes"] / 2**20,
        "rss_per_idle_connection": raw["broker_rss_bytes_per_idle_connection"],
        "consumed_mb_per_s": consumed.get("megabytes_per_second"),
        "foreign_cpu": foreign, "durability": raw["durability"], "raw": raw,
    }


def fill_topic(options, server, row, topic, size):
    """Something to read: `size` bytes as P1 writes them."""
    raw, _ = run_json([f"{options.bin}/leat-bench", "produce", "--brokers", f"127.0.0.1:{server.port}",
                       *topic.arguments(row.id), "--in-flight", "8", "--seconds", str(FILL_SECONDS),
                       "--warmup", "0", "--max-bytes", str(size), "--output", "json"], server.pid)
    if not raw["ended_early"]:
        raise RuntimeError(f"{row.id}: no {size} bytes written in {FILL_SECONDS} s")


def run_limit(options, server, row, seconds, warmup, pin=None):
    command = [f"{options.bin}/limit", row.limit_command, "--port", str(server.port), "--json",
               "--broker-pid", str(server.pid), "--seconds", str(seconds), "--warm-up", str(warmup),
               *row.limit_load]
    raw, foreign = run_json(command if pin is None else command + ["--pin", str(pin)], server.pid)
    return {
        "mb_per_s": raw["mb_per_s"], "records_per_s": None,
        "requests_per_s": raw["requests_per_s"], "p50_us": raw["p50_us"], "p99_us": raw["p99_us"],
        "p999_us": raw["p99_9_us"], "cpu_s_per_gb": raw["broker_cpu_s_per_gb"],
        "cpu_us_per_request": raw["broker_cpu_us_per_request"], "rss_mib": raw["broker_rss_mib"],
        "foreign_cpu": foreign, "raw": raw,
    }


def fill_limit(options, server, size):
    subprocess.run([f"{options.bin}/limit", "produce", "--port", str(server.port), "--size", "65536",
                    "--in-flight", "8", "--seconds", str(FILL_SECONDS), "--warm-up", "0",
                    "--max-bytes", str(size)], check=True, stdout=subprocess.DEVNULL)


def hold_memory(options):
    """A virtual machine gives free memory back to its host within seconds and gets it again slowly:
    while this program runs, that much of it stays."""
    if options.hold == 0:
        return
    holder = subprocess.Popen([f"{options.bin}/limit", "hold", "--bytes", str(options.hold)],
                              stdout=subprocess.PIPE, text=True)
    atexit.register(holder.kill)
    if holder.stdout.readline() != "holding\n":
        raise RuntimeError(f"{options.hold} bytes of memory cannot be had: say --hold")
