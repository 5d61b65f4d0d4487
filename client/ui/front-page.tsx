import type { JSX } from "solid-js";
import { Show } from "solid-js";
import { sentenceOf } from "../data/transport/problem.ts";
import { LinkButton } from "./controls/button.tsx";
import { FormProblem } from "./controls/form-problem.tsx";

/** A page that needs no session: the product's name, one card, and a note below. */
export function FrontPage(props: {
  title: string;
  lead?: JSX.Element;
  foot?: JSX.Element;
  children: JSX.Element;
}): JSX.Element {
  return (
    <main class="grid min-h-dvh place-items-center px-4 py-10">
      <div class="w-full max-w-sm">
        <div class="mb-8 flex items-center gap-3">
          <img src="/icon.svg" alt="" class="size-10" width="40" height="40" />
          <div>
            <p class="text-lg leading-tight font-semibold">smscrm</p>
            <p class="text-muted">Text messages, sent at the right time</p>
          </div>
        </div>
        <div class="rounded-2xl border border-line bg-surface p-6 shadow-card">
          <h1 class="text-xl font-semibold tracking-tight wrap-anywhere">{props.title}</h1>
          <Show when={props.lead}>
            <div class="mt-1 text-muted wrap-anywhere">{props.lead}</div>
          </Show>
          {props.children}
        </div>
        <Show when={props.foot}>
          <div class="mt-5 text-[0.8125rem] text-muted">{props.foot}</div>
        </Show>
      </div>
    </main>
  );
}

/** Shown if the link of an invitation or a reset does not work. */
export function LinkProblem(props: { error: unknown }): JSX.Element {
  return (
    <div class="mt-4 grid gap-4">
      <FormProblem text={sentenceOf(props.error)} />
      <LinkButton href="/sign-in">Go to sign-in</LinkButton>
    </div>
  );
}
