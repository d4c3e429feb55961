// All benchmarks, worst first, a row each.

const COLUMNS = [
  { key: "", name: "Against the baseline", order: worstFirst, cell: "verdict" },
  { key: "name", name: "Benchmark", order: (a, b) => (a.id < b.id ? -1 : 1), cell: "name" },
  { key: "trend", name: "Trend", cell: "trend" },
  { key: "value", name: "Last run", order: null, cell: "value" },
  { key: "cost", name: "Cost", order: (a, b) => (b.finding?.ratio?.estimate ?? 0) - (a.finding?.ratio?.estimate ?? 0), cell: "cost" },
  { key: "week", name: "Latest change", order: (a, b) => (b.recent?.cost_ratio ?? 1) - (a.recent?.cost_ratio ?? 1), cell: "week" },
];

function row(group, benchmark, state) {
  const { finding, recent } = benchmark;
  const href = address({ ...state, view: "b", id: benchmark.id });
  const excused = finding?.excuse ? h("span", { class: "excused", title: finding.excuse.reason }, finding.excuse.kind === "muted" ? "muted" : "accepted") : null;
  const change = recent ?? last(benchmark.changes);
  const where = change ? group.runs[change.run] : null;
  return h("tr", { data: { id: benchmark.id, verdict: verdictOf(benchmark) } },
    h("td", { class: "c-verdict" }, badge(verdictOf(benchmark)), excused),
    h("th", { class: "c-name", scope: "row" }, h("a", { href, class: "id" },
      h("span", { class: "category" }, category(benchmark.id) ? `${category(benchmark.id)}/` : ""), nameOf(benchmark.id)),
    benchmark.profiles.length ? h("a", { class: "profiled", href: address({ ...state, view: "b", id: benchmark.id, profile: profileKey(group, profilesOf(group, benchmark)[0]) }) }, "flame graph") : null),
    h("td", { class: "c-trend" }, sparkline(benchmark)),
    h("td", { class: "c-value num" }, h("span", {}, quantity(last(benchmark.points.values), benchmark.unit)),
      h("span", { class: "under" }, benchmark.metric)),
    h("td", { class: "c-cost" }, finding?.ratio
      ? [h("span", { class: `num tone-${toneOf(finding.verdict)}` }, percent(finding.ratio.estimate)),
        h("span", { title: `between ${percent(finding.ratio.lower)} and ${percent(finding.ratio.upper)}` }, intervalPlot(finding, benchmark.limits))]
      : h("span", { class: "soft" }, "–")),
    h("td", { class: `c-week${recent ? "" : " old"}` }, change
      ? [h("span", { class: `badge tone-${toneOf(change.verdict)}` }, icon(change.cost_ratio > 1 ? "up" : "down"), percent(change.cost_ratio)),
        h("span", { class: "under" }, h("code", {}, runName(where)), ` ${age(timeOf(where), now())}`)]
      : h("span", { class: "soft" }, "–")));
}

/** Rows that fill a screen at once. */
const AT_ONCE = 60;

/** The first rows at once, the others when the browser has time: a thousand of them take half a second. */
function rowsOf(group, shown, state) {
  const body = h("tbody", {}, shown.slice(0, AT_ONCE).map((one) => row(group, one, state)));
  let next = AT_ONCE;
  const more = () => {
    if (!body.isConnected) return;
    body.append(...shown.slice(next, next + AT_ONCE).map((one) => row(group, one, state)));
    next += AT_ONCE;
    if (next < shown.length) setTimeout(more);
  };
  if (next < shown.length) setTimeout(more);
  return body;
}

function table(group, state) {
  const shown = group.benchmarks.filter((one) => matches(one, state));
  const column = COLUMNS.find((one) => one.key === state.sort && one.order) ?? COLUMNS[0];
  shown.sort(column.order);
  // A first run is neither judged nor news.
  const bare = group.benchmarks.every((one) => !one.finding && one.changes.length === 0);
  const heads = COLUMNS.map((one) => h("th", {
    scope: "col", class: `c-${one.cell}`, "aria-sort": one === column ? "descending" : undefined,
  }, one.order ? h("button", { type: "button", onclick: () => go({ sort: one.key }) }, one.name, one === column ? h("span", { "aria-hidden": "true" }, " ↓") : "") : one.name));
  const count = shown.length === group.benchmarks.length
    ? plural(shown.length, "benchmark")
    : `${shown.length} of ${plural(group.benchmarks.length, "benchmark")}`;
  if (shown.length === 0) {
    return h("div", { class: "empty", id: "rows" }, h("p", {}, "No benchmark is like that."),
      h("button", { class: "button", type: "button", onclick: () => go({ text: "", verdict: "", category: "" }) }, "Show all"));
  }
  return h("section", { class: "sheet" },
    h("table", { id: "rows", class: bare ? "rows bare" : "rows" },
      h("caption", {}, count, h("span", { class: "soft" }, column.key === "" ? " · worst first" : ` · by ${column.name.toLowerCase()}`)),
      h("thead", {}, h("tr", {}, heads)),
      rowsOf(group, shown, state)));
}
