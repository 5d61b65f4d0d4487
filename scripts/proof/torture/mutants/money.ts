// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Money that is counted too late, or not at all. */
export const MONEY_MUTANTS: readonly Mutant[] = [
  {
    name: "no-budget-gate",
    does: "does not ask the budget",
    breaks: "I4",
    phases: ["budget"],
    patches: [{ file: "core/gates/index.ts", find: '  { name: "budget", ask: budget },\n', replace: "" }],
  },
  {
    name: "no-budget-lock",
    does: "reads what is left without waiting for the other claims",
    breaks: "I4",
    phases: ["budget"],
    patches: [
      {
        file: "db/send/claim.ts",
        find: "await tx`select 1 from budgets where tenant_id = ${tenantId} for no key update`;",
        replace: "await tx`select 1 from budgets where tenant_id = ${tenantId}`;",
      },
    ],
  },
  {
    name: "spend-without-reserving",
    does: "adds to the budget when a message is settled, after the check",
    breaks: "I4",
    phases: ["budget"],
    patches: [
      {
        file: "db/send/claim/write.ts",
        find: "greatest(${month}::date, b.local_month), price, ${tenant.now}",
        replace: "greatest(${month}::date, b.local_month), 0, ${tenant.now}",
      },
    ],
  },
  {
    name: "unknown-is-free",
    does: "returns the money of an unknown outcome",
    breaks: "I4",
    phases: ["answers"],
    atRest: true,
    patches: [
      {
        file: "db/send/settle.ts",
        find: "reserved_micros = case when a.state in ('sending', 'unknown') and r.state <> 'unknown'",
        replace: "reserved_micros = case when a.state in ('sending', 'unknown')",
      },
    ],
  },
  {
    name: "released-keeps-money",
    does: "keeps the money of messages that were not sent",
    breaks: "I4",
    phases: ["answers"],
    atRest: true,
    patches: [
      {
        file: "db/send/settle.ts",
        find: "reserved_micros = case when a.state in ('sending', 'unknown') and r.state <> 'unknown'",
        replace:
          "reserved_micros = case when a.state in ('sending', 'unknown') and r.state in ('accepted', 'rejected')",
      },
    ],
  },
  {
    name: "forgotten-spend",
    does: "a trigger forgets what is spent",
    breaks: "I4",
    phases: ["budget"],
    patches: [
      {
        file: "db/migrations/0003_counters.sql",
        find: "daily_spent_cents = greatest(0, daily_spent_cents + coalesce(d.day_spent, 0) / 10000.0),",
        replace: "daily_spent_cents = daily_spent_cents,",
      },
    ],
  },
  {
    name: "forgotten-counter",
    does: "a trigger does not count failed messages",
    breaks: "I9",
    phases: ["answers"],
    patches: [
      {
        file: "db/migrations/0003_counters.sql",
        find: "GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0 ORDER BY 2, 3, 4",
        replace: "GROUP BY 1, 2, 3, 4 HAVING sum(delta) <> 0 AND status <> 'failed' ORDER BY 2, 3, 4",
      },
    ],
  },
];
