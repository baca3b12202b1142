// Owns the drawing of the area map: paper, classes, outlines, names. Pure: takes words, gives a MapLibre style.
// No base map and no glyph server: without a glyphs address MapLibre 6 draws every letter from the reader's fonts.

const LEVELS = ["district", "street", "community", "grid"];
const SHOW_FROM = { district: 0, street: 9.5, community: 11.5, grid: 13 };
// Twelve thousand outlines on a whole city are a grey veil and half the time of a frame.
const OWN_FROM = { district: 0, street: 8, community: 9.5, grid: 9.5 };
const LINE = { district: 1.6, street: 1, community: 0.7, grid: 0.4 };
const FONTS = ["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
const INK = "#2b3542";
const PAPER = "#fafaf7";
const OUTSIDE = "#efeee8";
const NOTHING = "#e2e2dc";

// By number, which is the code: the texts are left out of tiles that show a whole city.
function inSubtree(code) {
  return code ? ["==", ["slice", ["to-string", ["id"]], 0, code.length], code] : true;
}

// An area without figures has no tasks: its counts are zero, while its coverage is nothing to speak of.
function fillColour(ramp, measure) {
  const pairs = ramp.flatMap((colour, at) => [at, colour]);
  const silent = measure === "coverage" ? NOTHING : ramp[0];
  return ["match", ["coalesce", ["feature-state", "rank"], -1], ...pairs, silent];
}

function outline(level, filled, labelLevel) {
  const own = level === filled;
  const always = own || level === labelLevel || level === LEVELS[0];
  return {
    id: `line-${level}`,
    type: "line",
    source: "areas",
    "source-layer": level,
    minzoom: own ? OWN_FROM[level] : always ? 0 : SHOW_FROM[level],
    paint: {
      "line-color": INK,
      "line-opacity": own ? ["interpolate", ["linear"], ["zoom"], 8, 0.05, 10, 0.15, 13, 0.45] : 0.6,
      "line-width": ["interpolate", ["linear"], ["zoom"], 8, LINE[level] * (own ? 0.5 : 0.8), 14, LINE[level] * 2],
    },
  };
}

function names(level, always) {
  return {
    id: `name-${level}`,
    type: "symbol",
    source: "areas",
    "source-layer": "label",
    minzoom: always ? 0 : SHOW_FROM[level],
    filter: ["==", ["get", "level"], level],
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONTS,
      "text-size": ["interpolate", ["linear"], ["zoom"], 8, level === "district" ? 13 : 11, 14, 15],
      "text-padding": 4,
      "text-max-width": 7,
    },
    paint: { "text-color": INK, "text-halo-color": PAPER, "text-halo-width": 1.6 },
  };
}

function hovered(level) {
  return {
    id: "hovered",
    type: "line",
    source: "areas",
    "source-layer": level,
    paint: {
      "line-color": "#0b3d75",
      "line-width": 3,
      "line-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 1, 0],
    },
  };
}

/** Return the style: `level` is filled, `labelLevel` named and hovered, `code` limits both to one subtree. */
export function styleOf({ tiles, level, labelLevel, code, ramp, measure, minzoom, maxzoom }) {
  const source = { type: "vector", tiles: [tiles], minzoom, maxzoom };
  const fill = { type: "fill", source: "areas", "source-layer": level };
  return {
    version: 8,
    sources: { areas: source },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": PAPER } },
      { id: "outside", ...fill, paint: { "fill-color": OUTSIDE } },
      { id: "fill", ...fill, filter: inSubtree(code), paint: { "fill-color": fillColour(ramp, measure), "fill-antialias": false } },
      ...LEVELS.toReversed().map((one) => outline(one, level, labelLevel)),
      hovered(labelLevel),
      ...LEVELS.toReversed().map((one) => names(one, one === labelLevel)),
    ],
  };
}

/** Return the paint of the filled layer for another measure's five colours. */
export { fillColour };
