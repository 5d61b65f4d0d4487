import { ErrorBoundary, type JSX, lazy, Show, Suspense } from "solid-js";
import { Skeleton } from "../loaded.tsx";
import type { Compared, Series } from "./align-series.ts";

const Canvas = lazy(() => import("./chart-canvas.tsx"));

export type { Series } from "./align-series.ts";

/** A line over time. `summary` says in words what it shows. The drawing code loads with the first chart. */
export function Chart(props: {
  series: Series;
  label: string;
  summary: string;
  stepped?: boolean;
  /** Its points are days. */
  daily?: boolean;
  compared?: Compared | undefined;
}): JSX.Element {
  return (
    <figure class="min-w-0">
      <Show when={props.compared}>
        {(compared) => (
          <p class="mb-1 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted" aria-hidden="true">
            <span class="flex items-center gap-2">
              <span class="h-0.5 w-5 rounded bg-accent-fill" /> {props.label}
            </span>
            <span class="flex items-center gap-2">
              <span class="w-5 border-t-2 border-dashed border-edge" /> {compared().label}
            </span>
          </p>
        )}
      </Show>
      {/* If the chart can't be drawn, its summary is shown. The rest of the page must still work. */}
      <ErrorBoundary fallback={<p class="text-muted">{props.summary}</p>}>
        <Suspense fallback={<Skeleton class="h-44 w-full" />}>
          <Canvas
            series={props.series}
            label={props.label}
            stepped={props.stepped}
            daily={props.daily}
            compared={props.compared}
          />
        </Suspense>
      </ErrorBoundary>
      <figcaption class="sr-only">{props.summary}</figcaption>
    </figure>
  );
}
