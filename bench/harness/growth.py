"""How cost grows with connections, partitions and the size of the log; see growth.sh."""

import pathlib
import time

import brokers
import chart
import load
import options as command_line
import report
import rows
import special
from report import medians, spread

RELAXED = load.Topic("relaxed", ["leat.durability=relaxed"])


def by_connections(options, count):
    row = rows.Row("growth", "", "requests_per_s", rows.SMALL + ["--connections", str(count)])
    with brokers.Leat(options) as server:
        return load.run_bench(options, server, row, RELAXED, options.seconds, options.warmup)


def by_partitions(options, count):
    """16 writers go round all partitions; then it is started again."""
    row = rows.Row("many-0", "", "requests_per_s", rows.SMALL + [
        "--connections", "16", "--in-flight", "4", "--partitions", str(count)])
    with brokers.Leat(options) as server:
        special.one_batch_each(options, server, count)  # makes the files
        run = load.run_bench(options, server, row, RELAXED, options.seconds, options.warmup)
        server.stop()
        run["ready_ms"] = brokers.milliseconds_to_ready(options, server.port, server.start_again,
                                                        row.id)
        time.sleep(1)
        run["rss_after_start_mib"] = brokers.resident_mib(server.pid)
    return run


def by_log_size(options, gib):
    with brokers.Leat(options) as server:
        load.fill_topic(options, server, rows.by_id("P1"), RELAXED, int(gib * 2**30))
        run = {"rss_mib": brokers.resident_mib(server.pid)}
        server.stop()
        run["ready_ms"] = brokers.milliseconds_to_ready(options, server.port, server.start_again, "P1")
        server.kill()
        run["ready_after_kill_ms"] = brokers.milliseconds_to_ready(options, server.port,
                                                                   server.start_again, "P1")
    return run


LOAD = [("requests_per_s", "requests/s"), ("cpu_us_per_request", "broker CPU, us/request"),
        ("rss_mib", "broker memory, MiB")]
SERIES = [("connections", "G-connections", by_connections, LOAD),
          ("partitions", "G-partitions", by_partitions,
           LOAD + [("ready_ms", "ms to the first fetch after a clean stop"),
                   ("rss_after_start_mib", "memory after that start, MiB")]),
          ("GiB of log", "G-log", by_log_size,
           [("rss_mib", "broker memory, MiB"), ("ready_ms", "ms to the first fetch, clean stop"),
            ("ready_after_kill_ms", "ms to the first fetch, idle broker killed")])]


def sizes(options, x_name):
    return {"connections": options.growth_connections, "partitions": options.growth_partitions,
            "GiB of log": options.log_gib}[x_name]


def charts(rows_measured):
    """One for each figure of each series, over the sizes there are."""
    drawn = []
    for x_name, row_id, _, figures in SERIES:
        points = sorted(((row["x"], medians(row["runs"])) for row in rows_measured
                         if row["id"] == row_id), key=lambda point: point[0])
        drawn += [(name, x_name, [(x, middle.get(key)) for x, middle in points])
                  for key, name in figures if points]
    return drawn


def save(options, data, complete=False):
    name = options.name or "growth"
    all_rows = report.save(options, name, "How cost grows", ["row", "size", "figures"], data, complete=complete)
    (pathlib.Path(options.results) / f"{name}.svg").write_text(chart.draw(charts(all_rows)))


def measured_row(options, row_id, size, x_name, measure, figures):
    row, label = {"id": row_id, "x": size}, f"{size:g} {x_name}"
    try:
        runs = [measure(options, size) for _ in range(options.runs)]
    except Exception as error:  # pylint: disable=broad-except
        return row | {"error": str(error), "runs": [], "cells": [[row_id, label, f"failed: {error}"]]}
    words = "; ".join(f"{name}: {spread(runs, key)}" for key, name in figures)
    return row | {"runs": runs, "cells": [[row_id, label, words]]}


def main():
    options = command_line.parse(__doc__, command_line.of_growth, command_line.of_log_sizes)
    command_line.require_known(options, [row_id for _, row_id, _, _ in SERIES])
    load.hold_memory(options)
    data = {"circumstances": report.circumstances(options), "rows": []}
    for x_name, row_id, measure, figures in SERIES:
        if not command_line.chosen(options, row_id):
            continue
        for size in sizes(options, x_name):
            row = measured_row(options, row_id, size, x_name, measure, figures)
            data["rows"].append(row)
            print(" | ".join(row["cells"][0]), flush=True)
            save(options, data)
    save(options, data, complete=True)
    report.say_where(options, options.name or "growth")


if __name__ == "__main__":
    main()
