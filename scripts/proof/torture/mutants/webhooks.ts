// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Callbacks and texts that are lost, doubled, or trusted without a signature. */
export const WEBHOOK_MUTANTS: readonly Mutant[] = [
  {
    name: "answer-before-commit",
    does: "answers a callback before it is committed",
    breaks: "I6",
    phases: ["callbacks"],
    atRest: true,
    patches: [
      {
        file: "server/webhooks/routes.ts",
        find: "      await stored;",
        replace: "      void stored.catch(() => {});",
      },
    ],
  },
  {
    name: "backwards",
    does: "keeps the latest status instead of the furthest one",
    breaks: "I6",
    phases: ["callbacks"],
    patches: [
      {
        file: "core/send/carrier-status.ts",
        find: "return STATUSES[incoming].rank > STATUSES[current].rank ? incoming : current;",
        replace: "return incoming;",
      },
    ],
  },
  {
    name: "counted-twice",
    does: "counts a repeated callback twice",
    breaks: "I6",
    phases: ["callbacks"],
    atRest: true,
    patches: [
      {
        file: "db/carrier/webhooks.ts",
        find: "do update set times_received = e.times_received + excluded.times_received,",
        replace: "do update set times_received = e.times_received + 2 * excluded.times_received,",
      },
    ],
  },
  {
    name: "unsigned",
    does: "does not check the signature",
    breaks: "I6",
    phases: ["tickets", "handsets"],
    atRest: true,
    patches: [
      {
        file: "server/webhooks/routes.ts",
        find: "    const form = parseForm(await c.req.text());",
        replace: "    const form = parseForm(await c.req.text());\n    if (form) return form;",
      },
    ],
  },
  {
    name: "text-again",
    does: "acts on a text again when it is delivered again",
    breaks: "I6",
    phases: ["handsets"],
    atRest: true,
    patches: [
      {
        file: "db/carrier/webhooks.ts",
        find: "on conflict (message_sid) do nothing returning 1",
        replace: "on conflict (message_sid) do update set body = excluded.body returning 1",
      },
    ],
  },
  {
    name: "stop-not-listed",
    does: "records a STOP, but lists another number",
    breaks: "I6",
    phases: ["handsets"],
    atRest: true,
    patches: [
      {
        file: "db/contacts/opt-outs.ts",
        find: "select tenant_id, phone, source, note, recorded_by, import_id, coalesce(at, now()) from counted",
        replace:
          "select tenant_id, case source when 'reply' then '+61400000000' else phone end, source, note, recorded_by, import_id, coalesce(at, now()) from counted",
      },
    ],
  },
];
