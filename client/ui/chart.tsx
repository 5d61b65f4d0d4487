import { ErrorBoundary, type JSX, lazy, Show, Suspense } from "solid-js";
import type { Series } from "./align-series.ts";
import { Skeleton } from "./loaded.tsx";

const Canvas = lazy(() => import("./chart-canvas.tsx"));

export type { Series } from "./align-series.ts";

/** A second line to hold the first against, dashed. */
export type Compared = { series: Series; label: string };

/** A line over time. `summary` says in words what it shows; the drawing code loads when the first chart does. */
export function Chart(props: {
  series: Series;
  label: string;
  summary: string;
  stepped?: boolean;
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
      {/* A picture that can't be drawn must not take the page with it: its words say the same. */}
      <ErrorBoundary fallback={<p class="text-muted">{props.summary}</p>}>
        <Suspense fallback={<Skeleton class="h-44 w-full" />}>
          <Canvas
            series={props.series}
            label={props.label}
            stepped={props.stepped}
            compared={props.compared}
          />
        </Suspense>
      </ErrorBoundary>
      <figcaption class="sr-only">{props.summary}</figcaption>
    </figure>
  );
}
