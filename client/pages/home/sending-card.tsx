import { A } from "@solidjs/router";
import { type JSX, Show } from "solid-js";
import type { Summary } from "../../data/home.ts";
import { WORKER_LOST_MS } from "../../data/system.ts";
import { PauseButton, ResumeButton } from "../../shell/kill-switch.tsx";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { thisSecond } from "../../ui/time/clock.ts";
import { Moment } from "../../ui/time/moment.tsx";
import { countOf, formatDuration } from "../../ui/words/format.ts";

type State = { tone: string; icon: IconName; title: string; text: JSX.Element };

/** Says whether messages are being sent, and if not, why. */
export function SendingCard(props: { summary: Summary }): JSX.Element {
  const state = () => stateOf(props.summary);
  return (
    <section
      aria-label="Is it sending?"
      class="flex flex-wrap items-center gap-4 rounded-xl border border-line bg-surface p-5 shadow-card"
    >
      <span class={`grid size-11 place-items-center rounded-full ${state().tone}`}>
        <Icon name={state().icon} class="size-5" />
      </span>
      <div class="min-w-0 flex-1 basis-56">
        <h2 class="text-base font-semibold" translate="no">
          {state().title}
        </h2>
        <div class="text-muted" translate="no">
          {state().text}
        </div>
      </div>
      <Show
        when={!props.summary.paused}
        fallback={
          <Show when={!props.summary.paused?.suspendedAt}>
            <ResumeButton primary />
          </Show>
        }
      >
        <PauseButton />
      </Show>
    </section>
  );
}

function stateOf(summary: Summary): State {
  if (summary.paused?.suspendedAt) {
    const text = (
      <>“{summary.paused.suspendedReason}”. Nothing is sent until the platform’s operator reinstates it.</>
    );
    return {
      tone: "bg-danger-soft text-danger",
      icon: "pause",
      title: "This organisation is suspended",
      text,
    };
  }
  if (summary.paused) {
    const text = <>Nothing is sent until a teammate resumes it. Queued messages stay queued.</>;
    return { tone: "bg-danger-soft text-danger", icon: "pause", title: "Sending is paused", text };
  }
  const seenAt = summary.queue.workerSeenAt;
  const lostMs = seenAt ? thisSecond().getTime() - new Date(seenAt).getTime() : null;
  if (lostMs === null || lostMs > WORKER_LOST_MS) return withoutWorker(lostMs);
  const seen = (
    <>
      Worker last seen <Moment at={seenAt} ago />.
    </>
  );
  const sending = summary.running.filter(
    (campaign) => campaign.status === "running" || campaign.status === "launching",
  );
  if (sending.length > 0) {
    const text = (
      <>
        {countOf(sending.length, "campaign is", "campaigns are")} being sent. {seen}
      </>
    );
    return { tone: "bg-ok-soft text-ok", icon: "send", title: "Sending", text };
  }
  const text = <>No campaign is active. {seen}</>;
  return { tone: "bg-ok-soft text-ok", icon: "check", title: "Ready", text };
}

function withoutWorker(lostMs: number | null): State {
  const since =
    lostMs === null
      ? "No worker has reported yet."
      : `The last worker reported ${formatDuration(lostMs)} ago.`;
  const text = (
    <>
      {since} Nothing is sent without a worker. See{" "}
      <A href="/system" class="text-accent underline">
        System
      </A>{" "}
      for how to start one.
    </>
  );
  return { tone: "bg-danger-soft text-danger", icon: "warning", title: "No worker is running", text };
}
