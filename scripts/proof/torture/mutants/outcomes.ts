// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Requests before their commit, and outcomes that are read as more than they prove. */
export const OUTCOME_MUTANTS: readonly Mutant[] = [
  {
    name: "send-before-commit",
    does: "sends as soon as the attempt is written, before it is committed",
    breaks: "I2",
    phases: ["tickets"],
    patches: [
      {
        file: "db/send/claim.ts",
        find: "  return transact(sql, async (tx) => {",
        replace: "  return new Promise((early, reject) => { transact(sql, async (tx) => {",
      },
      {
        file: "db/send/claim.ts",
        find: "    return { startedMs, messages, ...countRefusals(decided), skipped };\n  });",
        replace: `    early({ startedMs, messages, ...countRefusals(decided), skipped });
    await new Promise((done) => setTimeout(done, 60));
    return { startedMs, messages, ...countRefusals(decided), skipped };
  }).then(early, reject); });`,
      },
    ],
  },
  {
    name: "retry-5xx",
    does: "reads an HTTP 5xx as proof that nothing was sent",
    breaks: "I1",
    phases: ["answers"],
    atRest: true,
    patches: [
      {
        file: "core/send/carrier-outcome.ts",
        find: "  if (httpStatus === 429) return throttled(errorOf(result.code));",
        replace: "  if (httpStatus === 429 || httpStatus >= 500) return throttled(errorOf(result.code));",
      },
    ],
  },
  {
    name: "retry-no-answer",
    does: "reads a timeout or a reset as proof that nothing was sent",
    breaks: "I1",
    phases: ["answers"],
    atRest: true,
    patches: [
      {
        file: "core/send/submission-outcome.ts",
        find: 'kind: provesNothingSent(cause) ? "not-sent" : "no-response"',
        replace: 'kind: "not-sent"',
      },
    ],
  },
  {
    name: "resend-by-time",
    does: "sends messages again that are not settled after a minute",
    breaks: "I1",
    phases: ["orphans"],
    atRest: true,
    patches: [
      {
        file: "db/send/settle.ts",
        find: '      state: "unknown",\n      code: null,',
        replace: '      state: "released",\n      holdReason: null,\n      retryAt: null,\n      code: null,',
      },
    ],
  },
  {
    name: "claim-anything",
    does: "claims the messages of a ticket in any state",
    breaks: "I1",
    phases: ["tickets"],
    patches: [
      {
        file: "db/send/claim/facts.ts",
        find: "where j.id = ticket.id and j.tenant_id = ${tenantId} and j.status = 'queued'",
        replace: "where j.id = ticket.id and j.tenant_id = ${tenantId}",
      },
    ],
  },
  {
    name: "no-look-up",
    does: "never asks the carrier about an unknown outcome",
    breaks: "I2",
    phases: ["orphans"],
    atRest: true,
    patches: [
      {
        file: "worker/carrier/reconcile.ts",
        find: "Promise.all(due.map((lookUp) =>",
        replace: "Promise.all(due.slice(0, 0).map((lookUp) =>",
      },
    ],
  },
];
