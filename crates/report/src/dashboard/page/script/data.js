// The inlined data, indexed. What is judged came judged; here it is only looked up and put in order.

let data = JSON.parse(find("data").textContent);

/** The group of comparable runs that is looked at. */
const groupOf = (state) => data.groups[Number(state.machine)] ?? data.groups[0];

const now = () => Date.parse(data.now);
const timeOf = (run) => Date.parse(run?.started_at);
const category = (id) => (id.includes("/") ? id.slice(0, id.indexOf("/")) : "");
const nameOf = (id) => (id.includes("/") ? id.slice(id.indexOf("/") + 1) : id);
const verdictOf = (benchmark) => benchmark.finding?.verdict ?? "none";
const recentOf = (benchmark) => benchmark.recent?.verdict ?? null;
const last = (list) => list[list.length - 1];

/** Worse within the last days, the worst first. */
function worseOfTheWeek(group) {
  const worse = group.benchmarks.filter((one) => ["regression", "warning"].includes(recentOf(one)));
  return worse.sort((a, b) => rankOf(recentOf(a)) - rankOf(recentOf(b)) || worstFirst(a, b));
}

const rankOf = (verdict) => (VERDICTS[verdict] ?? VERDICTS.none).rank;

/** Worst first: what changed this week, then what the baseline says. */
function worstFirst(a, b) {
  const week = (one) => (["regression", "warning"].includes(recentOf(one)) ? rankOf(recentOf(one)) : 50);
  const cost = (one) => one.recent?.cost_ratio ?? one.finding?.ratio?.estimate ?? 0;
  const drift = (one) => one.finding?.ratio?.estimate ?? 0;
  return Math.min(week(a), rankOf(verdictOf(a))) - Math.min(week(b), rankOf(verdictOf(b)))
    || week(a) - week(b) || cost(b) - cost(a) || drift(b) - drift(a) || (a.id < b.id ? -1 : 1);
}

/** How a run is called: its commit, else its day. */
function runName(run) {
  if (!run) return "unknown run";
  return run.commit ? `${short(run.commit)}${run.dirty ? " + changes" : ""}` : run.id;
}

const lowerIsBetter = (benchmark) => benchmark.direction === "lower_is_better";

/** The words for a direction of change that anybody understands. */
function changeWord(benchmark, worse) {
  const { unit } = benchmark;
  if (unit === "ns") return worse ? "slower" : "faster";
  if (unit === "1/s") return worse ? "less throughput" : "more throughput";
  if (unit === "B") return lowerIsBetter(benchmark) === worse ? "more memory" : "less memory";
  return worse ? "worse" : "better";
}
