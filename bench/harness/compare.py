"""The same workloads against Leat and Apache Kafka in turns; see compare.sh."""

import dataclasses
import pathlib
import subprocess
import time

import brokers
import chart
import java_tools
import load
import options as command_line
import report
import rows
import special
from report import UNITS, medians, spread

KAFKA_WARMUP_S = 8  # the JIT compiler needs load
KAFKA_CARRIES_PER_S = 5000  # end to end, one record a request
LEAT_CONFIGS = {"relaxed": ["leat.durability=relaxed"], "commit": []}
KAFKA_CONFIGS = {"relaxed": [], "commit": ["flush.messages=1"]}


def run_once(options, server, peer, configs, warmup):
    topic = load.Topic(peer.durability, configs[peer.durability])
    if peer.row.reads:
        load.fill_topic(options, server, peer.row, topic, rows.FILL)
    return load.run_bench(options, server, peer.row, topic, load.seconds_of(options, peer.row), warmup)


def measure(options, peer):
    leat_runs, kafka_runs = [], []
    for _ in range(options.runs):
        leat_runs.append(load.quiet(lambda: run_leat(options, peer), options.retries))
        kafka_runs.append(load.quiet(lambda: run_kafka(options, peer), options.retries))
    return leat_runs, kafka_runs


def run_leat(options, peer):
    with brokers.Leat(options) as server:
        return run_once(options, server, peer, LEAT_CONFIGS, options.warmup)


NOTHING_ARRIVED = "nothing arrived in time"  # leat-bench, of an open loop that is not followed at all


def run_kafka(options, peer):
    with brokers.Kafka(options) as server:
        if peer.row.command != "e2e":
            return run_once(options, server, peer, KAFKA_CONFIGS, max(options.warmup, KAFKA_WARMUP_S))
        # What it cannot carry would be late before it is measured.
        warm = dataclasses.replace(peer, row=rows.at_most(peer.row, KAFKA_CARRIES_PER_S))
        run_once(options, server, warm, KAFKA_CONFIGS, KAFKA_WARMUP_S)
        try:
            return run_once(options, server, peer, KAFKA_CONFIGS, options.warmup)
        except RuntimeError as error:
            if not peer.kafka_may_fail or overload(error) is None:
                raise
            return {"failed": overload(error)}


def overload(error):
    """Which words of it say that the load was more than the broker carries."""
    return next((words for words in (load.FELL_BEHIND, NOTHING_ARRIVED) if words in str(error)), None)


def start_and_idle(options):
    """Milliseconds to the first metadata answer on an empty data directory, and idle memory."""
    leat_runs, kafka_runs = [], []
    for _ in range(options.runs):
        with brokers.Leat(options) as server:
            port = server.port
            server.stop()
            begin = [f"{options.bin}/leatd", "--data-dir", f"{server.dir}/fresh",
                     "--listen", f"127.0.0.1:{port}"]
            ready = brokers.milliseconds_to_ready(options, port, lambda: server.spawn(begin))
            time.sleep(1)
            leat_runs.append({"ready_ms": ready, "rss_mib": brokers.resident_mib(server.pid)})
        with brokers.Kafka(options) as server:
            server.stop()
            ready = brokers.milliseconds_to_ready(options, server.port, server.start_again)
            time.sleep(1)
            kafka_runs.append({"ready_ms": ready, "rss_mib": brokers.resident_mib(server.pid)})
    return leat_runs, kafka_runs


# All members connect at once; a backlog of 50 adds the second of a repeated SYN.
GROUP_PROPERTIES = ["group.initial.rebalance.delay.ms=0", "socket.listen.backlog.size=1000"]
GROUP_FIGURES = ("form_ms", "join_ms", "join_pause_ms", "leave_ms", "leave_pause_ms")


def group_once(options, server):
    command = [f"{options.bin}/leat-bench", "group", "--brokers", f"127.0.0.1:{server.port}",
               "--broker-pid", str(server.pid), "--members", "100", "--partitions", "1000",
               "--heartbeat-ms", "100", "--runs", str(max(5, options.runs)), "--output", "json"]
    raw, foreign = load.run_json(command, server.pid)
    runs = [dict(zip(GROUP_FIGURES, values)) for values in zip(*(raw[f + "_of_each_run"] for f in GROUP_FIGURES))]
    return [run | {"foreign_cpu": foreign} for run in runs]


def rebalances(options):
    """100 members of one client over 1,000 partitions: one process measures both brokers alike."""
    with brokers.Leat(options, properties=GROUP_PROPERTIES) as server:
        leat_runs = group_once(options, server)
    with brokers.Kafka(options, properties=GROUP_PROPERTIES) as server:
        group_once(options, server)  # warms it up
        kafka_runs = group_once(options, server)
    return leat_runs, kafka_runs


def java_clients(options):
    leat_runs, kafka_runs = [], []
    for _ in range(options.runs):
        with brokers.Leat(options, properties=["leat.durability=relaxed"]) as server:
            leat_runs.append(java_tools.run(options, server))
        with brokers.Kafka(options) as server:
            kafka_runs.append(java_tools.run(options, server))
    return leat_runs, kafka_runs


READY_PARTITIONS = 1172  # of the first measurement of Kafka
READY = ["--topic", "ready", "--partitions", str(READY_PARTITIONS), "--acks", "1", *rows.BIG,
         "--warmup", "0", "--seconds", "600", "--max-bytes"]


def restarts_of(options, server, configs):
    """Milliseconds to a fetch from every partition: after a clean stop, and after kill -9 under load."""
    def start_again():
        return brokers.milliseconds_to_ready(options, server.port, server.start_again, "ready", READY_PARTITIONS,
                                             brokers.RECOVERY_TIMEOUT_S)

    settings = [word for config in configs for word in ("-c", config)]
    command = [f"{options.bin}/leat-bench", "produce", "--brokers", f"127.0.0.1:{server.port}", *READY]
    subprocess.run([*command, str(int(options.ready_gib * 2**30)), *settings], check=True,
                   stdout=subprocess.DEVNULL)
    server.stop()
    clean = start_again()
    wait_until_written([*command, str(READY_PARTITIONS << 16)])
    special.kill_beside(server, subprocess.Popen([*command, special.NO_LIMIT], text=True,
                                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    return {"clean_ms": clean, "killed_ms": start_again(), "gib": options.ready_gib}


def wait_until_written(command):
    """Kafka elects leaders again behind the first fetches after its start."""
    deadline = time.monotonic() + brokers.RECOVERY_TIMEOUT_S
    while subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0:
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing could be written in {brokers.RECOVERY_TIMEOUT_S} s after a start")
        time.sleep(0.2)


def restarts(options):
    leat_runs, kafka_runs = [], []
    for _ in range(options.runs):
        with brokers.Leat(options) as server:
            leat_runs.append(restarts_of(options, server, LEAT_CONFIGS["relaxed"]))
        with brokers.Kafka(options) as server:
            kafka_runs.append(restarts_of(options, server, KAFKA_CONFIGS["relaxed"]))
    return leat_runs, kafka_runs


def lines_of(row_id, durability, aims, leat, kafka):
    """One line of the table and one record of the data per figure. A Kafka that failed in most runs has
    none: what Leat carries of that load is more than Kafka does, how fast it is cannot be compared."""
    failed = [run["failed"] for run in kafka if "failed" in run]
    gave_up = len(failed) > len(kafka) // 2
    failures = [f"{len(failed)} of {len(kafka)} failed: {failed[0]}"] if failed else []
    ours, theirs = medians(leat), {} if gave_up else medians(kafka)
    label = f"{row_id}, {leat[0]['gib']:g} GiB" if "gib" in leat[0] else row_id
    lines, data = [], []
    for figure, aim, at_least in aims:
        known = ours.get(figure) and theirs.get(figure)
        ratio = ours[figure] / theirs[figure] if known else None
        carried = gave_up and at_least and ours.get(figure) is not None
        met = True if carried else rows.reaches(ratio, aim, at_least)
        wanted = "-" if aim is None else f"{'>=' if at_least else '<='} {aim:.3g}"
        lines.append([label, durability, UNITS[figure], spread(leat, figure),
                      "; ".join(([] if gave_up else [spread(kafka, figure)]) + failures),
                      report.text(ratio), wanted, "-" if aim is None else report.verdict(met),
                      report.foreign_share(leat + kafka)])
        data.append({"figure": figure, "ratio": ratio, "aim": aim, "at_least": at_least, "met": met})
        print(" | ".join(lines[-1]), flush=True)
    return lines, data


def picture(facts, measured):
    """How many times better than Kafka each figure is: where less is better, Kafka's by Leat's."""
    bars = []
    for row in measured:
        for one in filter(lambda one: one["ratio"], row.get("ratios", [])):
            better = (lambda ratio: ratio) if one["at_least"] else (lambda ratio: 1 / ratio)
            bars.append((f"{row['id']}, {UNITS[one['figure']]}", better(one["ratio"]),
                         better(one["aim"]) if one["aim"] else None))
    title = f"Leat by Apache Kafka {facts['kafka']}, times better (line: the aim)"
    return chart.draw_bars(title, bars)


HEADER = ["row", "durability", "figure", "Leat", "Kafka", "ratio", "aim", "", "foreign CPU"]


def save(options, data, complete=False):
    """After every row: a run takes long, and what is measured is measured."""
    facts, name = data["circumstances"], options.name or "compare"
    pair = (f"Apache Kafka {facts['kafka']}, one KRaft node, 1 GiB of heap, its defaults against "
            "`leat.durability=relaxed`; `flush.messages=1` against `leat.durability=commit`. "
            f"{report.FOREIGN}\n\n")
    all_rows = report.save(options, name, "Leat beside Apache Kafka", HEADER, data, pair, complete)
    (pathlib.Path(options.results) / f"{name}.svg").write_text(picture(facts, all_rows))


@dataclasses.dataclass
class Job:
    row_id: str
    durability: str
    aims: list     # as rows.Peer has them
    run: object    # callable(): the runs of Leat, the runs of Kafka
    how: dict = dataclasses.field(default_factory=lambda: {"seconds": None})  # what the options do not say


def jobs(options):
    peers = [Job(peer.row.id, peer.durability, peer.aims, lambda p=peer: measure(options, p),
                 {"seconds": load.seconds_of(options, peer.row)}) for peer in rows.PEERS]
    return peers + [
        Job("START", "-", [("ready_ms", 50 / 3200, False), ("rss_mib", 30 / 371, False)],
            lambda: start_and_idle(options)),
        Job("GROUP", "-", [(figure, 1, False) for figure in GROUP_FIGURES], lambda: rebalances(options)),
        Job("READY", "relaxed", [("clean_ms", 0.5 / 6.4, False), ("killed_ms", 0.5 / 14.6, False)],
            lambda: restarts(options)),
        Job("JAVA", "relaxed", [(figure, None, not figure.endswith("_ms")) for figure in java_tools.FIGURES],
            lambda: java_clients(options))]


def main():
    options = command_line.parse(__doc__, command_line.of_compare)
    facts = report.circumstances(options) | {"kafka": brokers.kafka_version()}
    data = {"circumstances": facts, "rows": []}
    planned = jobs(options)
    command_line.require_known(options, [job.row_id for job in planned])
    load.hold_memory(options)
    for job in planned:
        if not command_line.chosen(options, job.row_id):
            continue
        try:
            leat, kafka = job.run()
        except Exception as error:  # pylint: disable=broad-except
            data["rows"].append(report.failed_row(HEADER, job.row_id, job.durability, error))
            continue
        lines, ratios = lines_of(job.row_id, job.durability, job.aims, leat, kafka)
        data["rows"].append({"id": job.row_id, "durability": job.durability, "ratios": ratios, "leat": leat,
                             "kafka": kafka, "cells": lines, "how": job.how | {"runs": len(leat)}})
        save(options, data)
    save(options, data, complete=True)
    report.say_where(options, options.name or "compare")


if __name__ == "__main__":
    main()
