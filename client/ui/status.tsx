import type { JSX } from "solid-js";

type Tone = "ok" | "warn" | "danger" | "accent" | "quiet";

const TONES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  danger: "bg-danger-soft text-danger",
  accent: "bg-accent-soft text-accent",
  quiet: "bg-sunken text-muted",
};

/** The colours of bars and dots, for the same meanings. */
export const FILLS: Record<Tone, string> = {
  ok: "bg-ok-fill",
  warn: "bg-warn-fill",
  danger: "bg-danger-fill",
  accent: "bg-accent-fill",
  quiet: "bg-quiet-fill",
};

export function Badge(props: { tone?: Tone; title?: string; children: JSX.Element }): JSX.Element {
  return (
    <span
      title={props.title}
      class={`inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[props.tone ?? "quiet"]}`}
    >
      {props.children}
    </span>
  );
}

type Words = { label: string; tone: Tone; means: string };

/** Every status in plain words: what has happened, not what our columns call it. */
export const MESSAGE_STATUS: Record<string, Words> = {
  queued: { label: "Waiting", tone: "quiet", means: "Not handed to the carrier yet" },
  sending: { label: "Sending", tone: "accent", means: "Being handed to the carrier now" },
  unknown: {
    label: "Outcome unknown",
    tone: "warn",
    means: "The carrier's answer was lost. It is looked up and never sent again by itself",
  },
  sent: { label: "With the carrier", tone: "accent", means: "Accepted by the carrier, no receipt yet" },
  delivered: { label: "Delivered", tone: "ok", means: "The carrier says that it reached the phone" },
  failed: {
    label: "Not sent or failed",
    tone: "danger",
    means: "Refused by a gate, or failed at the carrier",
  },
  canceled: { label: "Canceled", tone: "quiet", means: "The campaign was canceled before it went" },
};

export const CAMPAIGN_STATUS: Record<string, Words> = {
  draft: { label: "Draft", tone: "quiet", means: "Nothing is sent until it is launched" },
  scheduled: { label: "Scheduled", tone: "accent", means: "It launches by itself at its time" },
  launching: { label: "Launching", tone: "accent", means: "The audience is being frozen" },
  running: { label: "Sending", tone: "accent", means: "Messages go as their gates open" },
  paused: { label: "Paused", tone: "warn", means: "Nothing is handed over until it is resumed" },
  completed: { label: "Finished", tone: "ok", means: "Every message has its final state" },
  canceled: { label: "Canceled", tone: "quiet", means: "What had not gone will not go" },
};

export const IMPORT_STATUS: Record<string, Words> = {
  uploading: { label: "Uploading", tone: "accent", means: "The file is on its way" },
  ready: { label: "Needs your answers", tone: "warn", means: "Say which column is which, then start" },
  queued: { label: "Starting", tone: "accent", means: "It starts in a moment" },
  running: { label: "Importing", tone: "accent", means: "Rows are being read" },
  completed: { label: "Finished", tone: "ok", means: "Every row is dealt with" },
  failed: { label: "Failed", tone: "danger", means: "It stopped" },
  canceled: { label: "Canceled", tone: "quiet", means: "It was stopped by a person" },
};

/** A status that this version does not know still shows, as it is. */
export const wordsFor = (table: Record<string, Words>, status: string): Words =>
  table[status] ?? { label: status, tone: "quiet", means: status };

function StatusBadge(props: { table: Record<string, Words>; status: string }): JSX.Element {
  const words = () => wordsFor(props.table, props.status);
  return (
    <Badge tone={words().tone} title={words().means}>
      {words().label}
    </Badge>
  );
}

const CARRIER_REASONS = new Set(["Provider error", "Undelivered"]);

/** "failed" is two things to a person: we refused it, or the carrier could not. */
export function messageWords(status: string, reason?: string | null): Words {
  if (status !== "failed" || !reason) return wordsFor(MESSAGE_STATUS, status);
  return CARRIER_REASONS.has(reason)
    ? { label: "Failed", tone: "danger", means: "It went out, and the carrier could not deliver it" }
    : { label: "Not sent", tone: "warn", means: "A gate refused it: it never went to the carrier" };
}

export function MessageStatus(props: { status: string; reason?: string | null | undefined }): JSX.Element {
  const words = () => messageWords(props.status, props.reason);
  return (
    <Badge tone={words().tone} title={words().means}>
      {words().label}
    </Badge>
  );
}
export const CampaignStatus = (props: { status: string }) => (
  <StatusBadge table={CAMPAIGN_STATUS} status={props.status} />
);
export const ImportStatus = (props: { status: string }) => (
  <StatusBadge table={IMPORT_STATUS} status={props.status} />
);
