// What is looked at, kept in the address: a link shows the same to somebody else, and back goes back.

const DEFAULTS = { machine: "0", text: "", category: "", verdict: "", sort: "", days: "", a: "", b: "", metric: "", profile: "" };

/** The address as { view, id, … }. */
function readState() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const state = { ...DEFAULTS, ...Object.fromEntries(new URLSearchParams(query)) };
  const [view, ...rest] = path.split("/");
  let id = "";
  try {
    id = decodeURIComponent(rest.join("/"));
  } catch {
    // A mistyped address is an unknown benchmark, which the page says.
    id = rest.join("/");
  }
  return { ...state, view: view || "overview", id };
}

/** The address of a state; defaults are left out. */
function address(state) {
  const path = { overview: "", benchmark: `b/${encodeURIComponent(state.id)}`, b: `b/${encodeURIComponent(state.id)}`, compare: "compare" };
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(DEFAULTS)) if (state[key] && state[key] !== value) query.set(key, state[key]);
  const text = query.toString();
  return `#/${path[state.view] ?? ""}${text ? `?${text}` : ""}`;
}

/** Goes to a changed state: a step in the history, or in place of the present one. */
function go(change, { replace = false } = {}) {
  const next = address({ ...readState(), ...change });
  if (next === location.hash || (next === "#/" && location.hash === "")) return;
  if (replace) {
    history.replaceState(null, "", next);
    render();
  } else location.hash = next;
}
