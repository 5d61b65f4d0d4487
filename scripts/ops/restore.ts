import { counted } from "@smscrm/core/text/counted";
import { type RestoreStatus, readRestore, UNLOCK_REFUSALS, unlockTenant } from "@smscrm/db/restore/status";
import { listTenantStates, type TenantState } from "@smscrm/db/tenants/operators";
import { type OpsContext, OpsRefusal } from "./context.ts";

/** The words for each kind of difference, in the singular and the plural. */
const KIND_WORDS = {
  sent: [
    "message was sent since the backup: it counts as sent and is not sent again",
    "messages were sent since the backup: they count as sent and are not sent again",
  ],
  "sent-elsewhere": [
    "message was sent that belongs to no campaign here",
    "messages were sent that belong to no campaign here",
  ],
  "opt-out": [
    "person said STOP since the backup and is on the do-not-contact list",
    "people said STOP since the backup and are on the do-not-contact list",
  ],
  "opt-in": ["person said START since the backup", "people said START since the backup"],
  reply: ["other reply since the backup", "other replies since the backup"],
} as const;

const lockedOf = async ({ sql, tenantId }: OpsContext): Promise<TenantState[]> =>
  (await listTenantStates(sql)).filter(({ id, lockedAt }) => lockedAt && (!tenantId || id === tenantId));

/** `pnpm ops restore`: shows what the restored database missed, for each locked tenant. */
export async function showRestore(context: OpsContext): Promise<void> {
  const locked = await lockedOf(context);
  if (locked.length === 0) return context.say(UNLOCK_REFUSALS["not-locked"]);
  for (const { id, name } of locked) {
    const status = await context.database.asTenant(id, (tx) => readRestore(tx, id));
    context.say(`${name} (${id})`);
    for (const line of status ? linesOf(status) : ["locked; a worker must run to find out more"])
      context.say(`  ${line}`);
  }
}

function linesOf(status: RestoreStatus): string[] {
  const { backupAt, source, checkedUntil, problem, counts, elsewhere, resuming } = status;
  return [
    `restored as of ${backupAt.toISOString()} from ${source}`,
    checkedUntil
      ? `the carrier was asked about everything until ${checkedUntil.toISOString()}`
      : "the carrier was not compared yet: wait until a worker does it",
    ...(problem ? [`the carrier could not be reached: ${problem}`] : []),
    ...counts.map(({ kind, messages }) => counted(messages, KIND_WORDS[kind][0], KIND_WORDS[kind][1])),
    ...elsewhere.map(({ body, messages }) => `  ${counted(messages, "time")}: ${JSON.stringify(body)}`),
    ...resuming.map(
      ({ name, queued }) => `resumes after unlocking: ${name}, ${counted(queued, "message")} queued`,
    ),
  ];
}

/** `pnpm ops unlock [--tenant ID]`: resumes sending once the carrier was compared. Each unlock is audited. */
export async function unlock(context: OpsContext): Promise<void> {
  const { database, by, say } = context;
  const locked = await lockedOf(context);
  if (locked.length === 0) throw new OpsRefusal(UNLOCK_REFUSALS["not-locked"]);
  await showRestore(context);
  for (const { id, name } of locked) {
    const result = await database.asTenant(id, (tx) => unlockTenant(tx, id, { userId: null, name: by }));
    if (result !== "unlocked") throw new OpsRefusal(`${name}: ${UNLOCK_REFUSALS[result]}`);
    say(`Unlocked: ${name}`);
  }
}
