// Owns line and bar charts drawn from the JSON beside them. Refuses to fetch: a chart shows what its page counted,
// and the table under it holds the same figures. ECharts is loaded when the first chart comes into view.

const QUIET = "#52606d";

function colour(measure) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--gw-m-${measure || "plain"}`).trim();
}

function series(plot) {
  return plot.series.map((one) => ({
    name: one.name,
    type: one.kind || plot.kind,
    data: one.values,
    itemStyle: { color: colour(one.measure) },
    lineStyle: { width: 2 },
    areaStyle: one.area ? { opacity: 0.08 } : undefined,
    symbol: "circle",
    symbolSize: 5,
    showSymbol: plot.x.length <= 31,
    barMaxWidth: 18,
  }));
}

function option(plot) {
  const family = getComputedStyle(document.body).fontFamily;
  const words = { color: QUIET, fontFamily: family, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: family },
    grid: { left: 8, right: 12, top: 40, bottom: 4, containLabel: true },
    legend: { top: 0, right: 8, itemWidth: 14, itemHeight: 8, textStyle: words },
    // The default tooltip is HTML with style attributes, which the content security policy forbids.
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => value?.toLocaleString("en") },
    xAxis: { type: "category", data: plot.x, axisLabel: words, axisTick: { show: false } },
    yAxis: { type: "value", axisLabel: { ...words, formatter: (value) => value.toLocaleString("en") } },
    series: series(plot),
  };
}

async function draw(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  const plot = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const echarts = await import("../../vendor/echarts/echarts.esm.min.mjs");
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.setOption(option(plot));
  new ResizeObserver(() => chart.resize()).observe(place);
}

const eye = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    eye.unobserve(target);
    draw(target);
  }
});
function watch(root) {
  root.querySelectorAll?.("[data-chart]").forEach((place) => eye.observe(place));
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target)); // a part of the page came in again
