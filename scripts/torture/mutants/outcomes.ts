// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Requests before their commit, and outcomes taken for something that they do not prove. */
export const OUTCOME_MUTANTS: readonly Mutant[] = [
  {
    name: "send-before-commit",
    does: "sends as soon as the attempt is written, before it is committed",
    breaks: "I2",
    phases: ["tickets"],
    patches: [
      {
        file: "db/claim.ts",
        find: "  return transact(sql, async (tx) => {",
        replace: "  return new Promise((early, reject) => { transact(sql, async (tx) => {",
      },
      {
        file: "db/claim.ts",
        find: "    return { startedMs, messages, ...countRefusals(decided), leftOut };\n  });",
        replace: `    early({ startedMs, messages, ...countRefusals(decided), leftOut });
    await new Promise((done) => setTimeout(done, 60));
    return { startedMs, messages, ...countRefusals(decided), leftOut };
  }).then(early, reject); });`,
      },
    ],
  },
  {
    name: "retry-5xx",
    does: "takes an HTTP 5xx for proof that nothing was sent",
    breaks: "I1",
    phases: ["answers"],
    atRest: true,
    patches: [
      {
        file: "core/carrier-outcome.ts",
        find: "  if (httpStatus === 429) return throttled(errorOf(result.code));",
        replace: "  if (httpStatus === 429 || httpStatus >= 500) return throttled(errorOf(result.code));",
      },
    ],
  },
  {
    name: "retry-no-answer",
    does: "takes a timeout or a reset for proof that nothing was sent",
    breaks: "I1",
    phases: ["answers"],
    atRest: true,
    patches: [
      {
        file: "worker/send/outcome.ts",
        find: 'kind: provesNothingSent(cause) ? "not-sent" : "no-response"',
        replace: 'kind: "not-sent"',
      },
    ],
  },
  {
    name: "resend-by-time",
    does: "sends again what nobody has settled for a minute",
    breaks: "I1",
    phases: ["orphans"],
    atRest: true,
    patches: [
      {
        file: "db/settle.ts",
        find: '      state: "unknown",\n      code: null,',
        replace: '      state: "released",\n      holdReason: null,\n      retryAt: null,\n      code: null,',
      },
    ],
  },
  {
    name: "claim-anything",
    does: "claims the messages of a ticket whatever state they are in",
    breaks: "I1",
    phases: ["tickets"],
    patches: [
      {
        file: "db/claim/facts.ts",
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
        file: "worker/reconcile.ts",
        find: "Promise.all(due.map((lookUp) =>",
        replace: "Promise.all(due.slice(0, 0).map((lookUp) =>",
      },
    ],
  },
];
