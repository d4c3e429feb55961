"""Record runs of random models with pymdp 0.0.7.1 in the aif-golden/1 schema.

    python record_golden.py SEED COUNT OUT.json

Every model draws its features at random: factors, modalities, horizons, custom policies, learning, quirks. Models on
which pymdp raises are left out and counted on standard error. Needs inferactively-pymdp 0.0.7.1 and numpy 2.2.1.
"""

import json
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
from pymdp import control, inference, maths, utils  # noqa: E402
from pymdp.agent import Agent  # noqa: E402
from pymdp.algos import fpi  # noqa: E402


def tensor(x):
    x = np.asarray(x, dtype=float)
    return {"shape": list(x.shape), "data": [float(v) for v in x.ravel()]}


def nested(x):
    """Object arrays and arrays to plain lists."""
    if isinstance(x, np.ndarray) and x.dtype != object:
        return x.astype(float).tolist()
    return [nested(v) for v in x]


def columns(rng, shape, sparse):
    x = rng.random(shape) ** rng.choice([1.0, 3.0])
    if sparse:
        x = x * (rng.random(shape) < 0.5)
        x[0] += x.sum(axis=0) == 0
    return x / x.sum(axis=0)


def counts(rng, shape, zeros):
    x = rng.random(shape) * 3 + 0.1
    if zeros:
        x = x * (rng.random(shape) < 0.7)
        x[0] += x.sum(axis=0) == 0
    return x


def objects(arrays):
    out = np.empty(len(arrays), dtype=object)
    for i, a in enumerate(arrays):
        out[i] = a
    return out


def draw_model(rng):
    """Arrays and keyword arguments of a random model."""
    m = {}
    factors = int(rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2]))
    modalities = int(rng.choice([1, 2, 3], p=[0.4, 0.4, 0.2]))
    low = 1 if factors == 1 and rng.random() < 0.1 else 2
    ns = [int(v) for v in rng.integers(low, 6 if factors == 1 else 5, factors)]
    no = [int(v) for v in rng.integers(1 if rng.random() < 0.15 else 2, 6, modalities)]
    nb = [int(v) for v in rng.integers(1, 4, factors)]
    nc = list(nb)
    if rng.random() < 0.15:
        nc = [int(rng.integers(1, n + 1)) for n in nb]
    sparse = rng.random() < 0.4
    m["A"] = [columns(rng, [o] + ns, sparse) for o in no]
    m["B"] = [columns(rng, (n, n, u), rng.random() < 0.4) for n, u in zip(ns, nb)]
    mmp = rng.random() < 0.45
    plen = int(rng.integers(1, 4)) if np.prod(nc) <= 4 else int(rng.integers(1, 3))
    agent = {
        "policy_len": plen,
        "inference_horizon": int(rng.integers(1, 6)) if mmp or rng.random() < 0.1 else 1,
        "inference_algo": "MMP" if mmp else "VANILLA",
        "gamma": float(np.round(rng.choice([0.25, 1.0, 2.0, 5.0, 16.0]), 3)),
        "alpha": float(rng.choice([0.5, 2.0, 16.0])),
        "use_utility": bool(rng.random() < 0.85),
        "use_states_info_gain": bool(rng.random() < 0.85),
        "use_param_info_gain": bool(rng.random() < 0.4),
        "action_selection": "stochastic" if rng.random() < 0.2 else "deterministic",
        "sampling_mode": "full" if rng.random() < 0.3 else "marginal",
        "use_BMA": bool(rng.random() < 0.6),
        "policy_sep_prior": bool(rng.random() < 0.4),
        "save_belief_hist": bool(rng.random() < 0.25),
        "lr_pA": float(np.round(rng.random() * 2, 2)),
        "lr_pB": float(np.round(rng.random() * 2, 2)),
        "lr_pD": float(np.round(rng.random() * 2, 2)),
        "modalities_to_learn": "all",
        "factors_to_learn": "all",
        "control_fac_idx": None,
    }
    if not mmp and rng.random() < 0.05:
        agent["inference_algo"] = None
    if rng.random() < 0.3:
        agent["modalities_to_learn"] = sorted(int(v) for v in rng.choice(modalities, int(rng.integers(1, modalities + 1)), replace=rng.random() < 0.2))
        agent["factors_to_learn"] = sorted(int(v) for v in rng.choice(factors, int(rng.integers(1, factors + 1)), replace=False))
    controllable = [f for f in range(factors) if nc[f] > 1]
    if controllable and rng.random() < 0.2:
        agent["control_fac_idx"] = controllable[: int(rng.integers(1, len(controllable) + 1))]
    m["C"] = None
    if rng.random() < 0.85:
        steps = plen + 1 + int(rng.integers(0, 2))
        m["C"] = [rng.normal(size=(o, steps)) * 2 if rng.random() < 0.25 else rng.normal(size=o) * 2 for o in no]
    m["D"] = None
    if rng.random() < 0.6:
        m["D"] = [columns(rng, (n,), rng.random() < 0.2) for n in ns]
    zeros = rng.random() < 0.3
    m["pA"] = [counts(rng, a.shape, zeros) for a in m["A"]] if rng.random() < 0.4 else None
    m["pB"] = [counts(rng, b.shape, zeros) for b in m["B"]] if rng.random() < (0.1 if mmp else 0.4) else None
    m["pD"] = [counts(rng, (n,), zeros) for n in ns] if rng.random() < 0.4 else None
    m["custom"] = None
    if rng.random() < 0.3:
        full = control.construct_policies(ns, nc, plen)
        k = int(rng.integers(1, min(len(full), 8) + 1))
        pick = [full[int(i)] for i in rng.integers(0, len(full), k)] + [full[-1]]
        if rng.random() < 0.3:
            pick = [p[: int(rng.integers(1, len(p) + 1))] for p in pick[:-1]] + [pick[-1]]
        m["custom"] = [p.tolist() for p in pick]
    n_pol = len(m["custom"]) if m["custom"] else int(np.prod(nc)) ** plen
    m["E"] = None
    if rng.random() < 0.35:
        e = rng.random(n_pol) * (rng.random(n_pol) < 0.8 if rng.random() < 0.3 else 1.0)
        m["E"] = e / max(e.sum(), 1e-3) * rng.choice([1.0, 1.0, 2.0])
    m["learning"] = {
        "A": bool(m["pA"] is not None and not mmp and rng.random() < 0.7),
        "B": bool(m["pB"] is not None and not mmp and rng.random() < 0.7),
        "D": bool(m["pD"] is not None and rng.random() < 0.7),
    }
    steps = int(rng.integers(3, 9))
    m["reset"] = sorted({int(v) for v in rng.integers(0, steps, 2)}) if rng.random() < 0.25 else []
    m["obs"] = [[int(rng.integers(0, o)) for o in no] for _ in range(steps)]
    m.update(agent=agent, ns=ns, no=no, nc=nc, n_pol=n_pol)
    return m


def traced_fpi(agent, obs):
    """Free energies of pymdp's own iteration: the values that its calc_free_energy returns along the way."""
    trace = []
    original = fpi.calc_free_energy

    def spy(*args, **kwargs):
        value = original(*args, **kwargs)
        trace.append(float(np.squeeze(value)))
        return value

    fpi.calc_free_energy = spy
    try:
        agent.infer_states(obs)
    finally:
        fpi.calc_free_energy = original
    return trace


def terms(agent, policies, mmp):
    out = {"utility": [], "states_info_gain": [], "pA_info_gain": [], "pB_info_gain": []}
    future = agent.get_future_qs() if mmp else None
    for i, policy in enumerate(policies):
        qs_pi = future[i] if mmp else control.get_expected_states(agent.qs, agent.B, policy)
        qo_pi = control.get_expected_obs(qs_pi, agent.A)
        out["utility"].append(float(control.calc_expected_utility(qo_pi, agent.C)))
        out["states_info_gain"].append(float(control.calc_states_info_gain(agent.A, qs_pi)))
        if agent.pA is not None:
            out["pA_info_gain"].append(float(np.squeeze(control.calc_pA_info_gain(agent.pA, qo_pi, qs_pi))))
        if agent.pB is not None and not mmp:
            out["pB_info_gain"].append(float(control.calc_pB_info_gain(agent.pB, qs_pi, agent.qs, policy)))
    return {k: v or None for k, v in out.items()}


def record(m, name, seed):
    agent_args = dict(m["agent"])
    opt = {k: objects([np.array(x) for x in m[k]]) for k in ("C", "D", "pA", "pB", "pD") if m[k] is not None}
    if m["E"] is not None:
        opt["E"] = np.array(m["E"])
    if m["custom"] is not None:
        opt["policies"] = [np.array(p) for p in m["custom"]]
    agent = Agent(A=objects(m["A"]), B=objects(m["B"]), num_controls=m["nc"], **opt, **agent_args)
    mmp = agent.inference_algo == "MMP"
    np.random.seed(seed % 2**31)
    doc = {
        "name": name, "seed": seed, "note": "", "num_obs": m["no"], "num_states": m["ns"], "num_controls": m["nc"],
        "A": [tensor(x) for x in m["A"]], "B": [tensor(x) for x in m["B"]],
        "C": m["C"] and [tensor(x) for x in m["C"]], "D": m["D"] and nested(m["D"]),
        "E": None if m["E"] is None else nested(m["E"]),
        "pA": m["pA"] and [tensor(x) for x in m["pA"]], "pB": m["pB"] and [tensor(x) for x in m["pB"]],
        "pD": m["pD"] and nested(m["pD"]), "agent": agent_args, "custom_policies": m["custom"],
        "policies": [p.tolist() for p in agent.policies], "learning": m["learning"],
        "reset_before_step": m["reset"], "observations": m["obs"], "steps": [], "final": {},
    }
    first = None
    for t, obs in enumerate(m["obs"]):
        s = {"t": t, "obs": obs}
        if t in m["reset"]:
            agent.reset()
        qs_prev = agent.qs
        if mmp:
            s["latest_belief"] = nested(agent.latest_belief)
            agent.infer_states(obs)
            s["qs_pi"] = nested(agent.qs)
            s["F"] = nested(agent.F)
        else:
            if agent.action is not None:
                prior = control.get_expected_states(agent.qs, agent.B, agent.action.reshape(1, -1))[0]
            else:
                prior = agent.D
            s["prior"] = nested(prior)
            s["fpi_vfe_trace"] = traced_fpi(agent, obs)
            s["fpi_iters"] = len(s["fpi_vfe_trace"]) - 1
            s["qs"] = nested(agent.qs)
            lik = maths.get_joint_likelihood(agent.A, utils.process_observation(tuple(obs), len(m["no"]), m["no"]), m["ns"])
            s["vfe"] = float(np.squeeze(maths.calc_free_energy(agent.qs, maths.spm_log_obj_array(prior), len(m["ns"]), maths.spm_log_single(lik))))
            first = agent.qs if first is None else first
        if m["learning"]["A"]:
            s["pA_after"] = [tensor(x) for x in agent.update_A(obs)]
        if m["learning"]["B"] and t > 0:
            s["pB_after"] = [tensor(x) for x in agent.update_B(qs_prev)]
        q_pi, g = agent.infer_policies()
        s["G"], s["q_pi"] = nested(g), nested(q_pi)
        s["efe_terms"] = terms(agent, agent.policies, mmp)
        marginals = utils.obj_array_zeros(m["nc"])
        for p, policy in enumerate(agent.policies):
            for f, u in enumerate(policy[0]):
                marginals[f][int(u)] += q_pi[p]
        marginals = utils.norm_dist_obj_arr(marginals)
        s["action_marginals"] = nested(marginals)
        s["action_probs_stochastic"] = [nested(maths.softmax(agent.alpha * maths.spm_log_single(x))) for x in marginals]
        best = lambda x: None if len(x) < 2 else float(np.sort(x)[-1] - np.sort(x)[-2])
        s["action_gap"] = [best(q_pi)] if agent.sampling_mode == "full" else [best(x) for x in marginals]
        s["action"] = [int(u) for u in agent.sample_action()]
        doc["steps"].append(s)
    if m["learning"]["D"]:
        agent.update_D() if mmp else agent.update_D(first)
        doc["final"].update(pD_after=nested(agent.pD), D_after=nested(agent.D))
    if m["learning"]["A"]:
        doc["final"]["A_after"] = [tensor(x) for x in agent.A]
    if m["learning"]["B"]:
        doc["final"]["B_after"] = [tensor(x) for x in agent.B]
    return doc


def main():
    seed, count, out = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    models, raised = [], []
    for i in range(count):
        rng = np.random.default_rng([seed, i])
        m = draw_model(rng)
        if m["n_pol"] > 100:
            continue
        try:
            doc = record(m, f"random_{seed}_{i}", seed + i)
            json.dumps(doc, allow_nan=False)
            models.append(doc)
        except Exception as error:  # pymdp raises many kinds
            raised.append((i, type(error).__name__, str(error)[:80], m))
    for i, kind, text, m in raised:
        a = m["agent"]
        print(f"left out {i}: {kind}: {text} | ns={m['ns']} no={m['no']} {a['inference_algo']} H={a['inference_horizon']} bma={a['use_BMA']} sep={a['policy_sep_prior']} hist={a['save_belief_hist']} param={a['use_param_info_gain']} pB={m['pB'] is not None} learn={m['learning']} reset={m['reset']}", file=sys.stderr)
    with open(out, "w") as f:
        json.dump({"format": "aif-golden/1", "source": "inferactively-pymdp 0.0.7.1", "numpy": np.__version__, "models": models}, f)
    print(f"{len(models)} models recorded, {len(raised)} raised", file=sys.stderr)


main()
