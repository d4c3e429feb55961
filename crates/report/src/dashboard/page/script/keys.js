// The keyboard: everything that a mouse can do.

const KEYS = [
  ["/", "search"], ["↑ ↓  or  j k", "go through the benchmarks"], ["Enter", "open one"], ["Esc", "back to all"],
  ["← →", "in the trend: from run to run; else: previous and next benchmark"], ["↑ ↓ ← →", "in a flame graph: from frame to frame; Enter zooms in, Esc zooms out"], ["c", "compare two runs"], ["t", "light or dark"], ["?", "this help"],
];

const MEANINGS = [
  ["regression", "at least the critical threshold worse, and surely worse than the warning threshold"],
  ["warning", "at least the warning threshold worse, and surely worse"],
  ["inconclusive", "measured, but the evidence allows more than one answer; not a pass"],
  ["improvement", "at least the improvement threshold better, and surely better"],
  ["unchanged", "surely within the thresholds"],
  ["missing", "in the baseline, not in the last run; not a pass"],
  ["failed", "crashed, hung, or found its own result wrong"],
];

function help() {
  const dialog = find("help");
  dialog.replaceChildren(
    h("form", { method: "dialog" }, h("h2", { id: "help-title" }, "Keys and words"),
      h("button", { class: "button square", "aria-label": "Close" }, "×")),
    h("dl", { class: "keys" }, KEYS.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)))),
    h("dl", { class: "meanings" }, MEANINGS.map(([verdict, words]) => h("div", {}, h("dt", {}, badge(verdict)), h("dd", {}, words)))),
    h("p", { class: "soft" }, "Cost is what the work takes: a time as it is, a throughput inverted. Above zero is worse, whatever the metric. Intervals hold for all benchmarks together."));
  dialog.showModal();
}

/** Moves the focus through the rows. */
function step(way) {
  const links = [...document.querySelectorAll("#rows tbody a.id, #compared tbody a.id")];
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (way > 0 ? 0 : links.length - 1) : Math.max(0, Math.min(links.length - 1, at + way));
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

/** Opens the benchmark before or after this one, in the order of the table. */
function neighbour(way) {
  const state = readState();
  const shown = groupOf(state).benchmarks.filter((one) => matches(one, state)).sort(worstFirst);
  const at = shown.findIndex((one) => one.id === state.id);
  const next = shown[at + way];
  if (at >= 0 && next) go({ view: "b", id: next.id });
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || find("help").open) return;
  const typing = event.target.matches?.("input, select, textarea");
  if (event.key === "Escape") {
    if (typing && event.target.value) return;
    if (typing) event.target.blur();
    else if (readState().view !== "overview") go({ view: "overview", id: "" });
    return;
  }
  if (typing) {
    if (event.target.id === "search" && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      event.target.blur();
      step(1);
    }
    return;
  }
  const view = readState().view;
  const actions = {
    "/": () => find("search").focus(), "?": help, t: changeTheme, c: () => go({ view: "compare", id: "" }),
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    ArrowLeft: view === "b" ? () => neighbour(-1) : null, ArrowRight: view === "b" ? () => neighbour(1) : null,
  };
  const action = actions[event.key];
  // Arrows scroll where there are no rows to go through.
  if (!action || (event.key.startsWith("Arrow") && view === "b" && /Up|Down/.test(event.key))) return;
  event.preventDefault();
  action();
}

function changeTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("theme", root.dataset.theme);
  } catch {
    // Without storage the choice holds until the page is closed.
  }
  render();
}
