// Draws every <canvas class="q-chart" data-chart="{Chart.js configuration as JSON}">.
(() => {
  const draw = (root) => {
    for (const canvas of root.querySelectorAll("canvas.q-chart:not([data-drawn])")) {
      canvas.dataset.drawn = "yes";
      const chart = JSON.parse(canvas.dataset.chart);
      chart.data.datasets.forEach((set, place) => { set.backgroundColor ??= ["#7c3aed", "#c4b5fd", "#0ea5e9", "#94a3b8"][place % 4]; });
      chart.options = { maintainAspectRatio: false, animation: false, ...chart.options };
      new Chart(canvas, chart);
    }
  };
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  document.addEventListener("DOMContentLoaded", () => {
    const dark = document.documentElement.classList.contains("dark");
    Chart.defaults.color = colour(dark ? "--color-base-400" : "--color-base-600");
    Chart.defaults.borderColor = colour(dark ? "--color-base-800" : "--color-base-200");
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    draw(document);
  });
  document.addEventListener("htmx:afterSwap", (event) => draw(event.target));
})();
