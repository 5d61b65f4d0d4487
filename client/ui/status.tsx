import type { JSX } from "solid-js";
import { campaignWords, importWords, messageWords, type Tone, type Words } from "./words/status-words.ts";

const TONES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  danger: "bg-danger-soft text-danger",
  accent: "bg-accent-soft text-accent",
  quiet: "bg-sunken text-muted",
};

/** The colours of bars and dots. */
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

/** A badge whose title explains its label. */
export const WordsBadge = (props: { words: Words }): JSX.Element => (
  <Badge tone={props.words.tone} title={props.words.meaning}>
    {props.words.label}
  </Badge>
);

export const MessageStatus = (props: { status: string; reason?: string | null | undefined }) => (
  <WordsBadge words={messageWords(props.status, props.reason)} />
);
export const CampaignStatus = (props: { status: string }) => (
  <WordsBadge words={campaignWords(props.status)} />
);
export const ImportStatus = (props: { status: string }) => <WordsBadge words={importWords(props.status)} />;
