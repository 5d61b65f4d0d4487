import type { RulePart, RuleVersion } from "../../../data/rules/law.ts";
import type { Words } from "../../../ui/words/status-words.ts";

/** What the parts of a country's rules are called, and what each decides. */
export const PART_WORDS: Record<RulePart, { label: string; hint: string }> = {
  price: { label: "Price", hint: "Of a segment, without tax. Without a price texts are refused." },
  hours: { label: "Hours", hint: "When marketing texts may go, in the recipient’s local time." },
  holidays: { label: "Public holidays", hint: "Days on which the hours may close." },
  consent: { label: "Consent", hint: "What a marketing text needs." },
  sender: { label: "Senders", hint: "Who may be the sender, and what its text must say." },
  wording: { label: "Wording", hint: "What a marketing text should say." },
  states: { label: "States", hint: "States or provinces, and the time zones that each lies in." },
  replies: { label: "Reply words", hint: "Words that people there answer with, beside those we know." },
};

export const PARTS = Object.keys(PART_WORDS) as RulePart[];

export const STATE_WORDS: Record<RuleVersion["state"], Words> = {
  "in-force": { label: "In force", tone: "ok", meaning: "Every claim uses it now." },
  scheduled: { label: "Scheduled", tone: "accent", meaning: "It begins at its date." },
  past: { label: "Past", tone: "quiet", meaning: "Another version has taken its place. It is kept." },
};
