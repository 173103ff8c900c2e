"""What a message costs the encoder with numpy's own number of cores, and with one: ``python scripts/measure_cores.py`` prints a table.

Each figure is made in a process of its own, without threadpoolctl (``warmline[fast]``), which would see to it; CPU is that of all threads.
"""

import json
import os
import subprocess
import sys
import time
from statistics import median

ONE = {"OPENBLAS_NUM_THREADS": "1"}
SHORT = "where is my order 1001?"
LONG = "I would like to return the blue jacket because it does not fit me at all; how do I do that, and when do I get my money?"
BATCH = 64
ROUNDS = 5


def measured() -> dict[str, tuple[float, float]]:
    """CPU and wall time of a message in milliseconds: a short one, a long one, one of a batch of both."""
    sys.modules["threadpoolctl"] = None  # pyright: ignore[reportArgumentType] - as if it were not installed
    from warmline.agent.guard.classifier import Classifier

    classifier = Classifier.load()
    classifier.probabilities([SHORT])
    found: dict[str, tuple[float, float]] = {}
    for name, texts, times in (("short", [SHORT], 200), ("long", [LONG], 200), ("in a batch", [SHORT, LONG] * (BATCH // 2), 8)):
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(times):
            classifier.probabilities(texts)
        spent = time.process_time() - cpu, time.perf_counter() - wall
        found[name] = (spent[0] / times / len(texts) * 1e3, spent[1] / times / len(texts) * 1e3)
    return found


def main() -> None:
    """Print the table: medians over rounds, in which both ways take turns."""
    plain = {name: value for name, value in os.environ.items() if name not in ONE}
    rounds = [{way: _in_a_process(plain | own) for way, own in (("all", {}), ("one", ONE))} for _ in range(ROUNDS)]
    sys.stdout.write("| a message | CPU ms, all cores | CPU ms, one | ms, all cores | ms, one |\n|---|---|---|---|---|\n")
    for name in ("short", "long", "in a batch"):
        cells = [median(one[way][name][which] for one in rounds) for which in (0, 1) for way in ("all", "one")]
        sys.stdout.write(f"| {name} | {' | '.join(f'{cell:.2f}' for cell in cells)} |\n")


def _in_a_process(environment: dict[str, str]) -> dict[str, tuple[float, float]]:
    ran = subprocess.run([sys.executable, __file__, "--once"], env=environment, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


if __name__ == "__main__":
    if sys.argv[1:] == ["--once"]:
        sys.stdout.write(json.dumps(measured()))
    else:
        main()
