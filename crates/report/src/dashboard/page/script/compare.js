// Any two runs beside each other. Values only: one run each says nothing of the spread, so there is no verdict here.

function compare(group, state) {
  const { runs } = group;
  const newest = runs.length - 1;
  const index = (id, otherwise) => {
    const at = runs.findIndex((run) => run.id === id);
    return at < 0 ? otherwise : at;
  };
  const a = index(state.a, group.baseline ? index(group.baseline.run, Math.max(0, newest - 1)) : Math.max(0, newest - 1));
  const b = index(state.b, newest);
  const choose = (key, chosen, label) => h("label", { class: "field run-choice" }, h("span", {}, label),
    h("select", { id: `run-${key}`, onchange: (event) => go({ [key]: event.target.value }) },
      runs.map((run, at) => h("option", { value: run.id, selected: at === chosen }, `${day(timeOf(run))} · ${runName(run)}${run.branch ? ` · ${run.branch}` : ""}`)).reverse()));
  const value = (benchmark, run) => {
    const at = benchmark.points.runs.indexOf(run);
    return at < 0 ? null : benchmark.points.values[at];
  };
  const rows = group.benchmarks.filter((one) => matches(one, { ...state, verdict: "" })).map((benchmark) => {
    const [before, after] = [value(benchmark, a), value(benchmark, b)];
    const cost = before && after ? (lowerIsBetter(benchmark) ? after / before : before / after) : null;
    return { benchmark, before, after, cost };
  }).filter((one) => one.before !== null || one.after !== null);
  rows.sort((x, y) => (y.cost ?? 0) - (x.cost ?? 0));
  const reach = Math.max(0.1, ...rows.map(({ cost }) => (cost ? Math.min(Math.abs(Math.log(cost)), 1.5) : 0)));
  return h("article", { class: "detail" },
    h("nav", { class: "crumbs" }, h("a", { href: address({ ...state, view: "overview", id: "" }) }, "← All benchmarks")),
    h("header", { class: "detail-head" }, h("h1", {}, "Compare two runs"),
      h("p", { class: "soft" }, "Values as they were measured. Two single runs say little about the spread between runs: a verdict takes ",
        h("code", {}, "fabench compare"), ".",
        group.benchmarks.some((one) => one.points.omitted > 0) ? " Values of some older runs were left out of this page; a dash stands for them." : "")),
    h("div", { class: "choices" }, choose("a", a, "Before"),
      h("button", { class: "button square", type: "button", "aria-label": "Swap the runs", title: "Swap", onclick: () => go({ a: runs[b].id, b: runs[a].id }) }, "⇄"),
      choose("b", b, "After")),
    h("section", { class: "sheet" }, h("table", { class: "rows compare", id: "compared" },
      h("caption", {}, plural(rows.length, "benchmark"), h("span", { class: "soft" }, " · largest increase of cost first")),
      h("thead", {}, h("tr", {}, ["Benchmark", "Before", "After", "Cost", ""].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, rows.map(({ benchmark, before, after, cost }) => h("tr", {},
        h("th", { class: "c-name", scope: "row" }, h("a", { class: "id", href: address({ ...state, view: "b", id: benchmark.id }) },
          h("span", { class: "category" }, category(benchmark.id) ? `${category(benchmark.id)}/` : ""), nameOf(benchmark.id))),
        h("td", { class: "num" }, quantity(before, benchmark.unit)), h("td", { class: "num" }, quantity(after, benchmark.unit)),
        h("td", { class: "num" }, percent(cost)),
        h("td", { class: "c-bar" }, cost ? changeBar(cost, reach) : null)))))));
}

/** A bar to the right for more cost, to the left for less. */
function changeBar(cost, reach) {
  const share = Math.max(-1, Math.min(1, Math.log(cost) / reach)) * 68;
  return s("svg", { class: "interval", viewBox: "0 0 150 14", width: 150, height: 14, "aria-hidden": "true" },
    s("path", { class: "zero", d: "M75 0V14" }),
    s("rect", { class: `change ${share > 0 ? "tone-worse" : "tone-better"}`, x: share > 0 ? 75 : 75 + share, y: 3, width: Math.max(1, Math.abs(share)), height: 8, rx: 1.5 }));
}
