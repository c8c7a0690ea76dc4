// The plots of the supervisor's board, from the JSON in the page. Drawn on a canvas with tips drawn on it too: the
// policy allows no inline style, which a tip in HTML would need. Colours come from the tokens of app.css.
(function () {
  "use strict";
  const source = document.getElementById("board-data");
  if (!source || !window.echarts) return;
  const data = JSON.parse(source.textContent);
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue("--" + name).trim();
  const fills = { red: "#c3222a", amber: "#d98300", green: "#2f9e58", slate: "#5b7397" };
  const font = style.getPropertyValue("--tblr-font-sans-serif").trim();
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const label = { color: token("ink"), fontFamily: font, fontSize: 12 };
  const grid = { left: 8, right: 16, top: 16, bottom: 8, containLabel: true };
  const numbers = {
    type: "value", minInterval: 1, axisLabel: { ...label, color: token("ink-soft") },
    splitLine: { lineStyle: { color: token("line") } },
  };
  // red, amber and green differ by pattern as well
  const decals = { red: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: 0.8, color: "rgba(255,255,255,.35)" }, amber: { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.5, color: "rgba(255,255,255,.5)" } };

  function series(each, stack) {
    return {
      name: each.name, type: "bar", stack: stack ? "all" : undefined, data: each.values, barMaxWidth: stack ? 22 : 44,
      itemStyle: { color: fills[each.tone], decal: stack ? decals[each.tone] : undefined, borderRadius: stack ? 0 : [3, 3, 0, 0] },
      label: { show: !stack, position: "top", ...label, formatter: (point) => (point.value ? String(point.value) : "") },
      emphasis: { focus: stack ? "series" : "none" },
    };
  }

  function option(chart, lying, narrow) {
    const names = {
      type: "category", data: chart.labels, inverse: lying, axisTick: { show: false },
      axisLine: { lineStyle: { color: token("line-strong") } },
      axisLabel: { ...label, interval: narrow && !lying && chart.labels.length > 8 ? 1 : 0, width: lying ? (narrow ? 110 : 240) : undefined, overflow: lying ? "truncate" : "none", lineHeight: 16 },
    };
    return {
      animation: !still, grid: lying ? { ...grid, top: 36 } : grid,
      legend: lying ? { top: 4, left: 8, itemWidth: 14, itemHeight: 10, textStyle: label } : undefined,
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, textStyle: label, backgroundColor: token("paper"), borderColor: token("line-strong") },
      xAxis: lying ? numbers : names, yAxis: lying ? names : numbers,
      series: chart.series.map((each) => series(each, lying)),
    };
  }

  document.querySelectorAll("[data-chart]").forEach((place) => {
    const chart = data[place.dataset.chart];
    const lying = Boolean(chart.urls);
    if (lying) place.style.height = Math.max(160, 72 + chart.labels.length * 34) + "px";
    const plot = window.echarts.init(place, null, { renderer: "canvas" });
    const draw = () => plot.setOption(option(chart, lying, place.clientWidth < 480));
    draw();
    if (lying) plot.on("click", (point) => { window.location.href = chart.urls[point.dataIndex]; });
    new ResizeObserver(() => { plot.resize(); draw(); }).observe(place);
  });
})();
