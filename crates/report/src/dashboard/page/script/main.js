// Shows the state that the address names; everything else only changes the address.

let shownView = "";

function render() {
  const state = readState();
  const group = groupOf(state);
  const main = find("main");
  closeTrend();
  find("title").textContent = data.title;
  document.title = state.view === "b" && state.id ? `${state.id} · ${data.title}` : `${data.title} · performance`;
  find("home").href = address({ ...state, view: "overview", id: "" });
  find("to-compare").href = address({ ...state, view: "compare", id: "" });
  if (find("search") !== document.activeElement) find("search").value = state.text;
  const any = Boolean(group && group.runs.length > 0);
  for (const id of ["to-compare", "search-field"]) find(id).hidden = !any;
  const notices = data.notices.map((text) => h("p", { class: "notice" }, icon("question"), h("span", {}, text)));
  const parts = !any
    ? nothing()
    : state.view === "b" ? detail(group, state) : state.view === "compare" ? compare(group, state) : overview(group, state);
  const kept = document.activeElement?.dataset?.verdict;
  main.replaceChildren(...[notices, parts].flat(Infinity).filter(Boolean));
  for (const node of main.children) node.afterwards?.();
  if (kept) main.querySelector(`.chip[data-verdict="${CSS.escape(kept)}"]`)?.focus();
  const place = `${state.view} ${state.id}`;
  if (place !== shownView && shownView !== "") {
    scrollTo(0, 0);
    if (state.view !== "overview") main.focus({ preventScroll: true });
    announce(document.title);
  }
  shownView = place;
  machines(state);
  find("foot").replaceChildren(
    h("span", {}, `Made by ${data.tool}`), h("span", {}, moment(now())),
    h("span", {}, data.live ? "Served live" : "One file; nothing is loaded from anywhere"));
  document.body.dataset.ready = String(Number(document.body.dataset.ready ?? 0) + 1);
}

/** What to do where there is no run. */
function nothing() {
  return [livePanel(), h("div", { class: "empty" }, s("svg", { class: "empty-art", viewBox: "0 0 120 60", "aria-hidden": "true" },
    s("path", { d: "M6 50H114M6 50V8" }), s("path", { class: "dash", d: "M10 38L34 34L58 36L82 22L110 24" })),
  h("h1", {}, "No run is recorded yet"),
  h("p", {}, "The dashboard shows the history of runs. Record one:"),
  h("pre", {}, h("code", {}, "fabench run --record")),
  h("p", { class: "soft" }, "One run shows values; from the second on there are trends, and from the eighth on changes of level can be found."))];
}

function machines(state) {
  const field = find("machine-field");
  field.hidden = data.groups.length < 2;
  const several = new Set(data.groups.map((group) => group.suite)).size > 1;
  find("machine").replaceChildren(...data.groups.map((group, at) => h("option", { value: String(at), selected: String(at) === state.machine },
    `${several ? `${group.suite} · ` : ""}${group.machine.cpu}, ${plural(group.machine.cores, "core")}, ${group.machine.os}`)));
}

function begin() {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Without storage the system's choice holds.
  }
  addEventListener("hashchange", render);
  addEventListener("keydown", pressed);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", render);
  find("theme").addEventListener("click", changeTheme);
  find("help-button").addEventListener("click", help);
  find("machine").addEventListener("change", (event) => go({ machine: event.target.value, id: "", view: "overview" }));
  find("search").addEventListener("input", (event) => go({ view: readState().view === "compare" ? "compare" : "overview", id: "", text: event.target.value }, { replace: true }));
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("#rows tbody tr");
    if (row && !event.target.closest("a, button") && !getSelection()?.toString()) row.querySelector("a")?.click();
  });
  render();
  connect();
}

begin();
