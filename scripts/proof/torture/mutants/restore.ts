// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** What a restored database does not know, and what keeps it from sending until it does. */
export const RESTORE_MUTANTS: readonly Mutant[] = [
  {
    name: "restore-forgets",
    does: "asks the carrier what was sent since the backup, and does not write it",
    breaks: "I10",
    phases: [],
    atRest: true,
    needsRestore: true,
    patches: [
      {
        file: "db/restore/write-sent.ts",
        find: "join send_jobs j on j.id = r.job_id and j.status = 'queued'",
        replace: "join send_jobs j on j.id = r.job_id and j.status = 'none'",
      },
    ],
  },
  {
    name: "restore-unlocked",
    does: "sends while a restored database is locked",
    breaks: "I10",
    phases: [],
    atRest: true,
    needsRestore: true,
    patches: [
      {
        file: "db/send/dispatch.ts",
        find: "t.sending_paused_at is null and t.restore_locked_at is null\n    cross join lateral (\n      select least(",
        replace: "t.sending_paused_at is null\n    cross join lateral (\n      select least(",
      },
      {
        file: "core/gates/kill-switch.ts",
        find: "const pausedAt = restoreLockedAt ?? tenantPausedAt",
        replace: "const pausedAt = tenantPausedAt",
      },
    ],
  },
];
