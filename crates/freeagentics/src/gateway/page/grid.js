// The grid world: cells, every agent shown gliding from cell to cell, the chosen one with its trail.

const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const TRAIL = 12;

/** Where within a cell an agent is drawn: a sunflower, so that a crowd stays a crowd of dots. */
function seat(agent, spread) {
  // Angle and radius advance by unrelated irrationals, or the crowd would draw a spiral.
  const radius = Math.sqrt(((agent * 0.7548776662) % 1) * 0.92 + 0.02) * spread;
  return [Math.cos(agent * GOLDEN) * radius, Math.sin(agent * GOLDEN) * radius];
}

class Grid {
  constructor(canvas) {
    Object.assign(this, { canvas, world: null, before: null, arrived: 0, period: 500, trail: [] });
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
  }

  show(world, chosen) {
    const now = performance.now();
    if (this.world) this.period = Math.min(Math.max(now - this.arrived, 60), 1200);
    this.before = this.world?.cells.length === world.cells.length ? this.world.cells : null;
    this.world = world;
    this.arrived = now;
    const cell = world.cells[chosen];
    if (cell !== undefined && this.trail.at(-1) !== cell) this.trail.push(cell);
    if (this.trail.length > TRAIL) this.trail.shift();
  }

  forgetTrail() { this.trail = []; }

  centre(cell, size) {
    const { width } = this.world;
    return [((cell % width) + 0.5) * size, (Math.floor(cell / width) + 0.5) * size];
  }

  place(agent, size, share) {
    const { cells } = this.world;
    const [x, y] = this.centre(cells[agent], size);
    const [dx, dy] = seat(agent, size * 0.42);
    if (!this.before || share >= 1) return [x + dx, y + dy];
    const [fromX, fromY] = this.centre(this.before[agent], size);
    // A leap over more than a neighbour is a gust of the world: no gliding through others' cells.
    if (Math.abs(fromX - x) + Math.abs(fromY - y) > size * 1.5) return [x + dx, y + dy];
    const eased = share * share * (3 - 2 * share);
    return [fromX + (x - fromX) * eased + dx, fromY + (y - fromY) * eased + dy];
  }

  draw(chosen) {
    const { world } = this;
    const { context, width: pixels } = surface(this.canvas);
    if (!world) return;
    const size = pixels / world.width;
    this.cells(context, size);
    const share = this.still.matches ? 1 : (performance.now() - this.arrived) / this.period;
    const radius = Math.max(size * (world.cells.length > 400 ? 0.032 : 0.055), 1.4);
    context.fillStyle = theme.accent;
    context.globalAlpha = world.cells.length > 400 ? 0.75 : 0.9;
    context.beginPath();
    for (let agent = 0; agent < world.cells.length; agent++) {
      const [x, y] = this.place(agent, size, share);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fill();
    context.globalAlpha = 1;
    if (world.cells[chosen] !== undefined) this.chosen(context, chosen, size, share);
  }

  cells(context, size) {
    const { width, height, colours } = this.world;
    for (let cell = 0; cell < width * height; cell++) {
      paintCell(context, colours[cell], (cell % width) * size, Math.floor(cell / width) * size, size);
    }
    context.strokeStyle = theme.line;
    context.lineWidth = 1;
    context.beginPath();
    for (let line = 0; line <= width; line++) {
      context.moveTo(line * size, 0); context.lineTo(line * size, height * size);
      context.moveTo(0, line * size); context.lineTo(width * size, line * size);
    }
    context.stroke();
  }

  chosen(context, chosen, size, share) {
    const [dx, dy] = seat(chosen, size * 0.42);
    const [x, y] = this.place(chosen, size, share);
    context.strokeStyle = context.fillStyle = theme.chosen;
    context.lineCap = context.lineJoin = "round";
    let from = null;
    [...this.trail.slice(0, -1), null].forEach((cell, index) => {
      const to = cell === null ? [x, y] : this.centre(cell, size).map((c, axis) => c + [dx, dy][axis]);
      if (from && Math.hypot(from[0] - to[0], from[1] - to[1]) < size * 1.5) {
        context.globalAlpha = (index + 1) / (this.trail.length + 1);
        context.lineWidth = 2.5;
        context.beginPath();
        context.moveTo(...from);
        context.lineTo(...to);
        context.stroke();
      }
      from = to;
    });
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, Math.max(size * 0.09, 5), 0, 2 * Math.PI);
    context.fill();
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, Math.max(size * 0.17, 9), 0, 2 * Math.PI);
    context.stroke();
  }

  /** The agent drawn nearest to a point in CSS pixels. */
  nearest(x, y) {
    if (!this.world) return null;
    const size = this.canvas.getBoundingClientRect().width / this.world.width;
    let best = null;
    let least = Infinity;
    for (let agent = 0; agent < this.world.cells.length; agent++) {
      const [ax, ay] = this.place(agent, size, 1);
      const distance = (ax - x) ** 2 + (ay - y) ** 2;
      if (distance < least) [best, least] = [agent, distance];
    }
    return best;
  }
}
