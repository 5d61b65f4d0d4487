import { consentWords, sourceWords } from "@smscrm/core/explain/consent-words";
import type { TimelineEntry, TimelineKind } from "../../../data/contacts/person.ts";
import { reasonWords } from "../../../ui/words/reasons.ts";
import { messageWords } from "../../../ui/words/status-words.ts";
import { actionWords } from "../../audit/audit-words.ts";
import { detailWords } from "../../audit/detail-words.ts";
import { fieldWords, valueWords } from "../import/changes/field-words.ts";

export const KIND_WORDS: Readonly<Record<TimelineKind, string>> = {
  message: "Messages",
  reply: "Replies",
  note: "Notes",
  consent: "Consent and opt-outs",
  change: "Changes",
};

/** An entry as the page shows it: what happened, and what there is to know about it. */
interface EntryWords {
  title: string;
  detail: string;
  href?: string;
}

const DECISIONS: Readonly<Record<string, string>> = {
  "opted-out": "Marked as an opt-out",
  dismissed: "Marked as not an opt-out",
  preference: "Refused a part of the texts",
};

/** Returns an entry in words. */
export function entryWords(entry: TimelineEntry): EntryWords {
  const { of, name, body, status, reason, fields, detail } = entry;
  switch (of) {
    case "message": {
      const why = reason ? ` · ${reasonWords(reason)}` : "";
      const href = `/messages/${entry.id}`;
      return { title: name ?? "Message", detail: `${messageWords(status ?? "", reason).label}${why}`, href };
    }
    case "reply":
      return {
        title: name === "opt-out" ? "Replied, to opt out" : "Replied",
        detail: [body ?? "", reason ? (DECISIONS[reason] ?? reason) : ""].filter(Boolean).join(" · "),
      };
    case "note":
      return { title: "Note", detail: body ?? "" };
    case "consent":
      return {
        title: reason === "withdrawn" ? "Withdrew their consent" : "Consent recorded",
        detail: [
          reason === "withdrawn" ? "" : consentWords(reason ?? ""),
          `from ${sourceWords(name ?? "")}`,
          body ? `“${body}”` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      };
    case "list":
      return {
        title: "Put on do-not-contact",
        detail: [`by ${sourceWords(name ?? "")}`, body ?? ""].filter(Boolean).join(" · "),
      };
    case "action":
      return { title: actionWords(name ?? ""), detail: detailWords(detail) };
    case "import":
      return {
        title: `${reason === "added" ? "Added" : "Changed"} by the import of ${name}`,
        detail: fields
          .map(
            (field) =>
              `${fieldWords(field.name)}: ${valueWords(field.name, field.before)} → ${valueWords(field.name, field.after)}`,
          )
          .join(" · "),
        href: `/contacts/import/${entry.id}`,
      };
    case "undo":
      return {
        title: `The import of ${name} was undone`,
        detail: body ?? "",
        href: `/contacts/import/${entry.id}`,
      };
    case "bulk":
      return { title: name ?? "Bulk action", detail: body ?? "", href: `/contacts/bulk/${entry.id}` };
    case "bulk-undo":
      return { title: `Undone: ${name}`, detail: body ?? "", href: `/contacts/bulk/${entry.id}` };
    case "created":
      return { title: "Became a contact", detail: "" };
  }
}
