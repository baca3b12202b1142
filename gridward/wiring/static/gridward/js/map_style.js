// Owns the drawing of the area map: paper, classes, outlines, names. Pure: takes words, gives a MapLibre style.
// No base map and no glyph server: without a glyphs address MapLibre 6 draws every letter from the reader's fonts.

const LEVELS = ["district", "street", "community", "grid"];
const SHOW_FROM = { district: 0, street: 9.5, community: 11.5, grid: 13 };
// Twelve thousand outlines on a whole city are a grey veil and half the time of a frame.
const OWN_FROM = { district: 0, street: 8, community: 9.5, grid: 9.5 };
const LINE = { district: 1.6, street: 1, community: 0.7, grid: 0.4 };
const FONTS = ["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "sans-serif"];
// Below this zoom a grid is a speck: the areas the table lists are coloured instead, so that both say the same.
export const FINE_FROM = 11;
const ASIDE = ["center", "left", "right", "top", "bottom", "top-left", "bottom-right", "top-right", "bottom-left"];
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
      "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11, 10, level === "district" ? 13 : 11, 14, 15],
      "text-padding": 1,
      "text-max-width": 7,
      // In the old town districts are smaller than their names: a name moves aside, its edge still on its own area,
      // before it is left out.
      ...(always ? { "text-variable-anchor": ASIDE } : {}),
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

// What is filled: the areas of the table from far, `level` from near.
function fills(level, labelLevel, code, paint) {
  const layer = { type: "fill", source: "areas", filter: inSubtree(code), paint };
  const near = { id: "fill", ...layer, "source-layer": level };
  if (level === labelLevel) return [near];
  return [
    { id: "fill-far", ...layer, "source-layer": labelLevel, maxzoom: FINE_FROM },
    { ...near, minzoom: FINE_FROM },
  ];
}

/**
 * Return the style: `labelLevel` is named and hovered, and filled from far; `level` is filled from near; `code` limits
 * both to one subtree.
 */
export function styleOf({ tiles, level, labelLevel, code, ramp, measure, minzoom, maxzoom }) {
  const source = { type: "vector", tiles: [tiles], minzoom, maxzoom };
  const paint = { "fill-color": fillColour(ramp, measure), "fill-antialias": false };
  const outside = { id: "outside", type: "fill", source: "areas", "source-layer": LEVELS[0] };
  return {
    version: 8,
    sources: { areas: source },
    layers: [
      { id: "paper", type: "background", paint: { "background-color": PAPER } },
      { ...outside, paint: { "fill-color": OUTSIDE } },
      ...fills(level, labelLevel, code, paint),
      ...LEVELS.toReversed().map((one) => outline(one, level, labelLevel)),
      hovered(labelLevel),
      ...LEVELS.toReversed().map((one) => names(one, one === labelLevel)),
    ],
  };
}

/** Return the paint of the filled layer for another measure's five colours. */
export { fillColour };
