// Charts the size of a word: the course of a series, and an interval between thresholds.

/** The last values of a series as a line, with the latest change marked. */
function sparkline(benchmark, { width = 132, height = 30, most = 90 } = {}) {
  const { values, runs } = benchmark.points;
  const from = Math.max(0, values.length - most);
  const shown = values.slice(from);
  const picture = s("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
  if (shown.length === 0) return picture;
  let low = Math.min(...shown);
  let high = Math.max(...shown);
  // A calm series looks calm: the picture spans 8 % at least.
  const room = Math.max(high - low, Math.abs(high) * 0.08) || 1;
  const middle = (low + high) / 2;
  [low, high] = [middle - room / 2, middle + room / 2];
  const x = (at) => (shown.length === 1 ? width / 2 : 3 + (at / (shown.length - 1)) * (width - 6));
  const y = (value) => height - 4 - ((value - low) / (high - low)) * (height - 8);
  const path = (start, end) => shown.slice(start, end)
    .map((value, at) => `${at === 0 ? "M" : "L"}${x(start + at).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const change = last(benchmark.changes);
  const at = change ? runs.indexOf(change.run) - from : -1;
  if (shown.length > 1) picture.append(s("path", { class: "line", d: path(0, shown.length) }));
  if (at > 0 && at < shown.length) {
    const tone = toneOf(change.verdict);
    picture.append(s("path", { class: `line strong tone-${tone}`, d: path(at - 1, shown.length) }));
  }
  const tone = at > 0 ? ` tone-${toneOf(change.verdict)}` : "";
  picture.append(s("circle", { class: `end${tone}`, cx: x(shown.length - 1).toFixed(1), cy: y(last(shown)).toFixed(1), r: 2.2 }));
  return picture;
}

/** Estimate and interval of a cost ratio between the thresholds. */
function intervalPlot(finding, limits, { width = 118, height = 18, named = false } = {}) {
  const tall = height + (named ? 18 : 0);
  const picture = s("svg", { class: "interval", viewBox: `0 0 ${width} ${tall}`, width, height: tall, "aria-hidden": "true" });
  const { ratio } = finding ?? {};
  if (!ratio) return picture;
  // Logarithmic, three critical thresholds to each side.
  const reach = Math.log1p(Math.max(limits.critical, 0.01)) * 2.4;
  const x = (value) => width / 2 + (Math.max(-reach, Math.min(reach, Math.log(value))) / reach) * (width / 2 - 5);
  const middle = height / 2;
  const [lower, upper, estimate] = [x(ratio.lower), x(ratio.upper), x(ratio.estimate)];
  const from = x(1 / (1 + limits.improvement));
  picture.append(
    s("rect", { class: "calm-range", x: from, y: 1, width: x(1 + limits.warning) - from, height: height - 2, rx: 2 }),
    s("path", { class: "zero", d: `M${width / 2} 1V${height - 1}` }),
    s("path", { class: "critical", d: `M${x(1 + limits.critical)} 3V${height - 3}` }),
  );
  if (named) {
    const name = (value, text) => s("text", { x: x(value), y: height + 13, "text-anchor": "middle" }, text);
    picture.append(name(1 / (1 + limits.improvement), percent(1 / (1 + limits.improvement))), name(1, "0"), name(1 + limits.critical, percent(1 + limits.critical)));
    if (x(1 + limits.critical) - x(1 + limits.warning) > 46) picture.append(name(1 + limits.warning, percent(1 + limits.warning)));
  }
  const tone = `tone-${toneOf(finding.verdict)}`;
  picture.append(s("path", { class: `bar ${tone}`, d: `M${lower} ${middle}H${upper}` }));
  const arrow = (at, way) => s("path", { class: `tip ${tone}`, d: `M${at} ${middle - 4}l${way * 4} 4l${-way * 4} 4z` });
  if (Math.log(ratio.upper) > reach) picture.append(arrow(width - 5, 1));
  if (Math.log(ratio.lower) < -reach) picture.append(arrow(5, -1));
  picture.append(s("circle", { class: `dot ${tone}`, cx: estimate, cy: middle, r: 3.6 }));
  return picture;
}
