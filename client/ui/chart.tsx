import { ErrorBoundary, type JSX, lazy, Suspense } from "solid-js";
import { Skeleton } from "./loaded.tsx";

const Canvas = lazy(() => import("./chart-canvas.tsx"));

export type Series = { at: readonly number[]; values: readonly number[] };

/** A line over time. `summary` says in words what it shows; the drawing code loads when the first chart does. */
export function Chart(props: {
  series: Series;
  label: string;
  summary: string;
  stepped?: boolean;
}): JSX.Element {
  return (
    <figure class="min-w-0">
      {/* A picture that can't be drawn must not take the page with it: its words say the same. */}
      <ErrorBoundary fallback={<p class="text-muted">{props.summary}</p>}>
        <Suspense fallback={<Skeleton class="h-44 w-full" />}>
          <Canvas series={props.series} label={props.label} stepped={props.stepped} />
        </Suspense>
      </ErrorBoundary>
      <figcaption class="sr-only">{props.summary}</figcaption>
    </figure>
  );
}
