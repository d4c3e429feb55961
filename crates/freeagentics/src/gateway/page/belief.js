// The chosen agent's belief about where it is, as a heat map with the truth marked.

/** Words for a cell. */
function cellName(cell, width) {
  return `row ${Math.floor(cell / width) + 1}, column ${(cell % width) + 1}`;
}

function drawBelief(canvas, step, width) {
  const { context, width: pixels, height: pixelHeight } = surface(canvas);
  if (!step || step.belief.length === 0 || step.belief.length % width !== 0) return;
  const rows = step.belief.length / width;
  const [w, h] = [pixels / width, pixelHeight / rows];
  const top = Math.max(...step.belief);
  for (let cell = 0; cell < step.belief.length; cell++) {
    // Square root: small beliefs stay visible beside a large one.
    context.fillStyle = heat(Math.sqrt(step.belief[cell] / top));
    context.fillRect((cell % width) * w + 0.5, Math.floor(cell / width) * h + 0.5, w - 1, h - 1);
  }
  if (step.position === null) return;
  const [x, y] = [((step.position % width) + 0.5) * w, (Math.floor(step.position / width) + 0.5) * h];
  for (const [colour, line] of [["#000", 5], ["#fff", 2.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.beginPath();
    context.arc(x, y, Math.min(w, h) * 0.3, 0, 2 * Math.PI);
    context.stroke();
  }
}

function describe(step, width) {
  let likely = 0;
  step.belief.forEach((p, cell) => { if (p > step.belief[likely]) likely = cell; });
  const sure = Math.round(step.belief[likely] * 100);
  const entropy = -step.belief.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0);
  const moves = ["moves up", "moves down", "moves left", "moves right", "stays"];
  const where = step.position === null ? "" : ` It really is at ${cellName(step.position, width)} (white ring).`;
  return `Tick ${step.tick}: most likely at ${cellName(likely, width)} (${sure} %), `
    + `uncertainty ${entropy.toFixed(1)} bits; it ${moves[step.action[0]] ?? "acts"}.${where}`;
}
