// What runs now, told by the server over a WebSocket; only a served page has one.

const running = new Map();
let link = null;
let delay = 500;

function livePanel() {
  return h("div", { id: "running", class: "running" }, [...running.values()].map(runningCard));
}

function runningCard(run) {
  const share = run.launches > 0 ? run.done / run.launches : 0;
  const spent = run.seconds ?? 0;
  const left = share > 0.03 && share < 1 ? ` · about ${plural(Math.max(1, Math.round((spent / share) * (1 - share))), "second")} left` : "";
  return h("section", { class: "run-card", data: { run: run.run } },
    h("p", { class: "run-head" }, h("span", { class: "badge tone-live" }, h("span", { class: "dot", "aria-hidden": "true" }), run.ended ?? "running"),
      h("strong", {}, run.suite), run.commit ? h("code", {}, short(run.commit)) : null,
      h("span", { class: "soft num" }, `${run.done} of ${run.launches} launches${left}`)),
    h("div", { class: "progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": String(Math.round(share * 100)), "aria-label": "Launches done" },
      h("span", { css: { width: `${(share * 100).toFixed(1)}%` } })),
    h("p", { class: "run-now" }, run.benchmark ? [h("span", { class: "id" }, run.benchmark), h("span", { class: "soft" }, ` pass ${run.pass} of ${run.passes}`)] : "starting"),
    h("div", { class: "run-values" }, Object.entries(run.values).map(([id, { values, unit }]) => h("span", { class: "run-value" },
      h("span", { class: "under" }, id), h("span", { class: "num" }, quantity(last(values), unit)), dots(values)))));
}

/** One dot per launch: the spread as it grows. */
function dots(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (value) => (high > low ? 5 + ((value - low) / (high - low)) * 90 : 50);
  return s("svg", { class: "dots", viewBox: "0 0 100 10", width: 100, height: 10, "aria-hidden": "true" },
    values.map((value) => s("circle", { cx: x(value), cy: 5, r: 2.4 })));
}

function takeEvent(event) {
  const run = running.get(event.run) ?? { run: event.run, values: {}, done: 0, launches: 0, suite: "a suite" };
  if (event.event === "history") {
    refresh();
    return;
  }
  running.set(event.run, run);
  if (event.event === "started") Object.assign(run, { suite: event.suite, commit: event.commit, launches: event.launches });
  if (event.event === "launch_started") Object.assign(run, { benchmark: event.benchmark, pass: event.pass, passes: event.passes });
  if (event.event === "launch_done") {
    Object.assign(run, { done: event.done, launches: event.launches, seconds: event.seconds });
    if (event.value !== null && event.value !== undefined) {
      run.values[event.benchmark] ??= { unit: event.unit, values: [] };
      run.values[event.benchmark].values.push(event.value);
    }
  }
  if (event.event === "ended") running.delete(event.run);
  const place = find("running");
  place?.replaceChildren(...[...running.values()].map(runningCard));
  showLink();
}

function showLink() {
  const open = link?.readyState === WebSocket.OPEN;
  find("live").dataset.state = open ? (running.size > 0 ? "busy" : "open") : "lost";
  find("live-text").textContent = open ? (running.size > 0 ? `${plural(running.size, "run")} live` : "live") : "server gone, trying again";
}

/** Takes the newest data, and shows it where the reader is. */
async function refresh() {
  const answer = await fetch("/api/dashboard");
  if (!answer.ok) return;
  data = await answer.json();
  render();
}

function connect() {
  if (!data.live) return;
  find("live").hidden = false;
  link = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live`);
  link.onopen = () => {
    delay = 500;
    // The server tells every running run from its beginning.
    running.clear();
    showLink();
  };
  link.onmessage = (message) => takeEvent(JSON.parse(message.data));
  link.onclose = () => {
    showLink();
    setTimeout(connect, delay);
    delay = Math.min(delay * 2, 15_000);
  };
}
