// The map alone, with either source; leaves its figures in window.figures. Times count from the page's start.
import { Map as LibreMap } from "./vendor/maplibre-gl.mjs";

const CITY = [118.358, 31.234, 119.246, 32.606];
const RAMP = ["#e9f3ec", "#c3e2cf", "#ffe08a", "#ff9f43", "#d63939"];
const LINES = { community: ["#90a4b0", 0.5, 10], street: ["#5f7788", 0.8, 9], district: ["#23404f", 1.5, 0] };
const CHANGED = 300;
const ROUNDS = 5;
const PAUSE = 250;

const asked = new URL(location.href).searchParams;
const kind = asked.get("kind") || "tiles";
const [west, south, east, north] = (asked.get("bounds")?.split(",").map(Number)) || CITY;
const grids = kind === "tiles" ? { source: "areas", "source-layer": "grid" } : { source: "areas" };

function sourceOf() {
  if (kind === "geojson") return { type: "geojson", data: `${location.origin}/grids.geojson` };
  return { type: "vector", tiles: [`${location.origin}/tiles/{z}/{x}/{y}.mvt`], minzoom: 7, maxzoom: 13 };
}

function line(level) {
  const [colour, width, minzoom] = LINES[level];
  return {
    id: level, type: "line", source: "areas", "source-layer": level, minzoom,
    paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, width, 13, width * 2.2] },
  };
}

function names(level, minzoom, maxzoom, size) {
  return {
    id: `name-${level}`, type: "symbol", source: "areas", "source-layer": "label", minzoom, maxzoom,
    filter: ["==", ["get", "level"], level],
    layout: { "text-field": ["get", "name"], "text-font": ["Noto Sans CJK SC"], "text-size": size, "text-max-width": 7 },
    paint: { "text-color": "#1f2d38", "text-halo-color": "#ffffff", "text-halo-width": 1.6 },
  };
}

const rank = ["coalesce", ["feature-state", "rank"], 0];
const layers = [
  { id: "grid", type: "fill", ...grids, paint: { "fill-antialias": false, "fill-color": ["match", rank, 1, RAMP[1], 2, RAMP[2], 3, RAMP[3], 4, RAMP[4], RAMP[0]] } },
  { id: "grid-line", type: "line", ...grids, minzoom: 10, paint: { "line-color": "#ffffff", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.25, 13, 1] } },
];
if (kind === "tiles") {
  layers.push({ id: "water", type: "fill", source: "areas", "source-layer": "water", paint: { "fill-color": "#bcdcf0" } });
  layers.push(line("community"), line("street"), line("district"));
  layers.push(names("street", 10.2, 24, 12), names("community", 12.5, 24, 11), names("district", 0, 11, 14));
}

const map = new LibreMap({
  container: "map", attributionControl: false, fadeDuration: 0, interactive: false,
  bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 16 },
  style: { version: 8, sources: { areas: { ...sourceOf(), ...(kind === "geojson" ? { promoteId: "code" } : {}) } }, layers },
});

function idle() {
  return new Promise((resolve) => map.once("idle", resolve));
}

// Wait until the software renderer has really drawn: reading one pixel back waits for everything before it.
function drawn() {
  const gl = map.painter.context.gl;
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

function rest() {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}

// Changes come one by one, seconds apart: each is timed from a standstill, until idle and until drawn.
async function timed(change) {
  await rest();
  const started = performance.now();
  change();
  await idle();
  const idleAt = performance.now() - started;
  drawn();
  return [idleAt, performance.now() - started];
}

function recolour(codes, rankOf) {
  const where = { source: "areas", ...(kind === "tiles" ? { sourceLayer: "grid" } : {}) };
  return timed(() => {
    for (const id of codes) map.setFeatureState({ ...where, id }, { rank: rankOf(id) });
  });
}

function median(times, at) {
  return times.map((one) => one[at]).sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

await idle();
const firstIdle = performance.now();
const shown = new Set(map.queryRenderedFeatures({ layers: ["grid"] }).map((one) => one.id ?? one.properties.code));
const codes = [...shown].sort();
const all = await recolour(codes, (code) => [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4][Number(BigInt(code) * 7919n % 13n)]);
const repaints = [];
const changes = [];
const stride = Math.max(1, Math.floor(codes.length / CHANGED));
for (let round = 0; round < ROUNDS; round += 1) {
  repaints.push(await timed(() => map.triggerRepaint()));
  const some = codes.filter((_, at) => at % stride === round).slice(0, CHANGED);
  changes.push(await recolour(some, () => 1 + ((round + 1) % 4)));
}
// The floor of this machine and moment: a frame with nothing on it.
const shownLayers = layers.map((one) => one.id);
for (const id of shownLayers) map.setLayoutProperty(id, "visibility", "none");
await idle();
const empty = [];
for (let round = 0; round < ROUNDS; round += 1) empty.push(await timed(() => map.triggerRepaint()));
for (const id of shownLayers) map.setLayoutProperty(id, "visibility", "visible");
await idle();

window.figures = {
  first_idle_ms: firstIdle,
  recolour_all_ms: all[0],
  empty_frame_drawn_ms: median(empty, 1),
  repaint_ms: median(repaints, 0),
  repaint_drawn_ms: median(repaints, 1),
  recolour_300_ms: median(changes, 0),
  recolour_300_drawn_ms: median(changes, 1),
  grids_shown: shown.size,
};
