import { listTenantStates, type TenantState } from "@smscrm/db/operators";
import { type RestoreStatus, readRestore, UNLOCK_REFUSALS, unlockTenant } from "@smscrm/db/restore/status";
import { type OpsContext, OpsRefusal } from "./context.ts";

const KIND_WORDS = {
  sent: "messages that were sent since the backup: they count as sent and are not sent again",
  "sent-elsewhere": "messages that the carrier sent and that belong to nothing here",
  "opt-out": "people who said STOP since the backup: they are on the do-not-contact list",
  "opt-in": "people who said START since the backup",
  reply: "other replies since the backup",
} as const;

const lockedOf = async ({ sql, tenantId }: OpsContext): Promise<TenantState[]> =>
  (await listTenantStates(sql)).filter(({ id, lockedAt }) => lockedAt && (!tenantId || id === tenantId));

/** `pnpm ops restore`: what the restored database had missed, for each locked tenant. */
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
  const { backupAt, source, checkedUntil, problem, counts, elsewhere, goingOn } = status;
  return [
    `restored as of ${backupAt.toISOString()} from ${source}`,
    checkedUntil
      ? `the carrier was asked about everything until ${checkedUntil.toISOString()}`
      : "the carrier was not asked yet: a worker does it, wait for it",
    ...(problem ? [`the carrier could not be asked: ${problem}`] : []),
    ...counts.map(({ kind, messages }) => `${messages} ${KIND_WORDS[kind]}`),
    ...elsewhere.map(({ body, messages }) => `  ${messages} times: ${JSON.stringify(body)}`),
    ...goingOn.map(({ name, queued }) => `goes on after unlocking: ${name}, ${queued} messages wait`),
  ];
}

/** `pnpm ops unlock [--tenant ID]`: lets them send again, once the carrier was asked. Each unlock is audited. */
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
