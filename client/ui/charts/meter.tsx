import { For, type JSX, Show } from "solid-js";
import { FILLS } from "../status.tsx";
import type { Tone } from "../words/status-words.ts";

/** How much of a limit is used. The colour warns near the end. */
export function Meter(props: {
  label: string;
  used: number;
  reserved?: number;
  limit: number;
  text: string;
}): JSX.Element {
  const share = (amount: number) => `${props.limit > 0 ? Math.min(100, (amount / props.limit) * 100) : 0}%`;
  const total = () => props.used + (props.reserved ?? 0);
  const tone = (): Tone =>
    total() >= props.limit ? "danger" : total() >= props.limit * 0.8 ? "warn" : "accent";
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> in their own colours, in two parts it can't be drawn
    <div
      role="meter"
      aria-label={props.label}
      aria-valuemin="0"
      aria-valuemax={Math.max(props.limit, 1)}
      aria-valuenow={Math.min(total(), Math.max(props.limit, 1))}
      aria-valuetext={props.text}
      class="flex h-2 overflow-hidden rounded-full bg-sunken"
    >
      <div class={`transition-[width] duration-500 ${FILLS[tone()]}`} style={{ width: share(props.used) }} />
      <div class={`opacity-45 ${FILLS[tone()]}`} style={{ width: share(props.reserved ?? 0) }} />
    </div>
  );
}

export type Part = { label: string; count: number; tone: Tone };

/** A bar of parts of a whole. Screen readers skip it, because the figures are beside it as text. */
export function Parts(props: { parts: Part[]; class?: string }): JSX.Element {
  const total = () => props.parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <div class={`flex overflow-hidden rounded-full bg-sunken ${props.class ?? "h-2.5"}`} aria-hidden="true">
      <For each={props.parts.filter((part) => part.count > 0)}>
        {(part) => (
          <div
            title={part.label}
            class={`border-r-2 border-surface transition-[width] duration-500 last:border-0 ${FILLS[part.tone]}`}
            style={{ width: `${(part.count / total()) * 100}%` }}
          />
        )}
      </For>
    </div>
  );
}

/** The progress of some work. If `share` is null, it only shows that the work is running. */
export function ProgressBar(props: { label: string; share: number | null }): JSX.Element {
  const percent = () => Math.round((props.share ?? 0) * 100);
  return (
    <div
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={props.share === null ? undefined : "0"}
      aria-valuemax={props.share === null ? undefined : "100"}
      aria-valuenow={props.share === null ? undefined : percent()}
      class="h-2 overflow-hidden rounded-full bg-sunken"
    >
      <Show
        when={props.share !== null}
        fallback={<div class="h-full w-1/3 animate-slide rounded-full bg-accent-fill" />}
      >
        <div
          class="h-full rounded-full bg-accent-fill transition-[width] duration-300"
          style={{ width: `${percent()}%` }}
        />
      </Show>
    </div>
  );
}
