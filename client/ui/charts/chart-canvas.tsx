import { createEffect, type JSX, on, onCleanup, onMount } from "solid-js";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount, formatMoment } from "../words/format.ts";
import { alignSeries, type Compared, type Series } from "./align-series.ts";

const HEIGHT_PX = 176;

export default function ChartCanvas(props: {
  series: Series;
  label: string;
  stepped?: boolean | undefined;
  daily?: boolean | undefined;
  compared?: Compared | undefined;
}): JSX.Element {
  let container!: HTMLDivElement;
  let plot: uPlot | undefined;
  const data = (): uPlot.AlignedData => {
    const aligned = alignSeries([props.series, ...(props.compared ? [props.compared.series] : [])]);
    return [aligned.at.map((ms) => ms / 1000), ...aligned.values] as uPlot.AlignedData;
  };
  const draw = () => {
    plot?.destroy();
    plot = new uPlot(options(container, props.label, props, props.compared?.label), data(), container);
  };
  onMount(() => {
    draw();
    const resized = new ResizeObserver(() =>
      plot?.setSize({ width: container.clientWidth, height: HEIGHT_PX }),
    );
    resized.observe(container);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    onCleanup(() => {
      resized.disconnect();
      themed.disconnect();
      plot?.destroy();
    });
  });
  createEffect(on(data, (next) => plot?.setData(next), { defer: true }));
  return <div ref={container} class="h-44 w-full overflow-hidden" aria-hidden="true" />;
}

const colour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function options(
  container: HTMLElement,
  label: string,
  { stepped = false, daily = false }: { stepped?: boolean | undefined; daily?: boolean | undefined },
  comparedLabel: string | undefined,
): uPlot.Options {
  const grid = { stroke: colour("line"), width: 1 };
  const axis = { stroke: colour("muted"), grid, ticks: { show: false }, font: "11px system-ui" };
  return {
    width: container.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 } },
    padding: [8, 26, 0, 0],
    plugins: [tooltip(label, daily ? "day" : "second")],
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.08)] } },
    axes: [
      { ...axis, grid: { show: false }, size: 28, space: 70, values: clockValues },
      {
        ...axis,
        size: 52,
        values: (_plot, values) => values.map((value) => (Number.isInteger(value) ? formatCount(value) : "")),
      },
    ],
    series: [
      {},
      {
        label,
        stroke: colour("accent-fill"),
        fill: `${colour("accent-fill")}22`,
        width: 2,
        points: { show: false },
        spanGaps: true,
        ...(stepped ? { paths: uPlot.paths.stepped!({ align: 1 }) } : {}),
      },
      ...(comparedLabel
        ? [
            {
              label: comparedLabel,
              stroke: colour("edge"),
              width: 1.5,
              dash: [5, 4],
              points: { show: false },
              spanGaps: true,
            },
          ]
        : []),
    ],
  };
}

/** Returns the labels of the time axis in the viewer's zone, with a precision that suits the distance between ticks. */
function clockValues(_plot: uPlot, seconds: number[]): string[] {
  const stepSeconds = (seconds[1] ?? 0) - (seconds[0] ?? 0);
  const now = new Date();
  return seconds.map((second) =>
    formatMoment(
      new Date(second * 1000),
      stepSeconds >= 86_400 ? now : new Date(second * 1000),
      precisionFor(stepSeconds),
    ),
  );
}

const precisionFor = (stepSeconds: number) =>
  stepSeconds >= 86_400 ? "day" : stepSeconds < 60 ? "second" : "minute";

function tooltip(label: string, precision: "day" | "second"): uPlot.Plugin {
  const box = document.createElement("div");
  box.className =
    "pointer-events-none absolute z-10 hidden rounded-lg border border-line bg-surface px-2.5 py-1.5 text-xs shadow-raised whitespace-nowrap";
  return {
    hooks: {
      init: (plot) => void plot.over.append(box),
      setCursor: (plot) => {
        const index = plot.cursor.idx;
        const at = index == null ? undefined : plot.data[0][index];
        const value = index == null ? undefined : plot.data[1]?.[index];
        box.classList.toggle("hidden", at === undefined || value == null);
        if (at === undefined || value == null) return;
        box.textContent = `${formatMoment(new Date(at * 1000), new Date(), precision)} · ${formatCount(value)} ${label}`;
        const left = plot.valToPos(at, "x");
        const right = left > plot.over.clientWidth - 180;
        box.style.transform = `translate(${right ? left - box.offsetWidth - 10 : left + 10}px, 8px)`;
      },
    },
  };
}
