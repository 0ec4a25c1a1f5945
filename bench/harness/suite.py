"""Every row against L in the same run, ABAB; see suite.sh."""

import brokers
import load
import options as command_line
import report
import rows
import special
from report import UNITS, medians, spread

SERVER_CPU, LOAD_CPU = 1, 0
NOT_PINNED = {"pinned": False}  # how rows of more than one load on one broker are measured


def is_pinned(options, row):
    return options.pin and row.pin


def pins(options, row):
    return (SERVER_CPU, LOAD_CPU) if is_pinned(options, row) else (None, None)


def run_leat(options, row, durability):
    server_cpu, load_cpu = pins(options, row)
    topic = load.Topic(durability, [f"leat.durability={durability}"])
    with brokers.Leat(options, server_cpu) as server:
        if row.reads:
            load.fill_topic(options, server, row, topic, rows.FILL)
        return load.run_bench(options, server, row, topic, load.seconds_of(options, row),
                              options.warmup, load_cpu)


def run_limit(options, row, durability):
    server_cpu, load_cpu = pins(options, row)
    durable = ["--durable"] if durability == "commit" else []
    serve = [a for a in row.limit_serve if a != "--durable"] + durable
    with brokers.Limit(options, serve, server_cpu) as server:
        if row.reads:
            load.fill_limit(options, server, rows.FILL)
        return load.run_limit(options, server, row, load.seconds_of(options, row), options.warmup,
                              load_cpu)


def measure(options, row, durability):
    """Runs of L and of Leat in turns."""
    limit_runs, leat_runs = [], []
    for _ in range(options.runs):
        if row.limit_load is not None:
            limit_runs.append(load.quiet(lambda: run_limit(options, row, durability),
                                         options.retries))
        leat_runs.append(load.quiet(lambda: run_leat(options, row, durability), options.retries))
    return leat_runs, limit_runs


def default_topic_goals(row):
    """What a produce or end-to-end row asks of topics that are synced."""
    if row.id.startswith("E"):
        return [rows.Goal("p50 <= 1.3 x L", rows.ratio("p50_us"), 1.3, False),
                rows.Goal("p99 <= 1.5 x L", rows.ratio("p99_us"), 1.5, False)]
    if row.limit_load is None:
        return []
    return [rows.Goal("of L >= 70 %", rows.ratio("requests_per_s"), 0.7)]


def variants(row):
    """P, F3 and E rows run on both kinds of topic."""
    if row.durability == "commit":
        return [("commit", row.goals)]
    if row.reads or row.id == "C1":
        return [("relaxed", row.goals)]
    return [("relaxed", row.goals), ("commit", default_topic_goals(row))]


def line(row, durability, goals, leat, limit, others):
    of_limit = rows.ratio(row.main)(leat, limit, others)
    verdicts, words = [], []
    for goal in goals:
        value, met = goal.judge(leat, limit, others)
        verdicts.append({"goal": goal.text, "value": value, "met": met})
        words.append(f"{goal.text}: {report.text(value)} {report.verdict(met)}")
    cells = [row.id, durability, f"{spread(leat, row.main)} {UNITS[row.main]}",
             spread(limit, row.main), share(row, of_limit),
             spread(leat, "p50_us"), spread(leat, "p99_us"), spread(leat, "cpu_s_per_gb"),
             spread(leat, "cpu_us_per_request"), spread(leat, "rss_mib"),
             report.foreign_share(leat + limit), "; ".join(words) or "-"]
    return cells, verdicts, of_limit


def share(row, of_limit):
    if of_limit is None:
        return "-"
    return f"{of_limit:.2f} (less is better)" if row.less_is_better else f"{of_limit:.2f}"


def idle_mib(options):
    with brokers.Leat(options) as server:
        return brokers.resident_mib(server.pid)


def memory_row(options, measured):
    """M1: idle, and the more of what P1 and F2 have at their ends."""
    idle_runs = [{"rss_mib": idle_mib(options)} for _ in range(options.runs)]
    idle = medians(idle_runs)["rss_mib"]
    loaded = max((medians(measured[i])["rss_mib"] for i in ("P1", "F2") if i in measured),
                 default=None)
    words = f"idle <= 30: {idle:.1f} {report.verdict(rows.reaches(idle, 30, False))}"
    if loaded is not None:
        words += f"; P1, F2 <= 200: {loaded:.1f} {report.verdict(rows.reaches(loaded, 200, False))}"
    cells = ["M1", "-", f"{spread(idle_runs, 'rss_mib')} MiB RSS", *["-"] * 8, words]
    return {"id": "M1", "durability": "-", "idle_mib": idle, "loaded_mib": loaded, "cells": [cells],
            "how": NOT_PINNED | {"seconds": None}}


def special_row(row_id, figures, how):
    lines, data = [], []
    for figure in figures:
        runs = [{"value": value} for value in figure.values]
        met = figure.met(rows.middle(figure.values))
        words = "-" if figure.limit is None else f"{figure.goal}: {report.verdict(met)}"
        lines.append([row_id, "-", f"{figure.what}: {spread(runs, 'value')} {figure.unit}",
                      *["-"] * 8, words])
        data.append({"what": figure.what, "unit": figure.unit, "values": figure.values,
                     "goal": figure.goal, "met": met})
        print(" | ".join(lines[-1]), flush=True)
    return {"id": row_id, "durability": "-", "figures": data, "cells": lines, "how": how}


def special_rows(options, data):
    for row_id, row in special.SPECIAL.items():
        wanted = command_line.chosen if row.by_default else command_line.named
        if not wanted(options, row_id):
            continue
        try:
            data["rows"].append(special_row(row_id, row.measure(options), NOT_PINNED | row.how(options)))
        except Exception as error:  # pylint: disable=broad-except
            data["rows"].append(report.failed_row(HEADER, row_id, "-", error))
        save(options, data)


HEADER = ["row", "durability", "Leat", "L", "Leat / L", "p50 us", "p99 us", "CPU s/GB",
          "CPU us/request", "RSS MiB", "foreign CPU", "goals"]


def save(options, data, complete=False):
    """After every row: a run takes long, and what is measured is measured."""
    report.save(options, options.name or "suite", "Leat beside L, the limit program", HEADER, data,
                f"{report.FOREIGN}\n\n", complete)


def measured_row(options, row, durability, goals, leat, limit, others):
    cells, verdicts, of_limit = line(row, durability, goals, leat, limit, others)
    print(" | ".join(cells), flush=True)
    return {"id": row.id, "what": row.what, "durability": durability, "main": row.main,
            "share_of_limit": of_limit, "goals": verdicts, "leat": leat, "limit": limit,
            "cells": [cells], "how": {"pinned": is_pinned(options, row), "seconds": load.seconds_of(options, row)}}


def main():
    options = command_line.parse(__doc__, command_line.of_suite, command_line.of_log_sizes)
    command_line.require_known(options, [*(row.id for row in rows.ROWS), *special.SPECIAL, "M1"])
    load.hold_memory(options)
    data, measured = {"circumstances": report.circumstances(options), "rows": []}, {}
    for row in filter(lambda r: command_line.chosen(options, r.id), rows.ROWS):
        for durability, goals in variants(row):
            try:
                leat, limit = measure(options, row, durability)
            except Exception as error:  # pylint: disable=broad-except
                data["rows"].append(report.failed_row(HEADER, row.id, durability, error))
                continue
            others = {i: medians(runs) for i, runs in measured.items()}
            data["rows"].append(measured_row(options, row, durability, goals, leat, limit, others))
            if durability == variants(row)[0][0]:
                measured[row.id] = leat
            save(options, data)
    special_rows(options, data)
    if command_line.chosen(options, "M1"):
        data["rows"].append(memory_row(options, measured))
        print(" | ".join(data["rows"][-1]["cells"][0]))
    save(options, data, complete=True)
    report.say_where(options, options.name or "suite")


if __name__ == "__main__":
    main()
