// A small line chart over the last while: one or two lines, a readable axis, the latest value.

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** Round numbers for an axis that covers low to high. */
function ticks(low, high, wanted) {
  const raw = (high - low) / wanted || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const out = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-6; at += step) out.push(at);
  return out;
}

class Chart {
  constructor(canvas, { lines, length = 180, fromZero = false, fill = false }) {
    Object.assign(this, { canvas, lines, length, fromZero, fill });
    this.clear();
  }

  clear() { this.values = this.lines.map(() => []); }

  push(line, value) {
    if (!Number.isFinite(value)) return;
    const values = this.values[line];
    values.push(value);
    if (values.length > this.length) values.shift();
  }

  draw() {
    const { context, width, height } = surface(this.canvas);
    const all = this.values.flat();
    if (all.length === 0) return;
    let [low, high] = [this.fromZero ? 0 : Math.min(...all), Math.max(...all)];
    const room = (high - low) * 0.08 || Math.abs(high) * 0.1 || 1;
    if (!this.fromZero) low -= room;
    high += room;
    const [left, bottom] = [44, height - 6];
    const y = (value) => bottom - ((value - low) / (high - low)) * (bottom - 6);
    context.font = "12px system-ui, sans-serif";
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of ticks(low, high, 4)) {
      context.strokeStyle = theme.line;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(left, y(tick));
      context.lineTo(width, y(tick));
      context.stroke();
      context.fillStyle = theme.soft;
      context.fillText(compact.format(tick), left - 6, y(tick));
    }
    this.values.forEach((values, line) => this.line(context, values, this.lines[line], left, width, bottom, y));
    this.canvas.setAttribute("aria-label", `${this.canvas.dataset.name ?? "Chart"}: now ${compact.format(this.values[0].at(-1) ?? 0)}`);
  }

  line(context, values, { colour, dashed }, left, width, bottom, y) {
    if (values.length < 2) return;
    const x = (index) => width - 4 - (values.length - 1 - index) * ((width - left - 8) / (this.length - 1));
    context.beginPath();
    values.forEach((value, index) => context.lineTo(x(index), y(value)));
    context.strokeStyle = theme[colour];
    context.lineWidth = dashed ? 1.5 : 2;
    context.lineJoin = "round";
    context.setLineDash(dashed ? [5, 4] : []);
    context.stroke();
    context.setLineDash([]);
    if (this.fill && !dashed) {
      context.lineTo(x(values.length - 1), bottom);
      context.lineTo(x(0), bottom);
      context.globalAlpha = 0.14;
      context.fillStyle = theme[colour];
      context.fill();
      context.globalAlpha = 1;
    }
    context.fillStyle = theme[colour];
    context.beginPath();
    context.arc(x(values.length - 1), y(values.at(-1)), dashed ? 2 : 3.5, 0, 2 * Math.PI);
    context.fill();
  }
}
