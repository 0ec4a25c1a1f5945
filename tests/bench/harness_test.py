"""What the harness says of figures: tables that are merged, verdicts, rows that do not exist."""

import contextlib
import io
import json
import pathlib
import signal
import sys
import tempfile
import types
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "bench/harness"))
import brokers
import chart
import compare
import load
import options as command_line
import report
import rows
import special
import suite

HEADER = ["row", "durability", "figure", "goal", "words"]


def circumstances():
    return {"date": "2026-11-22T10:00:00+00:00", "leat": "leatd 1", "revision": "new", "compiler_flags": "-O3",
            "kernel": "6", "cpu": "a CPU", "cpus": 2, "memory_gib": 4, "load_average": (0.0, 0.0, 0.0),
            "congestion_control": "cubic", "runs": 5, "seconds": 3.0, "pinned": True, "command": "bench/t.sh"}


def row(row_id, figure):
    return {"id": row_id, "durability": "relaxed", "figure": figure,
            "cells": [[row_id, "relaxed", str(figure), "-", "-"]]}


def failed(row_id):
    with contextlib.redirect_stdout(io.StringIO()):
        return report.failed_row(HEADER, row_id, "relaxed", "the disk is full")


class Tables(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.results = pathlib.Path(folder.name)

    def save(self, *measured, some=True, complete=True, **how):
        options = types.SimpleNamespace(results=str(self.results), rows=["named"] if some else [])
        report.save(options, "t", "A title", HEADER,
                    {"circumstances": circumstances() | how, "rows": list(measured)}, complete=complete)
        return json.loads((self.results / "t.json").read_text())["rows"], (self.results / "t.md").read_text()

    def test_of_some_rows_those_are_replaced_and_the_rest_stays_in_its_order(self):
        self.save(row("P1", 1), row("P2", 2), row("P3", 3), some=False)
        rows_now, _ = self.save(row("P4", 40), row("P2", 20))
        self.assertEqual([(r["id"], r["figure"]) for r in rows_now], [("P1", 1), ("P2", 20), ("P3", 3), ("P4", 40)])

    def test_of_all_rows_only_what_was_measured_is_in_the_table(self):
        self.save(row("P1", 1), some=False)
        rows_now, _ = self.save(row("P2", 2), some=False)
        self.assertEqual([r["id"] for r in rows_now], ["P2"])

    def test_until_all_rows_are_measured_those_of_the_last_run_stay(self):
        self.save(row("P1", 1), row("P2", 2), some=False)
        rows_now, _ = self.save(row("P1", 10), some=False, complete=False)
        self.assertEqual([(r["id"], r["figure"]) for r in rows_now], [("P1", 10), ("P2", 2)])
        rows_now, _ = self.save(row("P1", 10), some=False)
        self.assertEqual([r["id"] for r in rows_now], ["P1"])

    def test_the_table_names_the_rows_of_another_revision(self):
        self.save(row("P1", 1), row("P2", 2), some=False, revision="old")
        rows_now, text = self.save(row("P2", 20))
        self.assertEqual([r["how"]["revision"] for r in rows_now], ["old", "new"])
        self.assertIn("Measured at old, 2026-11-22, 5 runs of 3.0 s", text)
        self.assertIn(": P1 relaxed.", text)
        self.assertNotIn("P2 relaxed.", text)

    def test_the_table_names_the_rows_measured_otherwise_at_the_same_revision(self):
        for other, words in ({"runs": 3}, "3 runs of 3.0 s"), ({"seconds": 10}, "5 runs of 10 s"), \
                            ({"command": "bench/t.sh --dir D"}, "2026-11-22 by `bench/t.sh --dir D`, 5 runs"), \
                            ({"pinned": False}, "of their own: no: P1 relaxed"):
            self.save(row("P1", 1), some=False, **other)
            _, text = self.save(row("P2", 20))
            self.assertIn(words, text)

    def test_a_row_says_itself_what_was_not_as_the_options_have_it(self):
        rows_now, text = self.save(row("E3", 1) | {"how": {"runs": 1, "seconds": 1800}}, row("P1", 1))
        self.assertEqual([r["how"]["runs"] for r in rows_now], [1, 5])
        self.assertIn("1 run of 1800 s", text)

    def test_sizes_of_one_row_are_rows_of_their_own_and_a_row_may_have_no_length(self):
        self.save(*(row("G-log", x) | {"x": x, "how": {"seconds": None}} for x in (1.0, 40.0)))
        rows_now, text = self.save(row("G-log", 50) | {"x": 40.0})
        self.assertEqual([r["figure"] for r in rows_now], [1.0, 50])
        self.assertIn("5 runs, server and load on CPUs of their own: yes: G-log 1 relaxed.", text)

    def test_a_failure_is_told_and_never_replaces_a_figure(self):
        self.save(row("P1", 1), some=False, revision="old")
        rows_now, text = self.save(failed("P1"))
        self.assertEqual([(r["figure"], r["how"]["revision"]) for r in rows_now], [(1, "old")])
        self.assertIn("Failed since, the figures are of before: P1 relaxed: the disk is full (at new).", text)
        _, text = self.save(row("P1", 2))
        self.assertNotIn("Failed since", text)

    def test_a_failure_is_in_the_table_when_there_is_no_figure(self):
        _, text = self.save(failed("P1"))
        self.assertIn("| P1 | relaxed | failed | - | the disk is full |", text)


class Figures(unittest.TestCase):
    def test_the_median_is_of_the_runs_that_have_the_figure(self):
        runs = [{"p50": 3}, {"p50": None}, {"p50": 1}, {"p50": 2, "other": None}]
        self.assertEqual(report.medians(runs), {"p50": 2, "other": None})
        self.assertEqual(report.spread(runs, "p50"), "2 [1-3] (3 of 4 runs)")
        self.assertEqual(report.spread(runs[2:], "p50"), "1.5 [1-2]")
        self.assertEqual(report.spread(runs, "other"), "-")

    def test_a_goal_is_met_from_its_own_side_and_unknown_without_a_figure(self):
        self.assertTrue(rows.reaches(2, 2, at_least=True))
        self.assertFalse(rows.reaches(1.9, 2, at_least=True))
        self.assertTrue(rows.reaches(2, 2, at_least=False))
        self.assertFalse(rows.reaches(2.1, 2, at_least=False))
        self.assertIsNone(rows.reaches(None, 2, at_least=True))
        self.assertEqual([report.verdict(met) for met in (True, False, None)], ["met", "MISSED", "?"])

    def test_a_share_of_another_row_is_unknown_when_that_was_not_measured(self):
        share = rows.by_row("mb_per_s", "P1")
        self.assertEqual(share([{"mb_per_s": 50}], None, {"P1": {"mb_per_s": 100}}), 0.5)
        self.assertIsNone(share([{"mb_per_s": 50}], None, {}))

    def test_a_share_of_the_limit_is_the_median_of_those_of_the_turns(self):
        leat, limit = [{"x": 1}, {"x": 30}, {"x": 4}], [{"x": 2}, {"x": 10}, {"x": 1}]
        self.assertEqual(rows.ratio("x")(leat, limit, None), 3)
        self.assertIsNone(rows.ratio("x")(leat, [], None))

    def test_a_row_that_kafka_cannot_carry_is_slowed_for_its_warm_up(self):
        self.assertEqual(rows.at_most(rows.by_id("E2"), 5000).bench[-2:], ["--rate", "5000"])
        self.assertEqual(rows.at_most(rows.by_id("E1"), 5000).bench, rows.by_id("E1").bench)

    def test_a_disturbed_run_is_repeated_and_the_least_disturbed_counts(self):
        runs = iter([{"foreign_cpu": 0.3, "n": 1}, {"foreign_cpu": 0.1, "n": 2}, {"foreign_cpu": 0.2, "n": 3}])
        self.assertEqual(load.quiet(lambda: next(runs), 2), {"foreign_cpu": 0.1, "n": 2, "attempts": 3})
        runs = iter([{"foreign_cpu": 0.04, "n": 1}])
        self.assertEqual(load.quiet(lambda: next(runs), 2)["attempts"], 1)

    def test_a_failure_counts_when_it_came_first_and_never_instead_of_a_figure(self):
        failure = {"failed": "it fell behind"}
        self.assertEqual(load.quiet(lambda: failure, 2), failure | {"attempts": 1})
        runs = iter([{"foreign_cpu": 0.3, "n": 1}, failure, failure])
        self.assertEqual(load.quiet(lambda: next(runs), 2)["n"], 1)

    def test_the_foreign_share_is_the_most_of_all_runs_and_unknown_where_nobody_looked(self):
        self.assertEqual(report.foreign_share([{"foreign_cpu": 0.01}, {"foreign_cpu": 0.07}, {}]), "7%")
        self.assertEqual(report.foreign_share([{"ready_ms": 1}]), "-")

    def test_figures_that_took_turns_are_paired(self):
        self.assertEqual(special.paired([4, 9, None, 1], [2, 3, 1, None]), [2, 3, None, None])

    def test_a_special_row_judges_its_median_and_has_none_of_what_is_unknown(self):
        with contextlib.redirect_stdout(io.StringIO()):
            row_now = suite.special_row("S1", [special.Figure("each", "ms", [1, 9, 2], "<= 3", 3),
                                               special.Figure("wait", "ms", [None], "<= 5", 5)], {"pinned": False})
        self.assertEqual([figure["met"] for figure in row_now["figures"]], [True, None])
        self.assertEqual([cells[-1] for cells in row_now["cells"]], ["<= 3: met", "<= 5: ?"])

    def test_less_is_better_is_said_beside_a_share_of_the_limit(self):
        self.assertEqual(suite.share(rows.by_id("P1"), 0.5), "0.50")
        self.assertEqual(suite.share(rows.by_id("P5"), 1.1), "1.10 (less is better)")
        self.assertEqual(suite.share(rows.by_id("P5"), None), "-")

    def test_a_bar_is_drawn_for_each_figure_with_its_aim(self):
        picture = chart.draw_bars("A title", [("P1 & P2", 2.0, 4.0), ("worse", 0.5, None)])
        self.assertTrue(picture.startswith("<svg"))
        self.assertIn("P1 &amp; P2", picture)
        self.assertIn(chart.WORSE, picture)


class Stubborn(brokers.Server):
    """Does not end when it is asked to."""
    stop_timeout_s = 0.05

    def start(self):
        before = signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a child inherits what is ignored
        try:
            self.spawn(["tail", "-f", "/dev/null"])
        finally:
            signal.signal(signal.SIGTERM, before)


class Stops(unittest.TestCase):
    def test_a_server_that_must_be_killed_is_an_error_and_its_data_goes_all_the_same(self):
        with tempfile.TemporaryDirectory() as scratch:
            with self.assertRaisesRegex(RuntimeError, "did not end in 0.05 s"):
                with Stubborn(types.SimpleNamespace(dir=scratch), "stubborn") as server:
                    pid = server.pid
            self.assertFalse(pathlib.Path(f"/proc/{pid}").exists())
            self.assertFalse((pathlib.Path(scratch) / "stubborn").exists())


class BesideKafka(unittest.TestCase):
    AIMS = [("p50_us", 0.5, False), ("records_per_s", 2, True)]

    def lines(self, leat, kafka):
        with contextlib.redirect_stdout(io.StringIO()):
            return compare.lines_of("E2", "relaxed", self.AIMS, leat, kafka)

    def test_a_ratio_is_that_of_the_medians_and_met_from_its_own_side(self):
        _, data = self.lines([{"p50_us": 1, "records_per_s": 30}], [{"p50_us": 4, "records_per_s": 20}])
        self.assertEqual([(one["ratio"], one["met"]) for one in data], [(0.25, True), (1.5, False)])

    def test_of_a_load_that_kafka_fails_only_what_was_carried_is_judged(self):
        lines, data = self.lines([{"p50_us": 1, "records_per_s": 30}] * 3,
                                 [{"failed": load.FELL_BEHIND}] * 2 + [{"p50_us": 4, "records_per_s": 20}])
        self.assertEqual([(one["ratio"], one["met"]) for one in data], [(None, None), (None, True)])
        self.assertEqual(lines[0][4], f"2 of 3 failed: {load.FELL_BEHIND}")

    def test_one_failure_of_three_is_told_beside_the_median_of_the_others(self):
        lines, data = self.lines([{"p50_us": 1}] * 3, [{"failed": load.FELL_BEHIND}] + [{"p50_us": 4}] * 2)
        self.assertEqual(data[0]["ratio"], 0.25)
        self.assertEqual(lines[0][4], f"4 [4-4] (2 of 3 runs); 1 of 3 failed: {load.FELL_BEHIND}")

    def test_only_a_load_that_was_too_much_is_an_overload(self):
        self.assertEqual(compare.overload(RuntimeError(f"E2: {load.FELL_BEHIND}")), load.FELL_BEHIND)
        self.assertEqual(compare.overload(RuntimeError("leat-bench: nothing arrived in time")),
                         compare.NOTHING_ARRIVED)
        self.assertIsNone(compare.overload(RuntimeError("connection refused")))


class Variants(unittest.TestCase):
    def test_produce_and_end_to_end_rows_run_on_both_kinds_of_topic_and_the_others_on_their_own(self):
        kinds = {row_id: [durability for durability, _ in suite.variants(rows.by_id(row_id))]
                 for row_id in ("P1", "E1", "F3-4", "D1", "F1", "C1")}
        self.assertEqual(kinds, {"P1": ["relaxed", "commit"], "E1": ["relaxed", "commit"],
                                 "F3-4": ["relaxed", "commit"], "D1": ["commit"], "F1": ["relaxed"],
                                 "C1": ["relaxed"]})


class Choice(unittest.TestCase):
    KNOWN = ["P1", "P2-16", "P2-1000", "E3"]

    def chosen(self, *names):
        options = types.SimpleNamespace(rows=list(names))
        command_line.require_known(options, self.KNOWN)
        return [row_id for row_id in self.KNOWN if command_line.chosen(options, row_id)]

    def test_a_row_is_named_whole_or_by_what_stands_before_its_dash(self):
        self.assertEqual(self.chosen("P2-16"), ["P2-16"])
        self.assertEqual(self.chosen("P2", "E3"), ["P2-16", "P2-1000", "E3"])
        self.assertEqual(self.chosen(), self.KNOWN)

    def test_a_row_that_does_not_exist_is_an_error_that_lists_those_that_do(self):
        with self.assertRaises(SystemExit) as error:
            self.chosen("P9")
        self.assertIn("no row P9: there are P1, P2, P2-16, P2-1000, E3", str(error.exception))

    def test_every_row_of_the_suite_has_an_id_of_its_own(self):
        ids = [row.id for row in rows.ROWS]
        self.assertEqual(len(ids), len(set(ids)))


if __name__ == "__main__":
    unittest.main()
