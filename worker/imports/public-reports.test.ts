import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { importFile, openOnlyWhereItIs, textedByCampaign, textedNow } from "../testing/file-to-carrier.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

/**
 * What harmed people elsewhere, from the file to the carrier's ledger, with a second tenant beside. Each names its
 * public report; numbers are reserved ones.
 */
let fixture: SendingFixture;
let ours: string;
let theirs: string;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  [ours, theirs] = [await fixture.tenant(), await fixture.tenant()];
  for (const tenantId of [ours, theirs]) await fixture.number(tenantId);
});
afterEach(() => fixture.close());

const file = (header: string, ...rows: string[]) => [header, ...rows, ""].join("\n");
const optedOut = async (tenantId: string) =>
  (
    await fixture.sql<{ phone: string }[]>`
      select phone_e164 as phone from do_not_contact where tenant_id = ${tenantId} order by 1`
  ).map(({ phone }) => phone);

test("a number that a spreadsheet changed reaches its own owner or nobody", async () => {
  fixture.startOne();
  const cells: [source: string, cell: string, right: string][] = [
    ["https://github.com/nyaruka/rapidpro/pull/241", "61491570006.0", "+61491570006"],
    ["https://github.com/AmpersandTarski/Ampersand/pull/313", "491570156.00", "+61491570156"],
    ["https://github.com/Automattic/camptix/issues/40", "4.91E+08", "Spreadsheet damage"],
    ["https://github.com/SpartnerNL/Laravel-Excel/issues/1789", "6.14916E+10", "Spreadsheet damage"],
    ["https://github.com/SpartnerNL/Laravel-Excel/issues/300", "491570157", "+61491570157"],
    ["https://github.com/SpartnerNL/Laravel-Excel/issues/2954", "4915.7015", "Spreadsheet damage"],
    ["https://github.com/huanz/tableExport/issues/4", "61491570000000000", "Not valid in its country"],
    ["https://github.com/hhurz/tableExport.jquery.plugin/issues/103", "\u001f0491570158", "+61491570158"],
  ];
  const { details } = await importFile(
    fixture,
    ours,
    file("Mobile,First name", ...cells.map(([, cell], n) => `${cell},Person ${n}`)),
  );
  const right = cells.map(([, , one]) => one);
  expect(await textedByCampaign(fixture, ours)).toEqual(right.filter((one) => one.startsWith("+")));
  expect(details.map(({ reason }) => reason)).toEqual(right.filter((one) => !one.startsWith("+")));
});

test("a national number is read in the country that its row names, or its row is refused", async () => {
  fixture.startOne();
  const rows: [source: string, row: string, right: string][] = [
    ["https://github.com/civicrm/civicrm-core/pull/33329", '0491 570 006,"Australia"', "+61491570006"],
    ["https://github.com/jagduvi1/Cellarion/pull/1088", "0491 570 156,au", "+61491570156"],
    ["https://github.com/civicrm/civicrm-core/pull/33329", "0491 570 157,Korea", "Country not known"],
    [
      "https://github.com/civicrm/civicrm-core/pull/33329",
      "0491 570 158,England",
      "Not valid in its country",
    ],
    ["https://github.com/PrestaShop/PrestaShop/issues/21736", "0491 570 159,14", "Country not known"],
    ["https://github.com/zetkin/app.zetkin.org/issues/2723", "0491 570 110,se", "Landline"],
    [
      "https://github.com/civicrm/civicrm-core/pull/33329",
      '0491 570 313,"Iran, Islamic Republic of"',
      "Not valid in its country",
    ],
  ];
  const { details } = await importFile(fixture, ours, file("Mobile,Country", ...rows.map(([, row]) => row)));
  const right = rows.map(([, , one]) => one);
  expect(await textedByCampaign(fixture, ours)).toEqual(right.filter((one) => one.startsWith("+")));
  expect(details.map(({ reason }) => reason)).toEqual(right.filter((one) => !one.startsWith("+")));
});

test("another program's clock is not where a person lives", async () => {
  await openOnlyWhereItIs(fixture, ours, "Australia/Perth");
  fixture.startOne();
  await importFile(
    fixture,
    ours,
    file(
      "Mobile,Time zone",
      // https://github.com/Noveum/orbit/pull/478: the column says UTC until somebody types another.
      "0491570006,UTC",
      // https://github.com/sheaf-project/sheaf/pull/32: offsets have no daylight saving.
      "0491570156,+08:00",
      // https://github.com/ProgressiveCoders/Spoke/issues/1759: a variable with its quotes.
      "0491570157,'Europe/London'",
      // https://github.com/dam-agents/dam/issues/827: the sender's zone, not the person's.
      "0491570158,Europe/Prague",
      "0491570159,Australia/Perth",
    ),
  );
  expect(await textedNow(fixture, ours)).toEqual(["+61491570159"]);
});

describe("who opted out with another program is not texted", () => {
  test.each<[source: string, header: string, rows: string[], texted: string[], listed: string[]]>([
    [
      "https://github.com/pentacent/keila/issues/253",
      "Mobile,First name,status",
      ["0491570006,Mia,active", "0491570156,Noah,unsubscribed", "0491570157,Ava,unreachable"],
      ["+61491570006"],
      ["+61491570156"],
    ],
    [
      "https://github.com/mautic/mautic/issues/1543",
      "mobile,firstname,doNotContact",
      ["0491570006,Mia,0", "0491570156,Noah,1"],
      ["+61491570006"],
      ["+61491570156"],
    ],
    [
      "https://github.com/mettle/sendportal-core/issues/165",
      "phone,first_name,unsubscribed_at",
      ["0491570006,Mia,NULL", "0491570156,Noah,2022-05-30 10:00:00", "0491570157,Ava,0000-00-00 00:00:00"],
      ["+61491570006", "+61491570157"],
      ["+61491570156"],
    ],
    [
      "https://github.com/Mailtrain-org/mailtrain/issues/325",
      "Phone,Name,Subscription status",
      ["0491570006,Mia,Subscribed", "0491570156,Noah,Unsubscribed"],
      ["+61491570006"],
      ["+61491570156"],
    ],
    [
      "https://github.com/glific/glific/issues/2645",
      "name,phone,opt_in",
      ["Mia,61491570006,yes", "Noah,61491570156,no"],
      ["+61491570006"],
      ["+61491570156"],
    ],
  ])("%s", async (_, header, rows, texted, listed) => {
    fixture.startOne();
    await importFile(fixture, ours, file(header, ...rows));
    expect(await textedByCampaign(fixture, ours)).toEqual(texted);
    expect(await optedOut(ours)).toEqual(listed);
    // The other tenant's people are its own: nothing of ours keeps them, and nothing of theirs is changed.
    await fixture.people(theirs, { phones: listed });
    expect(await optedOut(theirs)).toEqual([]);
    const all = await textedByCampaign(fixture, theirs);
    expect(all).toEqual([...texted, ...listed].sort());
  });

  test.each([
    // A file of those who left, uploaded to suppress them.
    ["https://github.com/erxes/erxes/issues/2638", "Phone\n0491570006\n0491570156\n"],
    [
      "https://github.com/putyourlightson/craft-campaign/issues/384",
      "Name,Phone\nMia,0491570006\nNoah,+61 491 570 156\n",
    ],
    ["https://github.com/mautic/mautic/issues/324", "phone,reason\n61491570006,asked\n61491570156,asked\n"],
  ])("by a list of opt-outs: %s", async (_, text) => {
    await fixture.people(ours, { phones: ["+61491570006", "+61491570156", "+61491570157"] });
    fixture.startOne();
    const header = text.split("\n")[0]!.split(",");
    const phone = header.findIndex((heading) => /phone/i.test(heading));
    await importFile(fixture, ours, text, { kind: "opt-outs", mapping: { phone } });
    expect(await optedOut(ours)).toEqual(["+61491570006", "+61491570156"]);
    expect(await textedByCampaign(fixture, ours)).toEqual(["+61491570157"]);
  });

  test("and a later file does not bring them back: https://github.com/mettle/sendportal-core/issues/165", async () => {
    fixture.startOne();
    await importFile(fixture, ours, file("Mobile,SMS consent", "0491570006,no"));
    await importFile(fixture, ours, file("Mobile,First name", "0491570006,Mia", "0491570156,Noah"));
    expect(await textedByCampaign(fixture, ours)).toEqual(["+61491570156"]);
  });
});
