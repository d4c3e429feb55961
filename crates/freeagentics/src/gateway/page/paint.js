// What all canvases share: sharp pixels, theme colours, the heat scale, cell patterns.

const VIRIDIS = [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37]];

/** Colour of a share between 0 and 1 on a scale that colour-blind people can read. */
function heat(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const mix = VIRIDIS[low].map((c, i) => Math.round(c + (VIRIDIS[low + 1][i] - c) * (at - low)));
  return `rgb(${mix})`;
}

/** Sizes a canvas to its box in device pixels; returns a context in CSS pixels. */
function surface(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

let theme = {};
function readTheme() {
  // A canvas cannot resolve light-dark(): let an element do it.
  const probe = document.body.appendChild(document.createElement("i"));
  theme = Object.fromEntries(["back", "card", "line", "ink", "soft", "accent", "chosen", "liked", "shunned"].map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
}

/** What the five outcomes look like: how much they are liked tells tint and pattern. */
const OUTCOMES = [
  { name: "pleasant", liking: 2 },
  { name: "harsh", liking: -4 },
  { name: "what agents seek", liking: 8 },
  { name: "plain", liking: 0 },
  { name: "bleak", liking: -4 },
];

function paintCell(context, outcome, x, y, size) {
  const { liking } = OUTCOMES[outcome] ?? OUTCOMES[3];
  if (liking > 0) {
    context.globalAlpha = liking > 4 ? 0.34 : 0.12;
    context.fillStyle = theme.liked;
    context.fillRect(x, y, size, size);
  } else if (liking < 0) {
    hatch(context, outcome === 1, x, y, size);
  }
  context.globalAlpha = 1;
}

function hatch(context, rising, x, y, size) {
  context.save();
  context.beginPath();
  context.rect(x, y, size, size);
  context.clip();
  context.globalAlpha = 0.3;
  context.strokeStyle = theme.shunned;
  context.lineWidth = 1;
  context.beginPath();
  const gap = Math.max(size / 7, 4);
  for (let d = -size; d < size * 2; d += gap) {
    context.moveTo(x + d, rising ? y + size : y);
    context.lineTo(x + d + size, rising ? y : y + size);
  }
  context.stroke();
  context.restore();
}

function paintLegend(list) {
  const byLiking = OUTCOMES.map((look, outcome) => ({ ...look, outcome })).sort((a, b) => b.liking - a.liking);
  list.replaceChildren(...byLiking.map(({ name, liking, outcome }) => {
    const item = document.createElement("li");
    const swatch = document.createElement("canvas");
    item.append(swatch, `${name} (${liking > 0 ? "+" : ""}${String(liking).replace("-", "−")})`);
    requestAnimationFrame(() => paintCell(surface(swatch).context, outcome, 0, 0, 20));
    return item;
  }));
}
