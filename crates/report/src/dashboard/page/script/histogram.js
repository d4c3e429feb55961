// How the samples of the last run are spread.

const MARKS = [["median", "--ink"], ["mean", "--ink-3"], ["p99", "--ink-3"]];

function histogram(benchmark, width = 520) {
  const spread = benchmark.distribution;
  if (!spread) return h("p", { class: "soft" }, "The samples of the last run are not at hand; its result file is gone.");
  const [height, base] = [190, 160];
  const inner = width - 16;
  const { counts, low, high, beyond } = spread;
  const most = Math.max(...counts, 1);
  const step = inner / (counts.length + (beyond > 0 ? 2 : 0));
  const x = (value) => (high > low ? 8 + ((value - low) / (high - low)) * step * counts.length : width / 2);
  const picture = s("svg", { class: "histogram", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Distribution of ${spread.samples} samples: median ${quantity(spread.median, benchmark.unit)}, p99 ${quantity(spread.p99, benchmark.unit)}` });
  const bar = (at, count, extra, words) => {
    const tall = count === 0 ? 0 : Math.max(2, (count / most) * (base - 40));
    return s("rect", { class: `bin ${extra}`, x: 8 + at * step + 0.5, y: base - tall, width: Math.max(1, step - 1), height: tall, rx: 1.5 },
      s("title", {}, words));
  };
  const width1 = (high - low) / counts.length;
  counts.forEach((count, at) => picture.append(bar(at, count, "",
    `${plural(count, "sample")} from ${quantity(low + at * width1, benchmark.unit)} to ${quantity(low + (at + 1) * width1, benchmark.unit)}`)));
  if (beyond > 0) picture.append(bar(counts.length + 1, Math.min(beyond, most), "tail", `${plural(beyond, "sample")} above ${quantity(high, benchmark.unit)}, up to ${quantity(spread.max, benchmark.unit)}`));
  picture.append(s("path", { class: "ground", d: `M8 ${base}H${width - 8}` }));
  let free = -Infinity;
  for (const [name, tint] of MARKS) {
    const at = x(spread[name]);
    if (spread[name] > high) continue;
    const low = at - free < 46;
    picture.append(s("path", { class: "mark-line", d: `M${at} ${low ? 30 : 18}V${base}`, css: { stroke: `var(${tint})` } }));
    free = at;
    picture.append(s("text", { class: "mark-name", x: Math.min(at, width - 26), y: low ? 25 : 12, "text-anchor": low ? "start" : "middle", css: { fill: `var(${tint})` } }, name));
  }
  const labels = high > low ? [low, (low + high) / 2, high] : [low];
  const words = axisLabels(labels, benchmark.unit);
  labels.forEach((value, at) => picture.append(s("text", {
    class: "axis", x: high > low ? 8 + (at / 2) * step * counts.length : width / 2, y: base + 16,
    "text-anchor": high > low ? ["start", "middle", "end"][at] : "middle",
  }, words[at])));
  if (beyond > 0) picture.append(s("text", { class: "axis", x: width - 8, y: base - 8 - Math.max(2, (Math.min(beyond, most) / most) * (base - 40)), "text-anchor": "end" }, `+${beyond}`));
  return picture;
}
