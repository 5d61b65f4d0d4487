import { receiveInbound } from "@smscrm/infra/simulator/messages/inbound";
import { runtimeProgram } from "../../start/runtime.ts";
import { type Evaluation, evaluate, type Stop } from "./evaluate.ts";
import { fillHistory } from "./history.ts";
import { openSite, type Site } from "./site.ts";

export interface DrillOptions {
  /** Recipients of the campaign that is being sent at the crash. */
  recipients: number;
  /** Messages of earlier campaigns in the database. */
  history: number;
  /** Whether the old database's disk is lost too. */
  lost: boolean;
  say: (line: string) => void;
}

export interface DrillReport extends Evaluation {
  history: number;
  backupMs: number;
  backupBytes: number;
  restoreMs: number;
  /** From the kill to the first message after it. */
  recoveryMs: number;
  /** What the backup lacks: from its snapshot to the kill. */
  lostMs: number;
  /** Opt-outs that were made after the backup and are missing from the list. */
  lostOptOuts: string[];
  /** In flight during the backup, and unknown to the carrier: a person decides about them. */
  unknown: number;
  /** Submissions between the kill and the unlock. */
  whileLocked: number;
  difference: string;
}

const RUNNING = "Hello {{first_name}}, our sale is on. Reply STOP to opt out";
const DRAFT = "{{first_name}}, come to our opening. Reply STOP to opt out";
const LIMIT_MS = 60_000;
const DRAFT_SHARE = 10;

/**
 * Runs the disaster of the runbook. It sends a part, backs up, sends more, people say STOP, and everything is killed.
 * Then it restores, asks the carrier, unlocks, finishes, and checks the result against the carrier's ledger.
 */
export async function runDrill({ recipients, history, lost, say }: DrillOptions): Promise<DrillReport> {
  const site = await openSite();
  try {
    const creates = () => site.carrier.ledger.all().filter(({ kind }) => kind === "create");
    const { tenantId, sender, draft } = await setUp(site, recipients, history);
    say(`${recipients} recipients, ${history} earlier messages`);
    await site.startParts();

    await until("a third is sent", site, () => creates().length > recipients / 3);
    const backupBegan = Date.now();
    await site.run("scripts/backup.sh");
    const backupMs = Date.now() - backupBegan;
    const [backup] = await site.sql<{ file: string; takenAt: Date; bytes: number }[]>`
      select file, taken_at as "takenAt", size_bytes::int as bytes from backups`;
    say(`backed up in ${backupMs} ms, ${backup!.bytes} bytes`);

    await site.sql`update campaigns set status = 'launching', launched_at = clock_timestamp() where id = ${draft}`;
    await until("two thirds are sent", site, () => creates().length > (recipients * 2) / 3);
    const stops = await sayStop(site, creates, sender.phone, recipients);
    await site.sql`insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, ${BY_HAND}, 'operator')`;
    const killedAt = Date.now();
    await site.killEverything(lost);
    say(`killed after ${creates().length} requests${lost ? "; its disk is lost" : ""}`);

    const restoreBegan = Date.now();
    await site.run("scripts/restore.sh", `${site.environment.BACKUP_DIR}/${backup!.file}`, "--yes");
    const restoreMs = Date.now() - restoreBegan;
    const before = creates().length;
    await site.startParts();
    const ops = (command: string) => site.run(runtimeProgram("bun"), "scripts/ops.ts", command);
    await until("the carrier was compared", site, async () => {
      const [restore] = await site.sql`select 1 from restores where checked_until is not null`;
      return Boolean(restore);
    });
    const difference = await ops("restore");
    const whileLocked = creates().length - before;
    await ops("unlock");
    // Someone launches a campaign again that the restored database shows as a draft.
    await site.sql`update campaigns set status = 'launching', launched_at = clock_timestamp()
      where id = ${draft} and status = 'draft'`;
    await until("it sends again", site, () => creates().length > before);
    const recoveryMs = Date.now() - killedAt;
    await until("everything is sent", site, async () => {
      // Leases of dead tickets and look-ups of lost callbacks are due at once, instead of in half a minute or an
      // hour.
      await site.sql`delete from send_leases where expires_at < clock_timestamp() + interval '28 seconds'`;
      await site.sql`update send_jobs set due_at = clock_timestamp()
        where status = 'queued' and due_at > clock_timestamp()`;
      await site.sql`update send_attempts set look_up_at = clock_timestamp() where look_up_at > clock_timestamp()`;
      const [row] = await site.sql`
        select 1 from send_jobs where status in ('queued', 'sending', 'sent')
        union all select 1 from campaigns where status in ('launching', 'draft') limit 1`;
      return !row;
    });
    const unknown = await unknownJobs(site);
    return {
      ...evaluate(creates(), expectedOf(recipients), stops, unknown),
      unknown: unknown.length,
      history,
      backupMs,
      backupBytes: backup!.bytes,
      restoreMs,
      recoveryMs,
      lostMs: killedAt - backup!.takenAt.getTime(),
      lostOptOuts: await missingOptOuts(site, [
        ...stops.map(({ phone }) => phone),
        ...(lost ? [] : [BY_HAND]),
      ]),
      whileLocked,
      difference,
    };
  } finally {
    await site.close();
  }
}

const BY_HAND = "+61409000001";
const phoneOf = (at: number) => `+61401${String(at).padStart(6, "0")}`;

function expectedOf(recipients: number) {
  const of = (body: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      phone: phoneOf(at + 1),
      body: body.replace("{{first_name}}", "Ann"),
    }));
  return [...of(RUNNING, recipients), ...of(DRAFT, Math.ceil(recipients / DRAFT_SHARE))];
}

async function setUp(site: Site, recipients: number, history: number) {
  const tenantId = await site.tenant({ segmentsPerSecond: Math.max(20, Math.ceil(recipients / 8)) });
  const sender = await site.number(tenantId);
  const draftRecipients = Math.ceil(recipients / DRAFT_SHARE);
  await site.people(tenantId, { phones: draftRecipients, tags: ["opening", "sale"] });
  const others = Array.from({ length: recipients - draftRecipients }, (_, at) =>
    phoneOf(draftRecipients + at + 1),
  );
  await site.people(tenantId, { phones: others, tags: ["sale"] });
  if (history > 0) await fillHistory(site.sql, tenantId, sender, history);
  const draft = await site.campaign(tenantId, { body: DRAFT, tags: ["opening"], status: "draft" });
  await site.sql`update tenants set cap_per_day = null where id = ${tenantId}`;
  await site.campaign(tenantId, { body: RUNNING, tags: ["sale"] });
  return { tenantId, sender, draft };
}

/**
 * Ten people say STOP. Half of them already have the text, and every other one uses words that the carrier does not
 * know.
 */
async function sayStop(
  site: Site,
  creates: () => { form: Record<string, unknown> | null }[],
  to: string,
  recipients: number,
): Promise<Stop[]> {
  const reached = new Set(creates().map(({ form }) => String(form?.To)));
  const all = Array.from({ length: recipients }, (_, at) => phoneOf(at + 1));
  const people = [
    ...all.filter((phone) => reached.has(phone)).slice(-5),
    ...all.filter((phone) => !reached.has(phone)).slice(-5),
  ];
  return Promise.all(
    people.map(async (phone, at) => {
      const body = at % 2 === 0 ? "STOP" : "please stop texting me";
      const { webhook } = await receiveInbound(site.carrier, { from: phone, to, body });
      await webhook;
      return { phone, answeredAt: Date.now() };
    }),
  );
}

async function unknownJobs({ sql }: Site): Promise<{ phone: string; body: string }[]> {
  return sql<{ phone: string; body: string }[]>`
    select to_phone as phone, body from send_attempts a join send_jobs j on j.last_attempt_id = a.id
    where j.status = 'unknown'`;
}

async function missingOptOuts(site: Site, phones: string[]): Promise<string[]> {
  const rows = await site.sql<{ phone: string }[]>`
    select phone_e164 as phone from do_not_contact where phone_e164 = any(${phones})`;
  const kept = new Set(rows.map(({ phone }) => phone));
  return phones.filter((phone) => !kept.has(phone));
}

async function until(what: string, site: Site, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  // The database is killed during this: a refused connection only means "not yet".
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    if (Date.now() > deadline) {
      throw new Error(`Timed out waiting until ${what}: ${await standing(site)}\n${site.logs()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function standing({ sql }: Site): Promise<string> {
  const rows = await sql`
    select c.name, c.status as campaign, j.status, j.hold_reason, j.gate, count(*)::int as jobs from campaigns c
    left join send_jobs j on j.campaign_id = c.id group by 1, 2, 3, 4, 5`.catch(() => []);
  return JSON.stringify(rows);
}
