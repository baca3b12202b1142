// Owns the map on a page: one [data-map] section, its switch, legend, hover box, table and live figures.
// Refuses to keep figures of its own: it asks data-status once; fresh ones come with the live parts of the page, as
// JSON in the hidden #map-figures (see live.js), so that an open board asks one question and not two.

import { Map as LibreMap, NavigationControl } from "../../vendor/maplibre-gl/maplibre-gl.mjs";
import { fillColour, styleOf } from "./map_style.js";
import { classOf, stepsOf, valueOf, wordOf, wordsOf } from "./measures.js";

const MEASURES = ["open", "late", "coverage"];
const FIGURES = "map-figures"; // the part of the page that carries them
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
    this.status = { areas: {} };
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
      fitBoundsOptions: { padding: 16 },
      localIdeographFontFamily: "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif",
      locale: {
        "Map.Title": this.words.mapLabel,
        "NavigationControl.ZoomIn": this.words.zoomIn,
        "NavigationControl.ZoomOut": this.words.zoomOut,
      },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: false,
      fadeDuration: 0,
    });
    map.setMinZoom(map.getZoom() - OUT);
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    return map;
  }

  #listen() {
    for (const input of this.section.querySelectorAll(".gw-switch input")) {
      input.addEventListener("change", () => this.#show(input.value));
    }
    this.map.on("mousemove", "fill", (event) => this.#point(event));
    this.map.on("mouseleave", "fill", () => this.#leave());
    this.map.on("click", "fill", (event) => this.#click(event));
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
    const { as_of: before, areas: old } = this.status;
    if (before && Date.parse(fresh.as_of) < Date.parse(before)) return;
    this.status = fresh;
    const codes = Object.keys({ ...old, ...fresh.areas });
    this.#paint(codes.filter((code) => String(old[code]) !== String(fresh.areas[code])));
    this.#tabulate(fresh.below || fresh.areas);
  }

  #show(measure) {
    this.measure = measure;
    this.map.setPaintProperty("fill", "fill-color", fillColour(ramp(measure), measure));
    this.#paint(null);
  }

  // `codes` are those that changed; null paints all of them, as does a change of the class limits.
  #paint(codes) {
    const steps = stepsOf(this.measure, this.status);
    const moved = String(steps) !== this.steps;
    this.steps = String(steps);
    const all = moved || !codes ? Object.keys(this.status.areas) : [];
    for (const code of new Set([...all, ...(codes || [])])) {
      const rank = classOf(valueOf(this.measure, this.status.areas[code]), steps);
      this.map.setFeatureState(this.#feature(this.set.level, code), { rank });
    }
    this.#legend(steps);
    this.section.dataset.painted = this.status.as_of || "now";
  }

  #feature(level, code) {
    return { source: "areas", sourceLayer: level, id: Number(code) };
  }

  #legend(steps) {
    const legend = this.section.querySelector("[data-map-legend]");
    const title = document.createElement("strong");
    title.textContent = this.words[this.measure];
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
    if (this.set.level === this.set.labelLevel) this.#mark(code);
    const link = document.createElement("a");
    link.href = this.#address(code);
    link.textContent = properties.name || code;
    const figures = this.status.areas[code];
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
