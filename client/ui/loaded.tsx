import { For, type JSX, Match, Show, Switch } from "solid-js";
import { codeOf, sentenceOf } from "../data/transport/problem.ts";
import { Button } from "./controls/button.tsx";
import { Icon, type IconName } from "./icon.tsx";

export type Query<T> = {
  data: T | undefined;
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
};

/** Shows a query's data. Until then a skeleton, and on failure what went wrong and what to do. */
export function Loaded<T extends object>(props: {
  query: Query<T>;
  skeleton?: JSX.Element;
  /** The content has the page's heading, so a failure must show a heading too. */
  page?: boolean;
  children: (data: () => T) => JSX.Element;
}): JSX.Element {
  const data = () => props.query.data;
  return (
    <Switch fallback={props.skeleton ?? <SkeletonRows />}>
      <Match when={data()}>{(value) => props.children(value)}</Match>
      <Match when={props.query.isError}>
        <Failure page={props.page} error={props.query.error} retry={() => props.query.refetch()} />
      </Match>
    </Switch>
  );
}

function Failure(props: { page?: boolean | undefined; error: unknown; retry: () => void }): JSX.Element {
  const code = () => codeOf(props.error);
  return (
    <div role="alert">
      <Empty
        icon="warning"
        heading={props.page ?? false}
        title={
          code() === "NOT_FOUND"
            ? "Not found"
            : code() === "FORBIDDEN"
              ? "Not allowed"
              : "This could not be loaded"
        }
        action={
          <Show when={code() !== "NOT_FOUND" && code() !== "FORBIDDEN"}>
            <Button onClick={() => props.retry()}>Try again</Button>
          </Show>
        }
      >
        {sentenceOf(props.error)}
      </Empty>
    </div>
  );
}

/** Shown in place of an empty list, with what to do next. */
export function Empty(props: {
  icon?: IconName;
  title: string;
  /** The title is the page's heading, because nothing else is on the page. */
  heading?: boolean;
  children?: JSX.Element;
  action?: JSX.Element;
}): JSX.Element {
  return (
    <div class="grid justify-items-center gap-2 px-6 py-14 text-center">
      <span class="mb-1 grid size-11 place-items-center rounded-full bg-sunken text-muted">
        <Icon name={props.icon ?? "info"} class="size-5" />
      </span>
      <Show when={props.heading} fallback={<p class="text-base font-semibold">{props.title}</p>}>
        <h1 class="text-base font-semibold">{props.title}</h1>
      </Show>
      <div class="max-w-md text-pretty text-muted">{props.children}</div>
      <div class="mt-3 empty:hidden">{props.action}</div>
    </div>
  );
}

/** A placeholder for content that is loading. */
export function Skeleton(props: { class?: string }): JSX.Element {
  return (
    <div class={`animate-breathe rounded-md bg-sunken ${props.class ?? "h-4 w-full"}`} aria-hidden="true" />
  );
}

export function SkeletonRows(props: { rows?: number }): JSX.Element {
  return (
    <div class="grid gap-4 p-5">
      <span class="sr-only" role="status">
        Loading
      </span>
      <For each={Array.from({ length: props.rows ?? 6 })}>
        {(_, index) => (
          <div class="flex gap-6">
            <Skeleton class={`h-4 ${index() % 2 ? "w-2/5" : "w-1/2"}`} />
            <Skeleton class="h-4 w-1/6" />
            <Skeleton class="hidden h-4 w-1/4 sm:block" />
          </div>
        )}
      </For>
    </div>
  );
}
