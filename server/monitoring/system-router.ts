import { OBJECTIVE_NAMES, OBJECTIVES, RECOVERY } from "@smscrm/core/alerts/objectives";
import { type Finding, ISSUES } from "@smscrm/core/diagnosis/facts";
import { diagnose } from "@smscrm/core/diagnosis/index";
import { readDiagnosis } from "@smscrm/db/monitoring/diagnosis";
import { readObjectives, readRecoveryPointHours } from "@smscrm/db/monitoring/objectives";
import type { ReplicaStatus } from "@smscrm/db/monitoring/reports";
import {
  listWorkers,
  readSchemaState,
  readWebhookHealth,
  type WebhookHealth,
} from "@smscrm/db/postgres/system";
import { allowed, router, signedIn } from "../trpc.ts";
import { type QueueState, queueState } from "./queue-state.ts";

export interface SystemStatus {
  version: string;
  startedAt: Date;
  database: { ok: boolean; latencyMs: number };
  /** The source of exports; null: the database. */
  replica: ReplicaStatus | null;
  queue: QueueState;
  workers: { workerId: string; seenAt: Date; startedAt: Date; carrier: string }[];
  webhooks: WebhookHealth;
  carrier: "simulator" | "twilio";
}

export const system = router({
  status: signedIn.query(async ({ ctx: { dependencies, tenantId } }): Promise<SystemStatus> => {
    const { overview, reports, version, startedAt, carrier } = dependencies;
    const { latencyMs, workers, webhooks } = await overview(tenantId, async (sql) => {
      const before = performance.now();
      await readSchemaState(sql);
      const latencyMs = Math.round((performance.now() - before) * 10) / 10;
      return { latencyMs, workers: await listWorkers(sql), webhooks: await readWebhookHealth(sql) };
    });
    return {
      version,
      startedAt,
      database: { ok: true, latencyMs },
      replica: await reports.replica(),
      queue: queueState(workers),
      workers: workers.map(({ workerId, seenAt, startedAt: since, carrier: via }) => ({
        workerId,
        seenAt,
        startedAt: since,
        carrier: via,
      })),
      webhooks,
      carrier,
    };
  }),
  /** The objectives of the whole system, and their results. */
  objectives: signedIn.query(({ ctx: { dependencies, tenantId } }) =>
    dependencies.overview(tenantId, async (sql) => {
      const status = await readObjectives(sql);
      return {
        objectives: OBJECTIVE_NAMES.map((name) => ({ name, ...OBJECTIVES[name], ...status[name] })),
        recovery: { ...RECOVERY, hours: await readRecoveryPointHours(sql) },
      };
    }),
  ),
  /**
   * The runbook's six common issues, step by step, as `pnpm run doctor` prints them. Checks that only work at the
   * console are missing.
   */
  diagnosis: allowed("alerts.read").query(async ({ ctx }): Promise<(Finding & { title: string })[]> => {
    const asked = { worker: "not asked", redis: "not asked" } as const;
    const facts = await ctx.dependencies.overview(ctx.tenantId, (sql) =>
      readDiagnosis(sql, ctx.tenantId, asked, "tenant"),
    );
    return diagnose(facts).map((finding) => ({ ...finding, title: ISSUES[finding.issue] }));
  }),
});
