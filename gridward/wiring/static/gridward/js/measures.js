// Owns how a measure becomes one of five classes, and how classes are worded. Pure; no map, no page.
// A row of figures is [open, late, done, due].

const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const SHAPE = [1, 3, 6, 10];
const COVERAGE_STEPS = [60, 80, 90, 100];
const CLASSES = 5;
export const NO_FIGURE = -1;

const READ = {
  open: ([open]) => open,
  late: ([, late]) => late,
  coverage: ([, , done, due]) => (due ? (100 * done) / due : null),
};

/** Return the measure's value of one row of figures, or null where there is nothing to say. */
export function valueOf(measure, figures) {
  return figures ? READ[measure](figures) : null;
}

/** Return the lower ends of classes 1 to 4 of figures by code: grown until the ninth tenth fits in. */
export function stepsOf(measure, areas) {
  if (measure === "coverage") return COVERAGE_STEPS;
  const values = Object.values(areas).map(READ[measure]).filter(Boolean).sort((a, b) => a - b);
  const high = values[Math.floor(values.length * 0.9)] || 0;
  const unit = NICE.find((nice) => nice * SHAPE.at(-1) >= high) || NICE.at(-1);
  return SHAPE.map((step) => (unit === 1 ? step : step === 1 ? 1 : step * unit));
}

/** Return the class 0 to 4 of a value, or NO_FIGURE. */
export function classOf(value, steps) {
  if (value === null || value === undefined) return NO_FIGURE;
  return steps.filter((step) => value >= step).length;
}

/** Word the five classes: "0", "1–2", "3–5", "6–9", "10+"; shares end with "100 %". */
export function wordsOf(measure, steps) {
  const write = (value) => value.toLocaleString("en");
  if (measure === "coverage") {
    const ends = steps.map((step, at) => (at === steps.length - 1 ? `${step} %` : `${step}–${steps[at + 1]}`));
    return [`< ${steps[0]}`, ...ends];
  }
  return Array.from({ length: CLASSES }, (_unused, at) => {
    if (at === 0) return steps[0] === 1 ? "0" : `0–${write(steps[0] - 1)}`;
    if (at === CLASSES - 1) return `${write(steps[at - 1])}+`;
    const last = steps[at] - 1;
    return last === steps[at - 1] ? write(last) : `${write(steps[at - 1])}–${write(last)}`;
  });
}

/** Word a value for the hover box and the table: counts with separators, shares rounded down. */
export function wordOf(measure, value) {
  if (value === null || value === undefined) return "–";
  return measure === "coverage" ? `${(Math.floor(value * 10) / 10).toFixed(1)} %` : value.toLocaleString("en");
}
