import type { FlowCause, FlowEnd, FlowTrigger } from "@smscrm/core/flows/definition";

/** Returns why somebody is in a flow, as a sentence. */
export function causeSentence(cause: FlowCause): string {
  switch (cause.kind) {
    case "keyword":
      return `They texted ${cause.keyword}.`;
    case "tag":
      return `They got the tag “${cause.tag}”.`;
    case "date":
      return `Their ${cause.field} is ${cause.day}.`;
    case "event":
      return `Your system reported the event “${cause.event}”.`;
    case "audience":
      return `They came into the audience “${cause.name}”.`;
  }
}

export const END_SENTENCES: Readonly<Record<FlowEnd, string>> = {
  finished: "They went through all steps.",
  "opted-out": "They are on the do-not-contact list.",
  "not-sent": "A message to them was refused, failed or was canceled. The message says why.",
  "contact-gone": "The contact was deleted or erased.",
  merged: "The contact was merged into another, which took its place, or the merge was undone.",
  "number-changed": "The contact has another number now.",
  stopped: "The flow was stopped.",
  restored: "The database was restored, so nobody knows which messages they already have.",
};

/** Returns what brings people into a flow, as words: "Texts JOIN". `audience`: the name of its audience, if known. */
export function triggerWords(trigger: FlowTrigger, audience?: string): string {
  switch (trigger.kind) {
    case "keyword":
      return `Texts ${trigger.keyword.toUpperCase()}`;
    case "tag":
      return `Gets the tag “${trigger.tag}”`;
    case "date": {
      const { days, field } = trigger;
      if (days === 0) return `On the day of ${field}`;
      const count = `${Math.abs(days)} ${Math.abs(days) === 1 ? "day" : "days"}`;
      return `${count} ${days < 0 ? "before" : "after"} ${field}`;
    }
    case "event":
      return `Event “${trigger.event}”`;
    case "audience":
      return audience === undefined ? "Comes into an audience" : `Comes into “${audience}”`;
  }
}
