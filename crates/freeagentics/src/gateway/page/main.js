// Wiring: events into pictures, keys and pointers into choices.

const $ = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("en");
const grid = new Grid($("grid"));
const energy = new Chart($("energy"), { lines: [{ colour: "chosen" }, { colour: "soft", dashed: true }] });
const traffic = new Chart($("traffic"), { lines: [{ colour: "accent" }], fromZero: true, fill: true });
$("energy").dataset.name = "Free energy of the chosen agent in nats";
$("traffic").dataset.name = "Messages per second";

const view = { chosen: 0, step: null, agents: 0, meanEnergy: NaN, paused: false, stale: true };

const link = new Link({
  onEvent(event) {
    if (view.paused) return;
    handlers[event.type]?.(event);
    view.stale = true;
  },
  onState(state, text) {
    $("link").dataset.state = state;
    $("link-text").textContent = text;
    if (state === "refused" && !$("ask").open) $("ask").showModal();
    if (state === "live") $("ask").close();
  },
});

const handlers = {
  world(world) {
    grid.show(world, view.chosen);
    view.agents = world.agents;
    $("tick").textContent = whole.format(world.tick);
    document.body.dataset.tick = world.tick;
    $("agents").textContent = whole.format(world.agents);
    $("number").max = world.agents - 1;
  },
  step(step) {
    if (step.agent !== view.chosen) return;
    view.step = step;
    energy.push(0, step.energy);
    energy.push(1, view.meanEnergy);
    const width = grid.world?.width ?? 10;
    $("agent-summary").textContent = describe(step, width);
    $("scale-top").textContent = `${Math.round(Math.max(...step.belief) * 100)} %`;
  },
  stats(stats) {
    view.meanEnergy = stats.meanEnergy;
    traffic.push(0, stats.messages);
    $("steps").textContent = compact.format(stats.steps);
    $("messages").textContent = compact.format(stats.messages);
    $("connections").textContent = whole.format(stats.connections);
  },
};

function choose(agent) {
  const last = Math.max(view.agents - 1, 0);
  const next = Math.min(Math.max(Math.trunc(agent) || 0, 0), last);
  if (next === view.chosen && view.step) return;
  link.unsubscribe(`agent/${view.chosen}`);
  Object.assign(view, { chosen: next, step: null, stale: true });
  link.subscribe(`agent/${next}`);
  energy.clear();
  grid.forgetTrail();
  $("agent-name").textContent = whole.format(next);
  $("number").value = next;
  $("agent-summary").textContent = "Waiting for the agent’s next step …";
}

function pause() {
  view.paused = !view.paused;
  $("pause").setAttribute("aria-pressed", view.paused);
  $("pause").querySelector(".label").textContent = view.paused ? "Resume" : "Pause";
  $("pause").querySelector("span").textContent = view.paused ? "▶" : "❚❚";
}

function dress() {
  readTheme();
  paintLegend($("legend"));
  view.stale = true;
}

function turnTheme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  dress();
}

$("previous").onclick = () => choose(view.chosen - 1);
$("next").onclick = () => choose(view.chosen + 1);
$("number").onchange = (event) => choose(event.target.valueAsNumber);
$("choose").onsubmit = (event) => { event.preventDefault(); choose($("number").valueAsNumber); };
$("pause").onclick = pause;
$("theme").onclick = turnTheme;
$("grid").onclick = ({ offsetX, offsetY }) => {
  const agent = grid.nearest(offsetX, offsetY);
  if (agent !== null) choose(agent);
};
$("ask-form").onsubmit = (event) => { event.preventDefault(); link.withToken($("token").value.trim()); };
addEventListener("keydown", (event) => {
  if (event.target.closest("input, dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { ArrowLeft: () => choose(view.chosen - 1), ArrowRight: () => choose(view.chosen + 1), t: turnTheme }[event.key];
  if (act) { event.preventDefault(); act(); }
  if (event.key === " " && !event.target.closest("button, a")) { event.preventDefault(); pause(); }
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
addEventListener("resize", () => { view.stale = true; });

function frame() {
  if (!view.paused || view.stale) grid.draw(view.chosen);
  if (view.stale) {
    drawBelief($("belief"), view.step, grid.world?.width ?? 10);
    energy.draw();
    traffic.draw();
    view.stale = false;
  }
  requestAnimationFrame(frame);
}

dress();
["world", "stats", "agent/0"].forEach((topic) => link.subscribe(topic));
frame();
