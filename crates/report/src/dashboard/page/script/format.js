// Numbers and times as people read them; the same rules as on the terminal.

const SCALES = {
  ns: [1e3, ["ns", "µs", "ms", "s"]],
  B: [1024, ["B", "KiB", "MiB", "GiB", "TiB"]],
  "1/s": [1e3, ["/s", "k/s", "M/s", "G/s"]],
  count: [1e3, ["", "k", "M", "G"]],
};

function digits(value) {
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (size < 1e-3 || size >= 1e6) return value.toExponential(2);
  if (size >= 99.95) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  return size >= 0.9995 ? value.toFixed(2) : value.toFixed(3);
}

/** `value` with its unit, scaled to the usual prefix: 1234567 ns is "1.23 ms". */
function quantity(value, unit) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const scale = SCALES[unit];
  if (!scale) return unit === "ratio" ? `${digits(value)}×` : `${digits(value)} ${unit}`;
  const [step, prefixes] = scale;
  let index = 0;
  while (Math.abs(value) >= 999.5 && index + 1 < prefixes.length) {
    value /= step;
    index += 1;
  }
  return `${digits(value)} ${prefixes[index]}`.trim();
}

/** Labels for an axis: one unit for all, as many decimals as they need to differ. */
function axisLabels(values, unit) {
  const top = Math.max(...values.map(Math.abs));
  const [step, prefixes] = SCALES[unit] ?? [1, [unit === "ratio" ? "×" : unit]];
  let index = 0;
  let by = 1;
  while (top / by >= 999.5 && index + 1 < prefixes.length) {
    by *= step;
    index += 1;
  }
  const gap = values.length > 1 ? Math.abs(values[1] - values[0]) / by : 1;
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(gap || 1) + 1e-9)));
  return values.map((value) => `${(value / by).toFixed(decimals)} ${prefixes[index]}`.trim());
}

/** A relative change as a signed percentage, from a ratio: 1.034 is "+3.4 %". */
function percent(ratio) {
  if (ratio === null || ratio === undefined) return "–";
  const change = (ratio - 1) * 100;
  const size = Math.abs(change);
  const text = size >= 1e6 ? size.toExponential(1) : size >= 99.95 ? size.toFixed(0) : size.toFixed(1);
  const sign = Number(text) === 0 ? "±" : change < 0 ? "−" : "+";
  return `${sign}${text} %`;
}

const DAY = 86_400_000;
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** "3 days ago", from the page's own now. */
function age(time, now) {
  const passed = now - time;
  if (passed < 0) return "in the future";
  if (passed < 90_000) return "just now";
  if (passed < 5_400_000) return `${plural(Math.round(passed / 60_000), "minute")} ago`;
  if (passed < 1.5 * DAY) return `${plural(Math.round(passed / 3_600_000), "hour")} ago`;
  return `${plural(Math.round(passed / DAY), "day")} ago`;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const momentFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
});
const day = (time) => (Number.isFinite(time) ? dayFormat.format(time) : "unknown day");
const moment = (time) => (Number.isFinite(time) ? `${momentFormat.format(time)} UTC` : "unknown time");

const dayOnly = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const hourOnly = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** Labels for a time axis, in seconds: days where they differ by days, else hours. */
function timeLabels(splits) {
  const days = splits.length < 2 || splits[1] - splits[0] >= 86_400;
  return splits.map((split) => (days || split % 86_400 === 0 ? dayOnly : hourOnly).format(split * 1e3));
}

/** The first seven digits of a commit. */
const short = (commit) => (commit ? String(commit).slice(0, 7) : null);
