"""Medians, ranges, tables, and the circumstances that belong to every figure."""

import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

from brokers import ROOT
from rows import middle

UNITS = {"mb_per_s": "MB/s", "consumed_mb_per_s": "MB/s out", "requests_per_s": "requests/s",
         "records_per_s": "records/s", "p50_us": "us p50", "p99_us": "us p99", "p999_us": "us p99.9",
         "cpu_s_per_gb": "CPU s/GB", "cpu_us_per_request": "CPU us/request", "rss_mib": "MiB RSS",
         "ready_ms": "ms to the first Metadata answer",
         "clean_ms": "ms to a fetch from every partition, clean stop",
         "killed_ms": "ms to a fetch from every partition, kill -9",
         "java_100_records_per_s": "records/s, ProducerPerformance 100 B",
         "java_1k_records_per_s": "records/s, ProducerPerformance 1 KB",
         "java_consume_mb_per_s": "MB/s, ConsumerPerformance",
         "java_e2e_avg_ms": "ms average, EndToEndLatency", "java_e2e_p99_ms": "ms p99, EndToEndLatency",
         "form_ms": "ms to form", "join_ms": "ms to take one in",
         "join_pause_ms": "ms pause at a join", "leave_ms": "ms to lose one",
         "leave_pause_ms": "ms pause at a leave"}


def numbers(runs, key):
    return [run[key] for run in runs if run.get(key) is not None]


def medians(runs):
    """Of each figure; None where no run has it."""
    keys = {key for run in runs for key, value in run.items() if value is None or isinstance(value, (int, float))}
    return {key: middle(run.get(key) for run in runs) for key in keys}


def text(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(runs, key):
    values = numbers(runs, key)
    if not values:
        return "-"
    median = text(middle(values))
    some = f" ({len(values)} of {len(runs)} runs)" if len(values) < len(runs) else ""
    return median + some if len(values) == 1 else f"{median} [{text(min(values))}-{text(max(values))}]{some}"


def foreign_share(runs):
    """The most of them, where it was measured."""
    shares = numbers(runs, "foreign_cpu")
    return f"{max(shares):.0%}" if shares else "-"


def verdict(met):
    return "?" if met is None else "met" if met else "MISSED"


def failed_row(header, row_id, durability, error):
    """One that fails must not cost the others."""
    print(f"{row_id} {durability}: {error}", flush=True)
    return {"id": row_id, "durability": durability, "error": str(error),
            "cells": [[row_id, durability, "failed", *["-"] * (len(header) - 4), str(error)]]}


def output_of(*command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.strip()


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def compiler_flags(bin_dir):
    """Of leatd and of L: the same, as the build tree has it."""
    commands = pathlib.Path(bin_dir).parent / "compile_commands.json"
    if not commands.exists():
        return "unknown"
    for entry in json.loads(commands.read_text()):
        if entry["file"].endswith("bench/limit/server.cc"):
            return " ".join(word for word in entry["command"].split()
                            if word.startswith(("-O", "-f", "-march", "-std", "-D_")))
    return "unknown"


def revision():
    """Of the sources; "+" when they are not as committed."""
    git = ("git", "-C", str(ROOT))
    changed = output_of(*git, "status", "--porcelain", "--", ".", ":!bench/results")
    return output_of(*git, "rev-parse", "--short", "HEAD") + ("+" if changed else "")


def circumstances(options):
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGESIZE") / 2**30
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "leat": output_of(f"{options.bin}/leatd", "--version"),
        "revision": revision(),
        "compiler_flags": compiler_flags(options.bin),
        "kernel": platform.release(), "cpu": cpu_model(), "cpus": os.cpu_count(),
        "memory_gib": round(memory, 1), "load_average": os.getloadavg(),
        "congestion_control": pathlib.Path(
            "/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip(),
        "memory_held_bytes": options.hold, "seconds": options.seconds,
        "warmup": options.warmup, "runs": options.runs, "pinned": getattr(options, "pin", False),
        "command": " ".join([f"bench/{pathlib.Path(sys.argv[0]).stem}.sh", *sys.argv[1:]]),
    }


def key_of(row):
    return row["id"], row.get("durability"), row.get("x")


MEASURED_HOW = ("revision", "date", "command", "runs", "seconds", "pinned")


def how_of(facts):
    return {key: facts.get(key) for key in MEASURED_HOW}


def measured_rows(options, name, facts, rows, complete):
    """`rows` with how they were measured, where a row does not say otherwise itself. Until all are there,
    and where only some are wanted, those of an earlier run stay, in their order, where this one has none or
    only a failure."""
    now = {key_of(row): row | {"how": how_of(facts) | row.get("how", {})} for row in rows}
    path = pathlib.Path(options.results) / f"{name}.json"
    if not path.exists() or (complete and not options.rows):
        return list(now.values())
    merged = []
    for before in json.loads(path.read_text())["rows"]:
        row = now.pop(key_of(before), before)
        merged.append(kept(before, row) if "error" in row and row is not before else row)
    return merged + list(now.values())


def kept(before, failure):
    """What was measured once, with the failure that came after it; of two failures the last."""
    if "error" in before:
        return failure
    return before | {"failed_since": f"{failure['error']} (at {failure['how']['revision']})"}


def save(options, name, title, header, data, more="", complete=False):
    """The data as JSON, and as a table what the `cells` of each row say. Returns the rows there are.
    `complete`: no other row follows."""
    facts = data["circumstances"]
    rows = measured_rows(options, name, facts, data["rows"], complete)
    folder = pathlib.Path(options.results)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(data | {"rows": rows}, indent=1) + "\n")
    lines = [line for row in rows for line in row["cells"]]
    text = preamble(title, facts) + more + table(header, lines) + "\n"
    (folder / f"{name}.md").write_text(text + measured_otherwise(facts, rows) + failed_since(rows))
    return rows


def name_of(row):
    name = f"{row['id']} {row['x']:g}" if "x" in row else row["id"]
    durability = row.get("durability", "-")
    return name if durability == "-" else f"{name} {durability}"


def measured_otherwise(facts, rows):
    """Of the rows that the first lines of a table do not speak of."""
    others = {}
    for row in rows:
        how = how_of(row["how"])
        if how | {"date": facts["date"]} != how_of(facts):
            key = (how["date"][:10], *(how[key] for key in MEASURED_HOW if key != "date"))
            others.setdefault(key, []).append(name_of(row))
    return "".join(f"\nMeasured at {revision}, {date}{by(command, facts)}, {times(runs, seconds)}, "
                   f"server and load on CPUs of their own: {'yes' if pinned else 'no'}: "
                   f"{', '.join(dict.fromkeys(names))}.\n"
                   for (date, revision, command, runs, seconds, pinned), names in others.items())


def by(command, facts):
    """The first lines of the table have said it where it is the same."""
    return "" if command in (None, facts["command"]) else f" by `{command}`"


def times(runs, seconds):
    """A row without a length of its own lasts as long as its work."""
    return f"{runs} run{'' if runs == 1 else 's'}" + ("" if seconds is None else f" of {seconds} s")


def failed_since(rows):
    return "".join(f"\nFailed since, the figures are of before: {name_of(row)}: {row['failed_since']}.\n"
                   for row in rows if "failed_since" in row)


def say_where(options, name):
    print(f"\nwritten: {options.results}/{name}.json, {options.results}/{name}.md")


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


FOREIGN = ("A run with more than 5 % of foreign CPU is disturbed; the column says how much of the machine "
           "others used, at most, where that was measured.")


def preamble(title, facts):
    return (f"# {title}\n\n{facts['date']}, `{facts['command']}`, {facts['leat']} ({facts['revision']}), "
            f"{facts['cpus']} x "
            f"{facts['cpu']}, {facts['memory_gib']} GiB, Linux {facts['kernel']}, "
            f"{facts['congestion_control']}. Medians of {facts['runs']} runs of {facts['seconds']} s "
            f"[range]; server on one CPU, load on another: {'yes' if facts['pinned'] else 'no'}; "
            f"load average {facts['load_average'][0]:.1f}. Flags: `{facts['compiler_flags']}`.\n\n")
