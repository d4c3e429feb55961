// One benchmark: what it comes to, its trend, its distribution, where it was measured.

const RANGES = [["7", "7 d"], ["30", "30 d"], ["90", "90 d"], ["", "All"]];

function facts(pairs) {
  return h("dl", { class: "facts-list" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** "Slower by 8.1 % since 4f2a91c, 12 days ago." */
function sentence(group, benchmark) {
  const change = last(benchmark.changes);
  if (!change) return "No change of level in this series.";
  const run = group.runs[change.run];
  const worse = change.cost_ratio > 1;
  return [h("strong", { class: `tone-${toneOf(change.verdict)}` }, `${percent(change.cost_ratio)} ${changeWord(benchmark, worse)}`),
    " since ", h("code", {}, runName(run)), `, ${age(timeOf(run), now())}: ${quantity(change.before, benchmark.unit)} → ${quantity(change.after, benchmark.unit)}`];
}

function findingPanel(benchmark) {
  const { finding } = benchmark;
  if (!finding) return h("p", { class: "soft" }, "There is no baseline of this machine class to compare with. Accept one: ", h("code", {}, "fabench check --update-baseline"));
  const { ratio } = finding;
  return [
    h("p", { class: "verdict-line" }, badge(finding.verdict), ratio ? h("span", { class: "num" }, `cost ${percent(ratio.estimate)}`) : null,
      ratio ? h("span", { class: "soft num" }, `between ${percent(ratio.lower)} and ${percent(ratio.upper)}`) : null),
    intervalPlot(finding, benchmark.limits, { width: innerWidth < 720 ? 330 : 480, height: 26, named: true }),
    h("p", {}, finding.reason),
    finding.remedy ? h("p", { class: "soft" }, finding.remedy) : null,
    finding.excuse ? h("p", {}, h("strong", {}, finding.excuse.kind === "muted" ? `Muted until ${finding.excuse.until}: ` : "Accepted: "), finding.excuse.reason) : null,
    finding.minimum_detectable_change ? h("p", { class: "soft" }, `Would have shown an increase of ${percent(1 + finding.minimum_detectable_change)} or more.`) : null,
  ];
}

function changesPanel(group, benchmark) {
  if (benchmark.changes.length === 0) return h("p", { class: "soft" }, "None was found: no level differs clearly from the one before it.");
  return h("table", { class: "plain" },
    h("thead", {}, h("tr", {}, ["Commit", "When", "Level", "Cost", "Chance"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, [...benchmark.changes].reverse().map((change) => h("tr", {},
      h("td", {}, h("code", {}, runName(group.runs[change.run]))),
      h("td", { title: moment(timeOf(group.runs[change.run])) }, age(timeOf(group.runs[change.run]), now())),
      h("td", { class: "num" }, `${quantity(change.before, benchmark.unit)} → ${quantity(change.after, benchmark.unit)}`),
      h("td", {}, h("span", { class: `badge tone-${toneOf(change.verdict)}` }, icon(change.cost_ratio > 1 ? "up" : "down"), percent(change.cost_ratio))),
      h("td", { class: "num soft", title: "Chance of so clear a change where nothing changed" }, change.p_value === null ? "–" : `${Number((change.p_value * 100).toPrecision(2))} %`)))));
}

function environmentPanel(group, benchmark) {
  const run = group.runs[last(benchmark.points.runs)];
  const { machine } = group;
  const at = run?.moment;
  return facts([
    ["Processor", `${machine.cpu}, ${plural(machine.cores, "core")}`],
    ["System", `${machine.os} ${machine.arch}${at ? `, kernel ${at.kernel}` : ""}`],
    ["Toolchain", machine.toolchain], ["Allocator", machine.allocator],
    ["Memory", at ? quantity(at.memory_bytes, "B") : null],
    ["Load at start", at ? digits(at.load_average) : null],
    ["Steal", at && at.steal !== null ? `${(at.steal * 100).toFixed(1)} %` : null],
    ["Governor", at?.governor], ["Run", run?.id],
    ["Branch", run?.branch], ["Method", `${group.method.name} ${group.method.version}`],
    ...Object.entries(benchmark.parameters),
  ]);
}

function distributionFacts(benchmark) {
  const spread = benchmark.distribution;
  if (!spread) return null;
  const show = (value) => quantity(value, benchmark.unit);
  return h("div", { class: "stats" }, [["min", spread.min], ["median", spread.median], ["mean", spread.mean], ["p90", spread.p90], ["p99", spread.p99], ["max", spread.max], ["std. dev.", spread.standard_deviation]]
    .map(([name, value]) => h("span", {}, h("span", { class: "under" }, name), h("span", { class: "num" }, show(value)))));
}

const panel = (title, extra, ...children) => h("section", { class: "panel" }, h("h2", {}, title, extra ? h("span", { class: "soft" }, ` ${extra}`) : null), children);

function detail(group, state) {
  const benchmark = group.benchmarks.find((one) => one.id === state.id);
  if (!benchmark) {
    return h("div", { class: "empty" }, h("h1", {}, "No such benchmark here"),
      h("p", {}, h("code", {}, state.id), " is not among those of this machine class."),
      h("a", { class: "button", href: address({ ...state, view: "overview", id: "" }) }, "All benchmarks"));
  }
  const { points } = benchmark;
  const place = h("div", { class: "trend", id: "trend", tabindex: "0", role: "img", "aria-label": "Trend. Arrow keys go from run to run." });
  const tip = h("div", { class: "tip", hidden: true });
  const readout = h("p", { class: "readout", id: "readout" });
  const spread = benchmark.distribution;
  const flames = flamePanel(group, benchmark, state);
  const view = h("article", { class: "detail" },
    h("nav", { class: "crumbs", "aria-label": "Where you are" },
      h("a", { href: address({ ...state, view: "overview", id: "" }) }, "← All benchmarks")),
    h("header", { class: "detail-head" },
      h("h1", { class: "id" }, h("span", { class: "category" }, category(benchmark.id) ? `${category(benchmark.id)}/` : ""), nameOf(benchmark.id)),
      h("p", { class: "soft" }, [benchmark.description, `${benchmark.metric}, ${lowerIsBetter(benchmark) ? "lower" : "higher"} is better`].filter(Boolean).join(" · ")),
      h("div", { class: "now" }, h("span", { class: "big num" }, quantity(last(points.values), benchmark.unit)), badge(verdictOf(benchmark)),
        h("span", { class: "sentence" }, sentence(group, benchmark)))),
    h("section", { class: "panel wide" },
      h("div", { class: "panel-head" }, h("h2", {}, "Trend"),
        points.runs.length < 2 ? null : h("div", { class: "ranges", role: "group", "aria-label": "Time shown" }, RANGES.map(([days, name]) => h("button", {
          type: "button", "aria-pressed": String(state.days === days), onclick: () => go({ days }),
        }, name)))),
      h("div", { class: "trend-box" }, place, tip), readout,
      h("p", { class: "legend" },
        h("span", {}, h("i", { class: "k-line" }), "centre over launches"), h("span", {}, h("i", { class: "k-band" }), "its interval"),
        h("span", {}, h("i", { class: "k-base" }), "baseline"), h("span", {}, icon("up"), icon("down"), "change point: worse, better"),
        h("span", {}, "drag to zoom, double-click for all"),
        points.omitted > 0 ? h("span", {}, `${plural(points.omitted, "point")} between those shown left out`) : null)),
    flames,
    h("div", { class: "grid" },
      panel("Against the baseline", group.baseline ? runName({ ...group.baseline, id: group.baseline.run }) : null, findingPanel(benchmark)),
      panel("Changes of level", null, changesPanel(group, benchmark)),
      panel("Distribution of the last run", spread ? `${plural(spread.samples, "sample")}, ${plural(spread.launches, "launch").replace("launchs", "launches")}` : null, histogram(benchmark, innerWidth < 720 ? 340 : 520), distributionFacts(benchmark)),
      panel("Environment", null, environmentPanel(group, benchmark))));
  // Drawn once it is in the page: only then it has a size.
  view.afterwards = () => {
    startTrend(place, tip, readout, group, benchmark, state);
    flames?.start();
  };
  return view;
}

function describe(group, benchmark, index) {
  const { runs, values, lower, upper } = benchmark.points;
  const run = group.runs[runs[index]];
  const interval = lower[index] === null ? "" : `, ${quantity(lower[index], benchmark.unit)} … ${quantity(upper[index], benchmark.unit)}`;
  return { run, value: quantity(values[index], benchmark.unit), interval };
}

/** The way from a run to its profile, if it has one. */
function flameLink(run, group, benchmark, state) {
  const profile = profilesOf(group, benchmark).find((one) => group.runs[one.run] === run);
  if (!profile) return null;
  return h("a", { href: address({ ...state, profile: profileKey(group, profile) }), onclick: () => setTimeout(() => find("profiles")?.scrollIntoView({ block: "start" })) }, "flame graph");
}

function startTrend(place, tip, readout, group, benchmark, state) {
  const { points } = benchmark;
  let shown = points.values.length - 1;
  const tell = (index) => {
    const { run, value, interval } = describe(group, benchmark, index);
    readout.replaceChildren(h("strong", { class: "num" }, value), h("span", { class: "soft" }, interval.replace(", ", "interval ")),
      h("code", {}, runName(run)), h("span", { class: "soft" }, moment(timeOf(run))), run.branch ? h("span", { class: "soft" }, run.branch) : "", flameLink(run, group, benchmark, state) ?? "");
  };
  const point = (plot, index) => {
    if (index === null || plot.cursor.left < 0) {
      tip.hidden = true;
      return;
    }
    shown = index;
    tell(index);
    const { run, value, interval } = describe(group, benchmark, index);
    const ratio = benchmark.baseline ? points.values[index] / benchmark.baseline : null;
    const cost = ratio === null ? null : lowerIsBetter(benchmark) ? ratio : 1 / ratio;
    const change = benchmark.changes.find((one) => one.run === points.runs[index]);
    tip.replaceChildren(h("strong", { class: "num" }, value), h("span", { class: "soft num" }, interval.replace(", ", "")),
      h("span", {}, h("code", {}, runName(run))), h("span", { class: "soft" }, moment(timeOf(run))),
      cost ? h("span", { class: "soft num" }, `cost ${percent(cost)} to baseline`) : "",
      change ? h("span", { class: `tone-${toneOf(change.verdict)}` }, `change point: ${percent(change.cost_ratio)}`) : "");
    tip.hidden = false;
    const left = plot.over.offsetLeft + plot.cursor.left;
    tip.style.left = `${Math.min(Math.max(8, left + 14), place.clientWidth - tip.offsetWidth - 8)}px`;
    if (left + 14 + tip.offsetWidth > place.clientWidth - 8) tip.style.left = `${Math.max(8, left - tip.offsetWidth - 14)}px`;
  };
  tell(shown);
  const draw = () => drawTrend(place, group, benchmark, Number(state.days), point);
  draw();
  place.onkeydown = (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    shown = Math.max(0, Math.min(points.values.length - 1, shown + way));
    chart.setCursor({ left: chart.valToPos(chart.data[0][shown], "x"), top: 10 });
    tell(shown);
    announce(readout.textContent);
  };
  const watcher = new ResizeObserver(() => {
    if (!place.isConnected) watcher.disconnect();
    else if (chart && place.clientWidth !== chart.width) chart.setSize({ width: place.clientWidth, height: place.clientHeight });
  });
  watcher.observe(place);
}
