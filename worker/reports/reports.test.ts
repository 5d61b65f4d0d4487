import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { listSendJobs } from "@smscrm/db/messages/messages";
import { readDays, readReportClock, readTable } from "@smscrm/db/reports/read";
import { afterEach, expect, test } from "vitest";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
afterEach(() => fixture.close());

const PEOPLE = 40;

test("a report says of a campaign what the carrier's ledger says, and follows what comes later", async () => {
  fixture = await openSendingFixture("postgres");
  const { database, until, startOne, owner } = fixture;
  const { tenantId, sender, campaignId } = await fixture.running(PEOPLE);
  const people = await owner<{ phone: string }[]>`
    select phone_e164 as phone from contacts where tenant_id = ${tenantId} order by 1`;
  // Three may not be texted.
  await owner`
    insert into do_not_contact (tenant_id, phone_e164, source)
    select ${tenantId}, * from unnest(${people.slice(0, 3).map(({ phone }) => phone)}::text[]), (values ('manual')) s`;
  startOne();
  await fixture.allFinal();

  const text = (phone: string, body: string, sid: string) =>
    ingestInbound(fixture.sql, {
      messageSid: sid,
      from: phone,
      to: sender.phone,
      body,
      optOutType: null,
      payload: null,
    });
  await text(people[5]!.phone, "When are you open?", "SM-in-1");
  await text(people[5]!.phone, "And on Sunday?", "SM-in-2");
  await text(people[6]!.phone, "STOP", "SM-in-3");

  const read = () =>
    database.asTenant(tenantId, async (tx) => {
      const { today } = await readReportClock(tx, tenantId);
      const period = { from: today, to: today };
      const [row] = (await readTable(tx, tenantId, { period, by: "campaign" })).filter(
        ({ key }) => key === campaignId,
      );
      return { period, row, days: await readDays(tx, tenantId, period) };
    });
  await until("the figures are counted", async () => (await read()).row?.replied === 2);

  const { period, row } = await read();
  const texts = fixture
    .creates()
    .filter(({ form, message }) => message && people.some(({ phone }) => phone === form?.To));
  const toCampaign = texts.filter(({ form }) => String(form?.Body).startsWith("Hello from Acme"));
  expect(toCampaign).toHaveLength(PEOPLE - 3);
  expect(row).toMatchObject({ name: "News", sent: PEOPLE - 3, notSent: 3, replied: 2, optedOut: 1, open: 0 });
  expect(row!.delivered + row!.failed).toBe(PEOPLE - 3);
  const [spent] = await owner<{ micros: number }[]>`
    select sum(spent_micros + reserved_micros)::float8 as micros from send_attempts where campaign_id = ${campaignId}`;
  expect(row!.costMicros).toBe(spent!.micros);
  expect(row!.estimatedMicros).toBe(spent!.micros);

  const opened = (figure: "replied" | "notSent" | "optedOut") =>
    database.asTenant(tenantId, async (tx) => {
      const counted = { figure, ...period, by: "campaign" as const, key: campaignId };
      return (await listSendJobs(tx, tenantId, { counted, limit: 100 })).items
        .map(({ phone }) => phone)
        .sort();
    });
  expect(await opened("notSent")).toEqual(people.slice(0, 3).map(({ phone }) => phone));
  expect(await opened("replied")).toEqual([people[5]!.phone, people[6]!.phone]);
  expect(await opened("optedOut")).toEqual([people[6]!.phone]);

  // The carrier states its prices much later.
  await owner`
    update send_attempts set spent_micros = 40000, price_source = 'carrier' where campaign_id = ${campaignId} and spent_micros > 0`;
  await until("the prices are counted", async () => {
    const later = (await read()).row!;
    return later.estimatedMicros === 0 && later.costMicros % 40_000 === 0;
  });
  expect(JSON.stringify(await owner`select * from report_slots`)).not.toMatch(/\+614/);
}, 90_000);
