"""Time full steps of pymdp 1.0.4 (JAX, compiled): infer states, evaluate policies, choose.

    python measure_jax.py FOLDER SECONDS

As measure_numpy.py, on one core. Prints per model the time of one agent and the best time per agent of batches of 8 and 64,
CPU time of the whole process. Note that 1.x computes other numbers than 0.0.7.1 (no softmax over C, information gain
per modality, no early stop): this compares speed, not results.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})

import equinox as eqx  # noqa: E402
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

jax.config.update("jax_enable_x64", True)
from pymdp.agent import Agent  # noqa: E402


def array(t):
    return jnp.array(np.array(t["data"]).reshape(t["shape"]))


def build(doc, batch):
    widen = lambda x: jnp.broadcast_to(x, (batch,) + x.shape)
    arrays = {k: [widen(array(t)) for t in doc[k]] for k in ("A", "B", "C") if doc[k] is not None}
    arrays["D"] = [widen(jnp.array(d)) for d in doc["D"]]
    a = doc["agent"]
    return Agent(
        num_controls=doc["num_controls"], policy_len=a["policy_len"], gamma=a["gamma"], alpha=a["alpha"],
        action_selection="deterministic", sampling_mode="marginal", inference_algo="fpi", batch_size=batch, **arrays,
    )


@eqx.filter_jit
def step(agent, observations, prior):
    qs = agent.infer_states(observations, prior)
    q_pi, _ = agent.infer_policies(qs)
    action = agent.sample_action(q_pi)
    return agent.update_empirical_prior(action, qs), action


def unwrap(prior):
    """1.x returns the prior alone or with the beliefs."""
    return prior[0] if isinstance(prior, tuple) else prior


def time_step(doc, batch, seconds):
    agent = build(doc, batch)
    prior = agent.D
    feed = [[jnp.full((batch,), o) for o in obs] for obs in doc["observations"][:32]]
    for obs in feed[:2]:
        out, action = step(agent, obs, prior)
        prior = unwrap(out)
    action.block_until_ready()
    times, until, t = [], time.monotonic() + seconds, 0
    while t < 5 or time.monotonic() < until:
        start = time.process_time_ns()
        out, action = step(agent, feed[t % len(feed)], prior)
        prior = unwrap(out)
        action.block_until_ready()
        times.append(time.process_time_ns() - start)
        t += 1
    return min(times) / 1e3 / batch


def main():
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    for path in sorted(folder.glob("*.json")):
        doc = json.loads(path.read_text())
        if len(doc["observations"]) == 0:
            continue
        line = {"model": doc["name"]}
        try:
            line["microseconds"] = time_step(doc, 1, seconds)
            batches = [line["microseconds"]]
            for batch in (8, 64):
                try:
                    batches.append(time_step(doc, batch, seconds))
                except Exception as error:  # out of memory, mostly
                    print(f"{doc['name']}, batch {batch}: {error}", file=sys.stderr)
            line["batch_microseconds"] = min(batches)
        except Exception as error:
            line["error"] = f"{type(error).__name__}: {str(error)[:120]}"
        print(json.dumps(line), flush=True)


main()
