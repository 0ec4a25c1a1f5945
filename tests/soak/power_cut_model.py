"""Runs the storage engine on the simulated disk, from one seed after the other on all cores, and cuts
the power before every call that changes the disk, by every model, until so many distinct states have
been recovered and compared with what was promised. A state counts once in the whole run: one set of
64-bit hashes, about 14 bytes for each state (20,000,000: 300 MB). Ends at the first violation."""

import os
import re
import subprocess

import command

TEST = "no power cut loses*"
FIGURES = re.compile(r"^(\d+) distinct states, (\d+) disks recovered, seeds (\d+)\.\.(\d+)$", re.M)


def environment(options):
    env = dict(os.environ, LEAT_SIM_SEED=str(options.seed), LEAT_SIM_STATES=str(options.count))
    for other in ("LEAT_SIM_SEEDS", "LEAT_SIM_TIME_S", "LEAT_SIM_BUDGET", "LEAT_SIM_VERBOSE"):
        env.pop(other, None)
    if options.time:
        env["LEAT_SIM_TIME_S"] = str(max(1, int(options.time)))
    return env


def soak(options, scratch):
    report = os.path.join(scratch, "report")
    with open(report, "w") as f:
        status = subprocess.call([os.path.join(options.bin, "leat_sim_tests"), TEST], stdout=f,
                                 stderr=subprocess.STDOUT, env=environment(options))
    with open(report) as f:
        text = f.read()
    print(text, flush=True)
    found = FIGURES.search(text)
    if not found:
        raise command.Failed(0, f"the simulation ended with {status} and no figures")
    states, disks, first, last = map(int, found.groups())
    result = f"{states} distinct states, {disks} disks recovered, worlds of seeds {first}..{last}"
    if status != 0:
        raise command.Failed(states, f"{result}; a rule broke or a cell of the table is empty")
    return states, f"{result}, 0 violations"


if __name__ == "__main__":
    command.main("power_cut_model", command.arguments(
        "power_cut_model", __doc__, 20_000_000, 50_000, "distinct states"), soak,
        checked_by_history=False)
