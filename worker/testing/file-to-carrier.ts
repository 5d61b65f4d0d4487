import type { FileConsent } from "@smscrm/core/consent/imported";
import { guessMapping, type ImportMapping } from "@smscrm/core/contacts/import-columns";
import { fileRows, guessForm } from "@smscrm/core/files/file-layout";
import { everyDay } from "@smscrm/core/time/quiet-hours";
import { wallTime } from "@smscrm/core/time/wall-clock";
import { addImportChunk, createImport, finishUpload } from "@smscrm/db/imports/import-uploads";
import { findImport, queueImport } from "@smscrm/db/imports/imports";
import type { SendingFixture } from "./sending-fixture.ts";

export interface GivenFile {
  kind?: "contacts" | "opt-outs";
  hasHeader?: boolean;
  mapping?: ImportMapping;
  /** Columns besides those that the header suggests. */
  moreColumns?: Partial<ImportMapping>;
  /** The country of numbers without one. */
  country?: string;
  consentBasis?: "express" | "inferred" | "transactional";
  /** What the operator says about the consent of the whole file. */
  consent?: FileConsent;
}

/** Imports a file by the real worker, with the mapping that its header suggests. */
export async function importFile(
  { database, sql, until }: SendingFixture,
  tenantId: string,
  text: string,
  {
    kind = "contacts",
    hasHeader = true,
    mapping,
    moreColumns = {},
    country = "AU",
    consentBasis = "express",
    consent = {},
  }: GivenFile = {},
) {
  const form = guessForm(text, { delimiter: "," });
  const rows = fileRows(form).take(text, true);
  const header = hasHeader ? rows[0]!.cells : rows[0]!.cells.map((_, n) => `Column ${n + 1}`);
  const sample = rows.slice(hasHeader ? 1 : 0, 21).map(({ cells }) => cells);
  const bytes = new TextEncoder().encode(text);
  const [user] = await sql<{ id: string }[]>`
    insert into users (name, email, password_hash) values ('Ann', ${`${crypto.randomUUID()}@example.com`}, 'x') returning id`;
  const id = await database.asTenant(tenantId, async (tx) => {
    const created = await createImport(tx, tenantId, { fileName: "people.csv", createdBy: user!.id, kind });
    await addImportChunk(tx, tenantId, created, 0, bytes);
    const file = { sizeBytes: bytes.length, encoding: "utf-8", delimiter: ",", header, hasHeader, sample };
    await finishUpload(tx, tenantId, created, file);
    await queueImport(tx, tenantId, created, {
      mapping: { ...(mapping ?? guessMapping(header, sample, country)), ...moreColumns },
      consentBasis: kind === "contacts" ? consentBasis : null,
      consentEvidence: "Asked at the counter",
      consent,
      tags: [],
    });
    return created;
  });
  const read = async () => (await database.asTenant(tenantId, (tx) => findImport(tx, tenantId, id)))!;
  await until("the import has ended", async () => ["completed", "failed"].includes((await read()).status));
  const rejected = await sql<{ line: number; reason: string; detail: string }[]>`
    select line, reason, detail from import_rejections where import_id = ${id} order by line`;
  return { ...(await read()), lines: rejected.map(({ line, reason }) => [line, reason]), details: rejected };
}

/** Sends a campaign to all contacts of a tenant, waits for it, and returns all numbers that the carrier was asked to text. */
export async function textedByCampaign(fixture: SendingFixture, tenantId: string): Promise<string[]> {
  await sendToEnd(fixture, await fixture.campaign(tenantId));
  return textedSince(fixture, 0);
}

/** Waits until a launched campaign is frozen and all its messages are final. */
export async function sendToEnd({ sql, until, allFinal }: SendingFixture, campaignId: string): Promise<void> {
  await until("the audience is frozen", async () => {
    const [row] = await sql`select status from campaigns where id = ${campaignId}`;
    return !["launching", "scheduled"].includes(row?.status);
  });
  await allFinal();
}

/** Returns the numbers that the carrier was asked to text, after this many requests. */
export function textedSince({ creates }: SendingFixture, requests: number): string[] {
  return creates()
    .slice(requests)
    .map((entry) => String((entry.message as { to?: string } | null)?.to))
    .sort();
}

/** Opens only the hour around the wall clock of a zone. */
export async function openOnlyWhereItIs(
  { sql }: SendingFixture,
  tenantId: string,
  zone: string,
): Promise<void> {
  const [hours = 0, minutes = 0] = wallTime(zone, new Date())!.split(":").map(Number);
  const now = 60 * hours + minutes;
  const text = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const week = everyDay(text(Math.max(0, now - 60)), text(Math.min(24 * 60, now + 60)));
  await sql`update tenants set quiet_hours = ${sql.json(week as never)} where id = ${tenantId}`;
}

/** Sends a campaign to all contacts and returns the numbers that were texted, once every message went or was held. */
export async function textedNow(fixture: SendingFixture, tenantId: string): Promise<string[]> {
  const { sql, campaign, until } = fixture;
  const campaignId = await campaign(tenantId);
  await until("every message was sent or held", async () => {
    const [row] = await sql`
      select c.status, count(j.id)::int as jobs,
        count(*) filter (where j.status in ('queued', 'sending') and j.hold_reason is null)::int as open
      from campaigns c left join send_jobs j on j.campaign_id = c.id where c.id = ${campaignId} group by 1`;
    return row?.status !== "launching" && row?.jobs > 0 && row?.open === 0;
  });
  return textedSince(fixture, 0);
}
