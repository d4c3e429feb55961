// Verdicts as people meet them: a word, a shape and a colour each, so that no one of them is needed alone.

const VERDICTS = {
  regression: { word: "regression", tone: "worse", rank: 0, shape: "up" },
  failed: { word: "failed", tone: "worse", rank: 1, shape: "cross" },
  missing: { word: "missing", tone: "warn", rank: 2, shape: "hole" },
  warning: { word: "warning", tone: "warn", rank: 3, shape: "up-open" },
  not_comparable: { word: "not comparable", tone: "open", rank: 4, shape: "unequal" },
  inconclusive: { word: "undecided", tone: "open", rank: 5, shape: "question" },
  improvement: { word: "improvement", tone: "better", rank: 6, shape: "down" },
  unchanged: { word: "unchanged", tone: "calm", rank: 7, shape: "equal" },
  new: { word: "new", tone: "calm", rank: 8, shape: "plus" },
  none: { word: "no baseline", tone: "calm", rank: 9, shape: "dot" },
};

const SHAPES = {
  up: { solid: "M8 2.5l6 10.5H2z" },
  "up-open": { line: "M8 3.5l5 9H3z" },
  down: { solid: "M8 13.5L2 3h12z" },
  cross: { line: "M4 4l8 8M12 4l-8 8" },
  hole: { line: "M8 3a5 5 0 1 1 0 10 5 5 0 0 1 0-10M4.5 11.5l7-7" },
  unequal: { line: "M3 6h10M3 10h10M10.5 3l-5 10" },
  question: { line: "M5.6 6a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2.9-1.2 1.9M8 12.6v.1" },
  equal: { line: "M4 6.2h8M4 9.8h8" },
  plus: { line: "M8 4v8M4 8h8" },
  dot: { line: "M8 8v.1" },
  met: { line: "M3.5 8.5l3 3 6-7" },
};

/** The shape of a verdict. */
function icon(shape) {
  const { solid, line } = SHAPES[shape] ?? SHAPES.dot;
  return s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
    s("path", solid ? { d: solid, class: "solid" } : { d: line, class: "line" }));
}

/** Shape and word of a verdict. */
function badge(verdict, text) {
  const { word, tone, shape } = VERDICTS[verdict] ?? VERDICTS.none;
  return h("span", { class: `badge tone-${tone}` }, icon(shape), text ?? word);
}

/** Better, worse or neither, by sign of the change. */
const toneOf = (verdict) => (VERDICTS[verdict] ?? VERDICTS.none).tone;
