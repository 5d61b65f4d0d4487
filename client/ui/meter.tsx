import { For, type JSX, Show } from "solid-js";
import { FILLS } from "./status.tsx";

type Tone = keyof typeof FILLS;

/** How much of something is used; turns to a warning near the end. */
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

/** A whole and its parts in one bar. The figures stand beside it as text, so it is decoration for screen readers. */
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

/** Work under way. Without a known end it only shows that it moves. */
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
