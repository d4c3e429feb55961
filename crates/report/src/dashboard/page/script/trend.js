// The course of one benchmark: values with their interval, baseline, thresholds, change points; uPlot draws.

let chart = null;

const RESOLVE = h("span", { hidden: true });

/** A colour of the style sheet as a canvas understands it. */
function paint(name) {
  if (!RESOLVE.isConnected) document.body.append(RESOLVE);
  RESOLVE.style.color = `var(${name})`;
  return getComputedStyle(RESOLVE).color;
}

function closeTrend() {
  chart?.destroy();
  chart = null;
}

/** Levels that are a threshold away from the baseline, in the metric's unit. */
function limitLines(benchmark) {
  const { baseline, limits } = benchmark;
  if (!baseline) return [];
  const at = (share) => (lowerIsBetter(benchmark) ? baseline * (1 + share) : baseline / (1 + share));
  const better = lowerIsBetter(benchmark) ? baseline / (1 + limits.improvement) : baseline * (1 + limits.improvement);
  return [
    { value: baseline, name: "baseline", colour: "--ink-3", dash: [] },
    { value: at(limits.warning), name: `warning ${percent(1 + limits.warning)}`, colour: "--warn", dash: [5, 4] },
    { value: at(limits.critical), name: `critical ${percent(1 + limits.critical)}`, colour: "--worse", dash: [5, 4] },
    { value: better, name: `better ${percent(1 / (1 + limits.improvement))}`, colour: "--better", dash: [2, 4] },
  ];
}

/** Draws the trend into `place`; `onpoint` hears which point is looked at. */
function drawTrend(place, group, benchmark, days, onpoint) {
  closeTrend();
  const { runs, values, lower, upper } = benchmark.points;
  const times = runs.map((run) => timeOf(group.runs[run]) / 1e3);
  const known = lower.some((value) => value !== null);
  const lines = limitLines(benchmark);
  const line = paint("--series");
  const ink = paint("--ink-3");
  const grid = paint("--line");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const hooks = { draw: [(plot) => drawMarks(plot, group, benchmark, lines)], drawClear: [(plot) => drawRange(plot, benchmark)] };
  const axis = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const end = times[times.length - 1];
  const from = days ? Math.max(times[0], end - days * 86_400) : times[0];
  const margin = Math.max((end - from) * 0.02, 3_600);
  const options = {
    width: place.clientWidth, height: place.clientHeight, pxAlign: 0, legend: { show: false }, hooks,
    padding: [18, 14, 0, 0], tzDate: (time) => uPlot.tzDate(new Date(time * 1e3), "Etc/UTC"),
    cursor: { y: false, points: { size: (plot, series) => (series === 1 ? 9 : 0), width: (plot, series) => (series === 1 ? 2 : 0), stroke: line, fill: paint("--surface") }, focus: { prox: 24 } },
    scales: {
      x: { time: true, range: (plot, low, high) => (plot ? [low, high] : [from - margin, end + margin]) },
      y: { range: (plot, low, high) => valueRange(benchmark, plot, low, high) },
    },
    axes: [
      { ...axis, size: 34, space: 84, grid: { show: false }, values: (plot, splits) => timeLabels(splits) },
      { ...axis, size: 78, space: 44, gap: 8, values: (plot, splits) => axisLabels(splits, benchmark.unit) },
    ],
    series: [
      {},
      { stroke: line, width: 2, points: { show: values.length < 130, size: 5, fill: line, stroke: line } },
      { stroke: "transparent", points: { show: false } },
      { stroke: "transparent", points: { show: false } },
    ],
    bands: known ? [{ series: [3, 2], fill: paint("--band") }] : [],
  };
  hooks.setCursor = [(plot) => onpoint(plot, plot.cursor.idx ?? null)];
  chart = new uPlot(options, [times, values, lower, upper], place);
  chart.setScale("x", { min: from - margin, max: end + margin });
  return chart;
}

/** The lowest and highest of what is seen; the baseline is in sight where it is near. */
function valueRange(benchmark, plot, low, high) {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const spread = Math.max(high - low, Math.abs(high) * 0.06);
  for (const { value } of limitLines(benchmark)) {
    if (value > high && value < high + spread * 0.9) high = value;
    if (value < low && value > low - spread * 0.9) low = value;
  }
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.01) || 1;
  return [Math.max(low - room, low >= 0 ? 0 : -Infinity), high + room];
}

/** A soft wash where it would be a regression. */
function drawRange(plot, benchmark) {
  const [, , critical] = limitLines(benchmark);
  if (!critical) return;
  const { ctx, bbox } = plot;
  const y = Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(critical.value, "y", true)));
  ctx.save();
  ctx.fillStyle = paint("--worse-wash");
  if (lowerIsBetter(benchmark)) ctx.fillRect(bbox.left, bbox.top, bbox.width, y - bbox.top);
  else ctx.fillRect(bbox.left, y, bbox.width, bbox.top + bbox.height - y);
  ctx.restore();
}

/** Baseline and thresholds as lines with their names, change points with their commits, levels between them. */
function drawMarks(plot, group, benchmark, lines) {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const [left, right, top, bottom] = [bbox.left, bbox.left + bbox.width, bbox.top, bbox.top + bbox.height];
  ctx.save();
  ctx.font = `${11 * ratio}px ${getComputedStyle(document.body).fontFamily}`;
  ctx.lineWidth = ratio;
  // uPlot leaves the alignment of its axes behind.
  ctx.textAlign = "left";
  let taken = [];
  for (const { value, name, colour: tint, dash } of lines) {
    const y = plot.valToPos(value, "y", true);
    if (y < top || y > bottom) continue;
    ctx.strokeStyle = ctx.fillStyle = paint(tint);
    ctx.setLineDash(dash.map((part) => part * ratio));
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    if (taken.some((other) => Math.abs(other - y) < 13 * ratio)) continue;
    taken.push(y);
    ctx.textBaseline = "bottom";
    // A halo, so that the line behind does not cross the word out.
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineWidth = 3 * ratio;
    ctx.lineJoin = "round";
    ctx.strokeStyle = paint("--surface");
    ctx.strokeText(name, left + 6 * ratio, y - 2 * ratio);
    ctx.restore();
    ctx.fillText(name, left + 6 * ratio, y - 2 * ratio);
  }
  taken = [];
  for (const change of benchmark.changes) {
    const x = plot.valToPos(timeOf(group.runs[change.run]) / 1e3, "x", true);
    if (x < left || x > right) continue;
    ctx.strokeStyle = ctx.fillStyle = paint(`--${toneOf(change.verdict) === "calm" ? "ink-3" : toneOf(change.verdict)}`);
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    drawFlag(ctx, x, top, change.cost_ratio > 1, ratio);
    const label = `${runName(group.runs[change.run])}  ${percent(change.cost_ratio)}`;
    const wide = ctx.measureText(label).width;
    const at = x + 8 * ratio + wide > right ? x - 8 * ratio - wide : x + 8 * ratio;
    if (taken.some(([start, end]) => at < end && at + wide > start)) continue;
    taken.push([at, at + wide + 6 * ratio]);
    ctx.textBaseline = "middle";
    ctx.fillText(label, at, top - 8 * ratio);
  }
  ctx.restore();
}

/** A triangle that points to worse (up) or better (down). */
function drawFlag(ctx, x, top, worse, ratio) {
  const [high, low] = worse ? [top - 13 * ratio, top - 4 * ratio] : [top - 4 * ratio, top - 13 * ratio];
  ctx.beginPath();
  ctx.moveTo(x, high);
  ctx.lineTo(x + 5 * ratio, low);
  ctx.lineTo(x - 5 * ratio, low);
  ctx.fill();
}
