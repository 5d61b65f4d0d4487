import { A } from "@solidjs/router";
import { createEffect, type JSX, onCleanup, Show } from "solid-js";
import { Icon } from "./icon.tsx";

/** Sets the window's title while the page is shown. */
export function useTitle(title: () => string): void {
  createEffect(() => {
    document.title = `${title()} · smscrm`;
  });
  onCleanup(() => {
    document.title = "smscrm";
  });
}

/** The head of a page: a link back, the title, the status and the actions. */
export function PageHead(props: {
  title: string;
  /** The window's title, if the heading alone would be vague. */
  windowTitle?: string;
  back?: { href: string; label: string };
  status?: JSX.Element;
  lead?: JSX.Element;
  actions?: JSX.Element;
}): JSX.Element {
  useTitle(() => props.windowTitle ?? props.title);
  return (
    <header class="mb-6">
      <Show when={props.back}>
        {(back) => (
          <A
            href={back().href}
            class="mb-2 -ml-1 inline-flex items-center gap-1 rounded text-muted hover:text-ink"
          >
            <Icon name="left" /> {back().label}
          </A>
        )}
      </Show>
      <div class="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div class="min-w-0">
          <div class="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
            <h1 class="min-w-0 text-2xl font-semibold tracking-tight wrap-anywhere">{props.title}</h1>
            {props.status}
          </div>
          <Show when={props.lead}>
            <div class="mt-1.5 max-w-3xl text-pretty text-muted">{props.lead}</div>
          </Show>
        </div>
        <div class="flex flex-wrap items-center gap-2 empty:hidden">{props.actions}</div>
      </div>
    </header>
  );
}

export function Card(props: {
  title?: string;
  hint?: JSX.Element;
  actions?: JSX.Element;
  /** The content reaches the edges, for tables and lists. */
  flush?: boolean;
  class?: string;
  children: JSX.Element;
}): JSX.Element {
  return (
    <section class={`min-w-0 rounded-xl border border-line bg-surface shadow-card ${props.class ?? ""}`}>
      <Show when={props.title}>
        <div
          class={`flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-5 pt-4 ${props.flush ? "border-b border-line pb-3" : ""}`}
        >
          <div>
            <h2 class="text-[0.9375rem] font-semibold">{props.title}</h2>
            <Show when={props.hint}>
              <div class="mt-0.5 text-[0.8125rem] text-muted">{props.hint}</div>
            </Show>
          </div>
          {props.actions}
        </div>
      </Show>
      <div class={props.flush ? "" : "p-5"}>{props.children}</div>
    </section>
  );
}

/** A message about the whole page. */
export function Notice(props: {
  tone: "info" | "warn" | "danger" | "ok";
  title?: string;
  actions?: JSX.Element;
  children?: JSX.Element;
}): JSX.Element {
  const look = () =>
    ({
      info: "bg-accent-soft text-accent",
      warn: "bg-warn-soft text-warn",
      danger: "bg-danger-soft text-danger",
      ok: "bg-ok-soft text-ok",
    })[props.tone];
  const icon = () => (props.tone === "ok" ? "check" : props.tone === "info" ? "info" : "warning");
  return (
    <div class={`flex flex-wrap items-start gap-x-3 gap-y-2 rounded-xl px-4 py-3 ${look()}`}>
      <Icon name={icon()} class="mt-0.5 size-4" />
      <div class="min-w-0 flex-1 basis-60">
        <Show when={props.title}>
          <p class="font-semibold">{props.title}</p>
        </Show>
        <div class="text-ink">{props.children}</div>
      </div>
      {props.actions}
    </div>
  );
}

/** A list of terms with their values. */
export function Facts(props: { children: JSX.Element; columns?: boolean }): JSX.Element {
  return (
    <dl class={`grid gap-x-8 gap-y-3.5 ${props.columns ? "sm:grid-cols-2 lg:grid-cols-3" : ""}`}>
      {props.children}
    </dl>
  );
}

export function Fact(props: { term: string; children: JSX.Element }): JSX.Element {
  return (
    <div class="min-w-0">
      <dt class="text-[0.8125rem] text-muted">{props.term}</dt>
      <dd class="mt-0.5 wrap-anywhere">{props.children}</dd>
    </div>
  );
}
