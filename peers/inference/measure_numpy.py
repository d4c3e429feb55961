"""Time full steps of pymdp 0.0.7.1 (numpy): infer states, evaluate policies, choose.

    python measure_numpy.py FOLDER SECONDS

FOLDER holds models as written by the speed example (`--export`). Prints one JSON line per model: the least CPU time of a
step, in microseconds, within SECONDS per model.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
from pymdp.agent import Agent  # noqa: E402


def array(t):
    return np.array(t["data"]).reshape(t["shape"])


def objects(arrays):
    out = np.empty(len(arrays), dtype=object)
    for i, a in enumerate(arrays):
        out[i] = a
    return out


def build(doc):
    given = {k: objects([array(t) for t in doc[k]]) for k in ("A", "B", "C") if doc[k] is not None}
    if doc["D"] is not None:
        given["D"] = objects([np.array(d) for d in doc["D"]])
    return Agent(num_controls=doc["num_controls"], **given, **doc["agent"])


def main():
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    for path in sorted(folder.glob("*.json")):
        doc = json.loads(path.read_text())
        agent = build(doc)
        times, until, t = [], time.monotonic() + seconds, 0
        while t < 3 or time.monotonic() < until:
            obs = doc["observations"][t % len(doc["observations"])]
            start = time.thread_time_ns()
            agent.infer_states(obs)
            agent.infer_policies()
            agent.sample_action()
            times.append(time.thread_time_ns() - start)
            t += 1
        print(json.dumps({"model": doc["name"], "microseconds": min(times) / 1e3, "steps": t}), flush=True)


main()
