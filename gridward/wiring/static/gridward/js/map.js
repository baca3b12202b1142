// Owns the map on a page: one [data-map] section, its switch, legend, hover box, table and live figures.
// Refuses to keep figures of its own: it asks data-status once; fresh ones come with the live parts of the page, as
// JSON in the hidden #map-figures (see live.js), so that an open board asks one question and not two.

import { Map as LibreMap, NavigationControl } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { FINE_FROM, fillColour, styleOf } from "./map_style.js";
import { classOf, stepsOf, valueOf, wordOf, wordsOf } from "./measures.js";

const MEASURES = ["open", "late", "coverage"];
const FIGURES = "map-figures"; // the part of the page that carries them
const LAYERS = ["fill", "fill-far"]; // what is coloured, from near and from far
const OUT = 1; // how many levels one may zoom out beyond the whole

function ramp(measure) {
  const root = getComputedStyle(document.documentElement);
  return [0, 1, 2, 3, 4].map((at) => root.getPropertyValue(`--gw-ramp-${measure}-${at}`).trim());
}

function absolute(url) {
  return url.startsWith("/") ? location.origin + url : url;
}

class AreaMap {
  constructor(section) {
    this.section = section;
    this.set = section.dataset;
    this.words = section.querySelector("[data-map-texts]").dataset;
    this.hover = section.querySelector("[data-map-hover]");
    this.measure = section.querySelector(".gw-switch input:checked")?.value || "open";
    this.status = { areas: {}, below: {} };
    this.steps = {}; // the limits of the classes, of `areas` and of `below`
    this.under = null;
    this.map = this.#createMap();
    this.isLoaded = false; // before, nothing can be painted, and what came until then is asked for anyway
    this.map.once("load", () => {
      this.isLoaded = true;
      this.#ask();
    });
    this.#listen();
  }

  #createMap() {
    const [west, south, east, north] = this.set.bounds.split(",").map(Number);
    const map = new LibreMap({
      container: this.section.querySelector("[data-map-canvas]"),
      style: styleOf({
        tiles: absolute(this.set.tiles),
        level: this.set.level,
        labelLevel: this.set.labelLevel,
        code: this.set.code,
        ramp: ramp(this.measure),
        measure: this.measure,
        minzoom: Number(this.set.minzoom),
        maxzoom: Number(this.set.maxzoom),
      }),
      bounds: [[west, south], [east, north]],
      fitBoundsOptions: { padding: { top: 16, left: 16, right: 16, bottom: 76 } }, // the legend, two rows on a phone
      localIdeographFontFamily: "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
      locale: {
        "Map.Title": this.words.mapLabel,
        "NavigationControl.ZoomIn": this.words.zoomIn,
        "NavigationControl.ZoomOut": this.words.zoomOut,
      },
      minZoom: Number(this.set.minzoom), // farther out there are no tiles, and so no map
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: false,
      fadeDuration: 0,
    });
    map.setMinZoom(Math.max(map.getZoom() - OUT, map.getMinZoom()));
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    return map;
  }

  #listen() {
    for (const input of this.section.querySelectorAll(".gw-switch input")) {
      input.addEventListener("change", () => this.#show(input.value));
    }
    for (const layer of LAYERS) {
      this.map.on("mousemove", layer, (event) => this.#point(event));
      this.map.on("mouseleave", layer, () => this.#leave());
      this.map.on("click", layer, (event) => this.#click(event));
    }
    this.map.on("zoom", () => {
      if (this.shownFar !== this.#isFar()) this.#legend();
    });
    for (const row of this.section.querySelectorAll("[data-area]")) {
      for (const kind of ["mouseenter", "focusin"]) row.addEventListener(kind, () => this.#mark(row.dataset.area));
      for (const kind of ["mouseleave", "focusout"]) row.addEventListener(kind, () => this.#mark(null));
    }
    document.addEventListener("htmx:load", ({ target }) => {
      if (target.id === FIGURES && this.isLoaded && target.textContent) this.#take(JSON.parse(target.textContent));
    });
  }

  async #ask() {
    const answer = await fetch(this.set.status, { headers: { Accept: "application/json" } });
    if (answer.ok) this.#take(await answer.json());
  }

  // Takes over all figures at once; an older answer that was overtaken is dropped.
  #take(fresh) {
    const before = this.status;
    if (before.as_of && Date.parse(fresh.as_of) < Date.parse(before.as_of)) return;
    this.status = { below: fresh.areas, ...fresh };
    this.#paint(before);
    this.#tabulate(this.status.below);
  }

  #show(measure) {
    this.measure = measure;
    for (const layer of LAYERS.filter((one) => this.map.getLayer(one))) {
      this.map.setPaintProperty(layer, "fill-color", fillColour(ramp(measure), measure));
    }
    this.#paint(null);
  }

  // Paints what differs from `before`; without it, and where the limits of the classes moved, everything.
  #paint(before) {
    for (const [level, kind] of [[this.set.level, "areas"], [this.set.labelLevel, "below"]]) {
      if (kind === "below" && level === this.set.level) continue; // the same areas: `areas` has painted them
      const fresh = this.status[kind];
      const steps = stepsOf(this.measure, fresh);
      const moved = String(steps) !== String(this.steps[kind]);
      this.steps[kind] = steps;
      const old = before && !moved ? before[kind] : {};
      for (const code of Object.keys({ ...old, ...fresh })) {
        if (String(old[code]) === String(fresh[code])) continue;
        const rank = classOf(valueOf(this.measure, fresh[code]), steps);
        this.map.setFeatureState(this.#feature(level, code), { rank });
      }
    }
    this.#legend();
    this.section.dataset.painted = this.status.as_of || "now";
  }

  // From far the map is coloured by the areas of the table, from near by the grids.
  #isFar() {
    return this.set.level !== this.set.labelLevel && this.map.getZoom() < FINE_FROM;
  }

  #feature(level, code) {
    return { source: "areas", sourceLayer: level, id: Number(code) };
  }

  #legend() {
    this.shownFar = this.#isFar();
    const steps = this.steps[this.shownFar ? "below" : "areas"];
    if (!steps) return; // no figures have come yet
    const legend = this.section.querySelector("[data-map-legend]");
    const title = document.createElement("strong");
    title.textContent = `${this.words[this.measure]} · ${this.shownFar ? this.words.far : this.words.near}`;
    const entries = wordsOf(this.measure, steps).map((words, at) => {
      const entry = document.createElement("span");
      entry.className = `gw-swatch gw-swatch-${this.measure}-${at}`;
      entry.textContent = words;
      return entry;
    });
    legend.replaceChildren(title, ...entries);
    const asOf = this.section.querySelector("[data-map-as-of]");
    // The server writes the city's time, which is what counts, wherever the reader's clock stands.
    if (this.status.as_of) {
      asOf.textContent = `${this.words.asOf} ${this.status.as_of.slice(0, 16).replace("T", " ")}`;
    }
  }

  #tabulate(areas) {
    for (const row of this.section.querySelectorAll("[data-area]")) {
      const figures = areas[row.dataset.area];
      if (!figures) continue;
      for (const measure of MEASURES) {
        row.querySelector(`[data-cell=${measure}]`).textContent = wordOf(measure, valueOf(measure, figures));
      }
      row.querySelector("[data-cell=late]").classList.toggle("gw-late", figures[1] > 0);
    }
  }

  #mark(code) {
    if (this.under === code) return;
    if (this.under) this.map.setFeatureState(this.#feature(this.set.labelLevel, this.under), { hover: false });
    if (code) this.map.setFeatureState(this.#feature(this.set.labelLevel, code), { hover: true });
    this.under = code;
  }

  #point(event) {
    const [{ id, properties }] = event.features;
    const code = String(id);
    this.map.getCanvas().classList.add("gw-over");
    if (this.set.level === this.set.labelLevel || this.#isFar()) this.#mark(code);
    const link = document.createElement("a");
    link.href = this.#address(code);
    link.textContent = properties.name || code;
    const figures = this.status[this.#isFar() ? "below" : "areas"][code];
    const words = MEASURES.map((one) => `${this.words[one]}: ${wordOf(one, valueOf(one, figures))}`);
    this.hover.replaceChildren(link, ...(figures ? words : [this.words.nothing]).map((text) => {
      const line = document.createElement("span");
      line.textContent = text;
      return line;
    }));
    this.hover.hidden = false;
    const canvas = this.map.getCanvas();
    const left = Math.min(event.point.x + 14, canvas.clientWidth - this.hover.offsetWidth - 8);
    const top = Math.min(event.point.y + 14, canvas.clientHeight - this.hover.offsetHeight - 8);
    this.hover.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, top)}px)`;
  }

  #leave() {
    this.map.getCanvas().classList.remove("gw-over");
    this.hover.hidden = true;
    this.#mark(null);
  }

  // A finger has no hover: its first touch shows the box, whose link leads on.
  #click(event) {
    if (event.originalEvent.pointerType === "touch") this.#point(event);
    else location.assign(this.#address(String(event.features[0].id)));
  }

  #address(code) {
    return this.set.areaUrl.replace("{code}", code);
  }
}

for (const section of document.querySelectorAll("[data-map]")) {
  try {
    section.areaMap = new AreaMap(section);
  } catch {
    // No WebGL: the table beside the map holds the same figures.
    section.classList.add("gw-map-without");
    section.querySelector("[data-map-fail]").hidden = false;
  }
}
