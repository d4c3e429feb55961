// Flame graphs: callers above, what they called below; width is cost. Search and zoom, by mouse and by keys.

const FLAME_ROW = 20;
/** Narrower frames are not drawn, narrower ones have no name in them. */
const SEEN = 0.6;
const NAMED = 34;
/** A letter of the frames' font. */
const LETTER = 6.7;

const COSTS = {
  cpu: { name: "CPU time", unit: "samples" },
  "memory-allocated": { name: "Bytes allocated", unit: "B" },
  "memory-live": { name: "Bytes still allocated at the end", unit: "B" },
};

/** Zoom and search, kept while the page is drawn anew. */
let flameView = { key: "", zoom: 0, text: "" };

const profilesOf = (group, benchmark) => benchmark.profiles.map((at) => group.profiles[at]);
const profileKey = (group, profile) => `${group.runs[profile.run].id} ${profile.cost}`;
const costName = (profile) => COSTS[profile.cost]?.name ?? profile.cost;

/** Frames from columns: each with its caller, and where it begins in its cost. */
function framesOf(profile) {
  const open = [];
  return profile.values.map((value, at) => {
    const depth = profile.depths[at];
    const caller = depth > 0 ? open[depth - 1] : null;
    const frame = { at, depth, value, caller, name: profile.names[profile.functions[at]], start: caller ? caller.next : 0 };
    frame.next = frame.start;
    if (caller) caller.next += value;
    open[depth] = frame;
    return frame;
  });
}

/** As much of a name as fits: whole, else without the path before its last two parts, else cut. */
function nameWithin(name, width) {
  const room = Math.floor((width - 8) / LETTER);
  if (name.length <= room) return name;
  const brief = name.includes("<") ? name : name.split("::").slice(-2).join("::");
  return brief.length <= room ? brief : `${brief.slice(0, Math.max(1, room - 1))}…`;
}

/** One of a few tints by name: neighbours are told apart, and a function looks the same everywhere. */
function tint(name) {
  let hash = 0;
  for (let at = 0; at < name.length; at += 1) hash = (hash * 31 + name.charCodeAt(at)) | 0;
  return Math.abs(hash) % 5;
}

function flamePanel(group, benchmark, state) {
  const all = profilesOf(group, benchmark);
  if (all.length === 0) return null;
  const shown = all.find((one) => profileKey(group, one) === state.profile) ?? all[0];
  const key = `${benchmark.id} ${profileKey(group, shown)}`;
  if (flameView.key !== key) flameView = { key, zoom: 0, text: "" };
  const run = group.runs[shown.run];
  const picture = h("div", { class: "flame", id: "flame", tabindex: "0", role: "img",
    "aria-label": `Flame graph: ${costName(shown)}. Arrow keys go from frame to frame, Enter zooms in, Escape zooms out.` });
  const told = h("p", { class: "readout", id: "flame-told" });
  const whole = h("button", { class: "button", type: "button", id: "flame-whole" }, "Zoom out");
  const search = h("input", { id: "flame-search", type: "search", placeholder: "Search functions", autocomplete: "off", spellcheck: "false", value: flameView.text });
  const view = h("section", { class: "panel wide", id: "profiles" },
    h("div", { class: "panel-head" }, h("h2", {}, "Profile ", h("span", { class: "soft" }, h("code", {}, runName(run)), ` ${age(timeOf(run), now())}`)),
      h("div", { class: "flame-bar" },
        h("label", { class: "field" }, h("span", { class: "hidden" }, "Profile"),
          h("select", { id: "flame-choice", onchange: (event) => go({ profile: event.target.value }, { replace: true }) },
            all.map((one) => h("option", { value: profileKey(group, one), selected: one === shown }, `${costName(one)}, ${runName(group.runs[one.run])}`)))),
        h("label", { class: "field" }, h("span", { class: "hidden" }, "Search functions"), search), whole)),
    picture, told,
    h("p", { class: "legend" }, h("span", {}, "callers above, what they call below; width is cost; click zooms"),
      shown.omitted > 0 ? h("span", {}, `${plural(shown.omitted, "frame")} too narrow to be seen left out`) : null,
      h("span", {}, "all files: ", h("code", {}, shown.folder))));
  view.start = () => startFlame({ picture, told, whole, search }, shown);
  return view;
}

function startFlame({ picture, told, whole, search }, profile) {
  const frames = framesOf(profile);
  const cost = COSTS[profile.cost];
  const amount = (value) => (cost?.unit === "B" ? quantity(value, "B") : plural(value, "sample"));
  const share = (value) => `${((value / frames[0].value) * 100).toFixed(1)} %`;
  let selected = frames[flameView.zoom] ?? frames[0];
  const zoomed = () => frames[flameView.zoom] ?? frames[0];
  const within = (frame, other) => frame.start >= other.start && frame.start + frame.value <= other.start + other.value;
  const words = () => flameView.text.trim().toLowerCase();
  const hit = (frame) => words() !== "" && frame.caller !== null && frame.name.toLowerCase().includes(words());
  /** What is found, without counting what a found function called. */
  const found = () => {
    const under = new Set();
    let sum = 0;
    let count = 0;
    for (const frame of frames) {
      const counted = frame.caller !== null && under.has(frame.caller);
      if (hit(frame)) count += 1;
      if (hit(frame) && !counted) sum += frame.value;
      if (counted || hit(frame)) under.add(frame);
    }
    return { sum, count };
  };
  const tell = () => {
    const { sum, count } = found();
    told.replaceChildren(h("code", {}, selected.name), h("strong", { class: "num" }, share(selected.value)), h("span", { class: "soft num" }, amount(selected.value)),
      words() ? h("span", { class: "found", id: "flame-found" }, count ? `found ${share(sum)} in ${plural(count, "frame")}` : "found in no function") : "");
  };
  const zoom = (frame) => {
    flameView.zoom = frame.at;
    selected = frame;
    draw();
  };
  const draw = () => {
    const top = zoomed();
    const width = Math.max(280, picture.clientWidth);
    const scale = width / top.value;
    let deepest = 0;
    const shapes = [];
    for (const frame of frames) {
      const above = frame.depth < top.depth && within(top, frame);
      if (!above && !(frame.depth >= top.depth && within(frame, top))) continue;
      const x = above ? 0 : (frame.start - top.start) * scale;
      const wide = above ? width : frame.value * scale;
      if (wide < SEEN) continue;
      deepest = Math.max(deepest, frame.depth);
      const y = frame.depth * FLAME_ROW;
      const marks = [`tint-${tint(frame.name)}`, above ? "above" : "", hit(frame) ? "hit" : "", frame === selected ? "selected" : ""];
      shapes.push(s("g", { class: `frame ${marks.filter(Boolean).join(" ")}`, data: { name: frame.name },
        onclick: () => zoom(frame), onmouseenter: () => { selected = frame; tell(); } },
      s("title", {}, `${frame.name}\n${share(frame.value)}, ${amount(frame.value)}`),
      s("rect", { x: x.toFixed(2), y, width: Math.max(0.5, wide - 0.6).toFixed(2), height: FLAME_ROW - 1.5, rx: 2 }),
      wide > NAMED ? s("text", { x: (x + 4).toFixed(2), y: y + 13.5 }, nameWithin(frame.name, wide)) : null));
    }
    const height = (deepest + 1) * FLAME_ROW;
    picture.replaceChildren(s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" }, shapes));
    whole.disabled = top === frames[0];
    tell();
  };
  const beside = (way) => {
    const row = frames.filter((frame) => frame.depth === selected.depth && within(frame, zoomed()));
    return row[row.indexOf(selected) + way];
  };
  picture.onkeydown = (event) => {
    const called = () => frames.filter((frame) => frame.caller === selected).sort((a, b) => b.value - a.value)[0];
    const next = { ArrowLeft: () => beside(-1), ArrowRight: () => beside(1), ArrowUp: () => selected.caller, ArrowDown: called }[event.key];
    const zooms = event.key === "Enter" ? selected : event.key === "Escape" && flameView.zoom !== 0 ? frames[0] : null;
    if (!next && !zooms) return;
    event.preventDefault();
    event.stopPropagation();
    if (zooms) zoom(zooms);
    else {
      selected = next() ?? selected;
      draw();
    }
    announce(told.textContent);
  };
  whole.onclick = () => zoom(frames[0]);
  search.oninput = () => {
    flameView.text = search.value;
    draw();
  };
  draw();
  const watcher = new ResizeObserver(() => (picture.isConnected ? draw() : watcher.disconnect()));
  watcher.observe(picture);
}
