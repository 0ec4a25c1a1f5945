"""What the harness says of figures: tables that are merged, verdicts, rows that do not exist."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import types
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "bench/harness"))
import chart
import load
import options as command_line
import report
import rows

HEADER = ["row", "durability", "figure", "goal", "words"]


def circumstances():
    return {"date": "2026-11-22T10:00:00+00:00", "leat": "leatd 1", "revision": "new", "compiler_flags": "-O3",
            "kernel": "6", "cpu": "a CPU", "cpus": 2, "memory_gib": 4, "load_average": (0.0, 0.0, 0.0),
            "congestion_control": "cubic", "runs": 5, "seconds": 3.0, "pinned": True}


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

    def save(self, *measured, some=True, **how):
        options = types.SimpleNamespace(results=str(self.results), rows=["named"] if some else [])
        report.save(options, "t", "A title", HEADER,
                    {"circumstances": circumstances() | how, "rows": list(measured)})
        return json.loads((self.results / "t.json").read_text())["rows"], (self.results / "t.md").read_text()

    def test_of_some_rows_those_are_replaced_and_the_rest_stays_in_its_order(self):
        self.save(row("P1", 1), row("P2", 2), row("P3", 3), some=False)
        rows_now, _ = self.save(row("P4", 40), row("P2", 20))
        self.assertEqual([(r["id"], r["figure"]) for r in rows_now], [("P1", 1), ("P2", 20), ("P3", 3), ("P4", 40)])

    def test_of_all_rows_only_what_was_measured_is_in_the_table(self):
        self.save(row("P1", 1), some=False)
        rows_now, _ = self.save(row("P2", 2), some=False)
        self.assertEqual([r["id"] for r in rows_now], ["P2"])

    def test_the_table_names_the_rows_of_another_revision(self):
        self.save(row("P1", 1), row("P2", 2), some=False, revision="old")
        rows_now, text = self.save(row("P2", 20))
        self.assertEqual([r["how"]["revision"] for r in rows_now], ["old", "new"])
        self.assertIn("Measured at old, 2026-11-22, 5 runs of 3.0 s", text)
        self.assertIn(": P1 relaxed.", text)
        self.assertNotIn("P2 relaxed.", text)

    def test_the_table_names_the_rows_measured_otherwise_at_the_same_revision(self):
        for other, words in ({"runs": 3}, "3 runs of 3.0 s"), ({"seconds": 10}, "5 runs of 10 s"), \
                            ({"pinned": False}, "of their own: no: P1 relaxed"):
            self.save(row("P1", 1), some=False, **other)
            _, text = self.save(row("P2", 20))
            self.assertIn(words, text)

    def test_a_row_says_itself_what_was_not_as_the_options_have_it(self):
        rows_now, text = self.save(row("E3", 1) | {"how": {"runs": 1, "seconds": 1800}}, row("P1", 1))
        self.assertEqual([r["how"]["runs"] for r in rows_now], [1, 5])
        self.assertIn("1 run of 1800 s", text)

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
        self.assertEqual(report.spread(runs, "p50"), "2 [1-3]")
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
        self.assertEqual(load.quiet(lambda: next(runs), 2)["n"], 2)
        self.assertEqual(load.quiet(lambda: {"failed": "it fell behind"}, 2), {"failed": "it fell behind"})

    def test_a_bar_is_drawn_for_each_figure_with_its_aim(self):
        picture = chart.draw_bars("A title", [("P1 & P2", 2.0, 4.0), ("worse", 0.5, None)])
        self.assertTrue(picture.startswith("<svg"))
        self.assertIn("P1 &amp; P2", picture)
        self.assertIn(chart.WORSE, picture)


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
