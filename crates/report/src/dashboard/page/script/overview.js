// The first look: one sentence, what got worse this week, what is filtered, the table.

/** "2 benchmarks got worse this week", and the worst of them by name. */
function headline(group, state) {
  const worse = worseOfTheWeek(group);
  const failed = group.benchmarks.filter((one) => ["failed", "missing"].includes(verdictOf(one)) && !one.finding.excuse);
  const behind = group.benchmarks.filter((one) => ["regression", "warning"].includes(verdictOf(one)) && !one.finding.excuse);
  const missed = group.goals.filter((goal) => !goal.met && goal.measured !== null);
  const span = `the last ${plural(data.recent_days, "day")}`;
  const fresh = group.runs.length > 1 && timeOf(last(group.runs)) >= now() - data.recent_days * DAY;
  let title;
  let tone = "calm";
  if (worse.length > 0) {
    tone = "worse";
    title = [h("strong", {}, plural(worse.length, "benchmark")), ` got worse in ${span}`];
  } else if (behind.length > 0) {
    tone = "warn";
    title = [`Nothing got worse in ${span}; `, h("strong", {}, plural(behind.length, "benchmark")),
      ` ${behind.length === 1 ? "is" : "are"} worse than the baseline`];
  } else if (group.runs.length < 2 && !group.baseline) title = ["One run so far: values, and nothing to compare them with"];
  else if (timeOf(last(group.runs)) < now() - data.recent_days * DAY) title = [`No run in ${span}`];
  else title = [`Nothing got worse in ${span}`];
  const latest = last(group.runs);
  const facts = [
    h("span", {}, `Last run ${age(timeOf(latest), now())}`, latest.commit ? [" at ", h("code", {}, runName(latest))] : ""),
    h("span", {}, `${plural(group.runs.length, "run")} since ${day(timeOf(group.runs[0]))}`),
    h("span", {}, group.baseline
      ? ["Baseline ", h("code", {}, short(group.baseline.commit) ?? group.baseline.run), `, ${day(Date.parse(group.baseline.started_at))}`]
      : "No baseline on this machine class"),
  ];
  if (failed.length > 0) facts.unshift(h("span", { class: "tone-worse" }, icon("cross"), ` ${failed.length} failed or missing`));
  if (missed.length > 0) facts.unshift(h("span", { class: "tone-worse" }, icon("cross"), ` ${plural(missed.length, "goal")} missed`));
  return h("section", { class: `headline tone-${tone}${fresh ? "" : " old"}` },
    h("h1", {}, icon(tone !== "calm" ? "up" : fresh ? "met" : "dot"), h("span", {}, title)), h("p", { class: "facts" }, facts),
    worse.length > 0 ? cards(group, worse, state) : null);
}

/** The worst of the week, each with its course: the first is the largest. */
function cards(group, worse, state) {
  const shown = worse.slice(0, 3);
  const rest = worse.length - shown.length;
  return [
    h("div", { class: `cards of-${shown.length}` }, shown.map((one, at) => card(group, one, state, at === 0 && shown.length > 1 ? "the worst" : null))),
    rest > 0 ? h("p", { class: "rest" }, `and ${rest} more, at the top of the table below`) : null,
  ];
}

function card(group, benchmark, state, mark) {
  const { recent } = benchmark;
  const run = group.runs[recent.run];
  return h("a", { class: `card tone-${toneOf(recent.verdict)}`, href: address({ ...state, view: "b", id: benchmark.id }) },
    h("span", { class: "card-head" }, badge(recent.verdict), mark ? h("span", { class: "mark" }, mark) : null),
    h("span", { class: "id" }, h("span", { class: "category" }, category(benchmark.id), "/"), nameOf(benchmark.id)),
    h("span", { class: "card-body" },
      h("span", {},
        h("span", { class: "big" }, percent(recent.cost_ratio)),
        h("span", { class: "small" }, ` ${changeWord(benchmark, true)}`),
        h("span", { class: "from" }, `${quantity(recent.before, benchmark.unit)} → ${quantity(recent.after, benchmark.unit)}`)),
      sparkline(benchmark, { width: 200, height: 52 })),
    h("span", { class: "since" }, "since ", h("code", {}, runName(run)), `, ${age(timeOf(run), now())}`));
}

/** What can be chosen to see less: verdicts with their numbers, categories. */
function filters(group, state) {
  const counts = {};
  for (const one of group.benchmarks) counts[verdictOf(one)] = (counts[verdictOf(one)] ?? 0) + 1;
  const week = worseOfTheWeek(group).length;
  const chosen = new Set(state.verdict.split(",").filter(Boolean));
  const chip = (key, content, count) => h("button", {
    class: "chip", type: "button", "aria-pressed": String(chosen.has(key)), data: { verdict: key },
    onclick: () => {
      const next = new Set(chosen);
      if (!next.delete(key)) next.add(key);
      go({ verdict: [...next].join(",") });
    },
  }, content, h("span", { class: "count" }, String(count)));
  const kinds = Object.keys(VERDICTS).filter((kind) => counts[kind]);
  const bettered = group.benchmarks.filter((one) => recentOf(one) === "improvement").length;
  const categories = [...new Set(group.benchmarks.map((one) => category(one.id)))].sort();
  return h("div", { class: "filters", role: "group", "aria-label": "Filters" },
    categories.length > 1 ? h("label", { class: "field" }, h("span", { class: "hidden" }, "Category"),
      h("select", { id: "category", onchange: (event) => go({ category: event.target.value }) },
        h("option", { value: "" }, "All categories"),
        categories.map((one) => h("option", { value: one, selected: one === state.category }, one)))) : null,
    week ? chip("worse-week", h("span", { class: "badge tone-worse" }, icon("up"), "worse this week"), week) : null,
    bettered ? chip("better-week", h("span", { class: "badge tone-better" }, icon("down"), "better this week"), bettered) : null,
    (week || bettered) && kinds.length ? h("span", { class: "divider", "aria-hidden": "true" }) : null,
    kinds.map((kind) => chip(kind, badge(kind), counts[kind])));
}

/** Whether a benchmark is among what was chosen. */
function matches(benchmark, state) {
  const chosen = state.verdict.split(",").filter(Boolean);
  const worse = ["regression", "warning"].includes(recentOf(benchmark));
  const kinds = [verdictOf(benchmark), worse ? "worse-week" : "", recentOf(benchmark) === "improvement" ? "better-week" : ""];
  const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
  return (chosen.length === 0 || chosen.some((kind) => kinds.includes(kind)))
    && (!state.category || category(benchmark.id) === state.category)
    && words.every((word) => benchmark.id.toLowerCase().includes(word));
}

/** The goals of the latest run. */
function goals(group, state) {
  if (group.goals.length === 0) return null;
  const met = group.goals.filter((goal) => goal.met).length;
  return h("section", { class: "goals" },
    h("h2", {}, "Goals ", h("span", { class: "soft" }, `${met} of ${group.goals.length} met`)),
    h("ul", {}, group.goals.map((outcome) => {
      const { goal } = outcome;
      const sign = goal.below === undefined ? ">" : "<";
      const verb = outcome.met ? "met" : outcome.measured === null ? "unknown" : "missed";
      const measured = outcome.measured === null
        ? outcome.problem ?? "not measured"
        : `${quantity(outcome.measured, outcome.unit)}${outcome.factor ? `, ${digits(Math.max(outcome.factor, 1 / outcome.factor))}× ${outcome.factor >= 1 ? "better" : "worse"}` : ""}`;
      return h("li", {},
        h("span", { class: `badge tone-${outcome.met ? "better" : "worse"}` }, icon(outcome.met ? "met" : "cross"), verb),
        h("a", { class: "id", href: address({ ...state, view: "b", id: goal.benchmark }) }, goal.benchmark),
        h("span", { class: "soft" }, `${outcome.metric} ${goal.statistic ?? "median"} ${sign} ${quantity(outcome.limit, outcome.unit)}`),
        h("span", { class: "value" }, measured));
    })));
}

function overview(group, state) {
  return [headline(group, state), livePanel(), filters(group, state), table(group, state), goals(group, state)];
}
