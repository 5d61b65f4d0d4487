import { type Finding, ISSUES } from "@smscrm/core/diagnosis/facts";
import { diagnose } from "@smscrm/core/diagnosis/index";
import { OBJECTIVE_NAMES, OBJECTIVES, RECOVERY } from "@smscrm/core/objectives";
import { readDiagnosis } from "@smscrm/db/diagnosis";
import { readObjectives, readRecoveryPointHours } from "@smscrm/db/objectives";
import type { ReplicaStatus } from "@smscrm/db/reports";
import { listWorkers, readSchemaState, readWebhookHealth, type WebhookHealth } from "@smscrm/db/system";
import { type QueueState, queueState } from "../queue-state.ts";
import { allowed, router, signedIn } from "../trpc.ts";

export interface SystemStatus {
  version: string;
  startedAt: Date;
  database: { ok: boolean; latencyMs: number };
  /** Where exports are read; null: from the database. */
  replica: ReplicaStatus | null;
  queue: QueueState;
  workers: { workerId: string; seenAt: Date; startedAt: Date; carrier: string }[];
  webhooks: WebhookHealth;
  carrier: "simulator" | "twilio";
}

export const system = router({
  status: signedIn.query(async ({ ctx: { dependencies } }): Promise<SystemStatus> => {
    const { pipeline, reports, version, startedAt, carrier } = dependencies;
    const before = performance.now();
    await readSchemaState(pipeline);
    const latencyMs = Math.round((performance.now() - before) * 10) / 10;
    const workers = await listWorkers(pipeline);
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
      webhooks: await readWebhookHealth(pipeline),
      carrier,
    };
  }),
  /** What is promised of the whole system, and how it stands. */
  objectives: signedIn.query(async ({ ctx: { dependencies } }) => {
    const standing = await readObjectives(dependencies.pipeline);
    return {
      objectives: OBJECTIVE_NAMES.map((name) => ({ name, ...OBJECTIVES[name], ...standing[name] })),
      recovery: { ...RECOVERY, hours: await readRecoveryPointHours(dependencies.pipeline) },
    };
  }),
  /** The runbook's six common issues, step by step: as `pnpm run doctor` says, but for what only the console can ask. */
  diagnosis: allowed("alerts.read").query(async ({ ctx }): Promise<(Finding & { title: string })[]> => {
    const asked = { worker: "not asked", redis: "not asked" } as const;
    const facts = await readDiagnosis(ctx.dependencies.pipeline, ctx.tenantId, asked);
    return diagnose(facts).map((finding) => ({ ...finding, title: ISSUES[finding.issue] }));
  }),
});
