import { emptyTally } from "@smscrm/core/replay/tally";
import type { ReplayPass } from "@smscrm/db/rules/replay-passes";
import { readReplayPage } from "@smscrm/db/rules/replay-source";
import { claimForSending } from "@smscrm/db/send/claim";
import { settleSends } from "@smscrm/db/send/settle";
import type { SendFixture } from "@smscrm/db/testing/send-fixture";
import type { TestClock } from "@smscrm/db/testing/test-clock";
import { judgePage } from "../judge-page.ts";
import { pastLaw } from "../past-law.ts";

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
const NEVER = "00000000-0000-0000-0000-000000000000";

/** Numbers that look random and are the same in each run. */
export function seeded(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
}

/** Claims these jobs at that time by the product's claim, and settles what was sent. */
export async function claimAt(
  clock: TestClock,
  tenantId: string,
  at: Date,
  jobIds: string[],
  stateOf = (_: number) => "accepted",
): Promise<void> {
  await clock.set(at);
  const { messages } = await claimForSending(clock.sql, tenantId, jobIds, "https://texts.example.com");
  await clock.set(new Date(at.getTime() + 20));
  const submittedAt = new Date(at.getTime() + 10);
  await settleSends(
    clock.sql,
    messages.map(({ attemptId }, index) => {
      const state = stateOf(index);
      if (state === "released")
        return {
          attemptId,
          state,
          holdReason: "Carrier busy",
          retryAt: new Date(at.getTime() + HOUR_MS),
        } as never;
      const common = { attemptId, submittedAt, code: null, httpStatus: 201 };
      return state === "accepted"
        ? { ...common, state, sid: `SM${attemptId.replaceAll("-", "")}`, carrierStatus: "queued" }
        : ({ ...common, state: "rejected", code: 21610, reason: "Provider error", feedback: null } as never);
    }),
  );
}

/** Returns the tenant's jobs that a dispatcher would lease at that time. */
export async function dueJobs({ owner }: SendFixture, tenantId: string, at: Date): Promise<string[]> {
  const rows = await owner<{ id: string }[]>`
    select id from send_jobs where tenant_id = ${tenantId} and status = 'queued'
      and (due_at <= ${at} or claimed_at is null and verdict is null)
    order by id`;
  return rows.map(({ id }) => id);
}

/** Returns the outcome of each decision of a tenant under other rules, by message. */
export async function outcomesOf(
  { sql }: SendFixture,
  tenantId: string,
  proposed: object,
  { from, until }: { from: Date; until: Date },
) {
  const pass: ReplayPass = {
    ...{
      table: "rule_changes" as const,
      id: NEVER,
      tenantId,
      leasedBy: NEVER,
      isShadow: false,
      proposed,
      tally: emptyTally(),
      cursor: null,
    },
    window: { since: from, from, until },
  };
  const { messages } = await readReplayPage(
    sql,
    { tenantId },
    {
      ...{ afterId: NEVER, since: from, until, limit: 100_000 },
    },
  );
  const judged = new Map<string, { kind: string; gate: string; outcome: string; until: Date | null }[]>();
  await judgePage(sql, pass, pastLaw(sql, from), messages, ({ message, found, outcome }) => {
    const { kind, gate = "" } = found.kind === "known" ? found.decision : { kind: "unknown" };
    const until = outcome.kind === "held" ? outcome.until : null;
    judged.set(message.id, [...(judged.get(message.id) ?? []), { kind, gate, outcome: outcome.kind, until }]);
  });
  return { judged, tally: pass.tally };
}

/** Returns how many decisions each gate made; "send": how many went. */
export function decisionsByGate(
  judged: Awaited<ReturnType<typeof outcomesOf>>["judged"],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind, gate } of [...judged.values()].flat()) {
    const key = kind === "send" ? "send" : gate;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
