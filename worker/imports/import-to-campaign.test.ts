import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  importFile as fromFile,
  type GivenFile,
  textedNow as notHeld,
  openOnlyWhereItIs,
  textedByCampaign as texted,
} from "../testing/file-to-carrier.ts";
import { openSendingFixture, type SendingFixture } from "../testing/sending-fixture.ts";

let fixture: SendingFixture;
let tenantId: string;
beforeEach(async () => {
  fixture = await openSendingFixture("postgres");
  tenantId = await fixture.tenant();
  await fixture.number(tenantId);
});
afterEach(() => fixture.close());

const importFile = (text: string, given?: GivenFile) => fromFile(fixture, tenantId, text, given);
const textedByCampaign = () => texted(fixture, tenantId);

describe("a stranger is never texted", () => {
  test("a number with decimals that could be another is refused, the others are texted unchanged", async () => {
    fixture.startOne();
    const { lines } = await importFile(
      [
        "Mobile,First name,Country",
        "61491570006.00,Mia,Australia",
        "491570156.00,Noah,Australia",
        '"61,491,570,157",Ava,Australia',
        "21000000.00,Kiri,New Zealand",
        "66400000000.00,Anna,Austria",
        "8120000000.00,Budi,ID",
        "21000000.5,Aroha,New Zealand",
        "",
      ].join("\n"),
    );
    expect(await textedByCampaign()).toEqual(["+61491570006", "+61491570156", "+61491570157"]);
    expect(lines).toEqual([
      [5, "Ambiguous number"],
      [6, "Ambiguous number"],
      [7, "Ambiguous number"],
      [8, "Spreadsheet damage"],
    ]);
  });

  test("an unknown country is never replaced by the tenant's own", async () => {
    fixture.startOne();
    const { lines, details } = await importFile(
      [
        "Mobile,First name,Country",
        "0491 570 006,Mia,Xyz",
        "0412 345 678,Noah,Belgium",
        "0491 570 157,Ava,NULL",
        "0491 570 158,Zoe,NA",
        "0491 570 159,Eli,Congo",
        "+61491570110,Leo,Atlantis",
        "",
      ].join("\n"),
    );
    expect(await textedByCampaign()).toEqual(["+61491570110", "+61491570157"]);
    expect(lines).toEqual([
      [2, "Country not known"],
      [3, "Not valid in its country"],
      [5, "Country not known"],
      [6, "Country not known"],
    ]);
    expect(details[0]?.detail).toBe("Country 'Xyz' isn't known: use its two-letter code, such as AU.");
  });
});

describe("a person whom the file says is opted out is never texted", () => {
  const optedOut = async () =>
    (await fixture.sql`select phone_e164 as phone, source from do_not_contact order by 1`).map(
      ({ phone, source }) => `${phone} ${source}`,
    );

  test("by 'Accepts SMS Marketing'; a column about e-mail counts only for e-mail", async () => {
    fixture.startOne();
    const summary = await importFile(
      [
        "First Name,Accepts Email Marketing,Phone,Accepts SMS Marketing,Tags",
        "Mia,no,'+61491570006,yes,vip",
        "Noah,yes,'+61491570156,no,",
        "Ava,yes,'+61491570157,,",
        "Zoe,yes,'+61491570158,perhaps,",
        "",
      ].join("\n"),
    );
    expect(await textedByCampaign()).toEqual(["+61491570006"]);
    expect(await optedOut()).toEqual(["+61491570156 import"]);
    expect(summary).toMatchObject({ created: 2, optedOut: 1, keptOptedOut: 0 });
    expect(summary.lines).toEqual([
      [4, "No consent"],
      [5, "Consent not clear"],
    ]);
  });

  test("by a status, by a yes to 'Do not SMS', by a date", async () => {
    fixture.startOne();
    await importFile(
      [
        "Mobile,Status,Do not SMS,Opt-out date",
        "0491570006,active,0,",
        "0491570156,unsubscribed,1,",
        "0491570157,opted out,0,",
        "0491570158,active,1.00,",
        "0491570159,active,0,2026-03-01",
        "",
      ].join("\n"),
    );
    expect(await textedByCampaign()).toEqual(["+61491570006"]);
    expect(await optedOut()).toHaveLength(4);
  });

  test("even if another row says yes, in any order and in another batch", async () => {
    const filler = Array.from({ length: 4100 }, (_, n) => `x${n},yes`);
    const file = [
      "Mobile,SMS opt-in",
      "0491570006,yes",
      "0491570156,no",
      "0491570157,maybe",
      "0491570158,yes",
    ];
    const later = ["+61 491 570 006,false", "0491570156,yes", "0491570157,yes", ""];
    fixture.startOne();
    await importFile([...file, ...filler, ...later].join("\n"));
    expect(await textedByCampaign()).toEqual(["+61491570158"]);
    expect(await optedOut()).toEqual(["+61491570006 import", "+61491570156 import"]);
  });

  test("not even for a moment: the opt-outs of a file take effect before its first contact", async () => {
    const { owner: sql } = fixture;
    await sql`
      create function refuse_early() returns trigger language plpgsql as $$ begin
        if not exists (select from do_not_contact where phone_e164 = '+61491570006') then raise 'too early'; end if;
        return new; end $$`;
    await sql`create trigger refuse_early before insert on contacts for each row execute function refuse_early()`;
    const filler = Array.from({ length: 4100 }, (_, n) => `x${n},yes`);
    fixture.startOne();
    const rows = ["Mobile,SMS opt-in", "0491570006,yes", ...filler, "0491570006,no", ""];
    expect(await importFile(rows.join("\n"))).toMatchObject({ status: "completed", created: 1, optedOut: 1 });
  });

  test("by a word in a column that is not mapped", async () => {
    fixture.startOne();
    const text = "Mobile,Remarks\n0491570006,\n0491570156,Unsubscribed\n";
    const { lines } = await importFile(text, { mapping: { phone: 0 } });
    expect(await textedByCampaign()).toEqual(["+61491570006"]);
    expect(lines).toEqual([[3, "Consent not clear"]]);
  });

  test("by any of that person's numbers, and consent columns become evidence", async () => {
    fixture.startOne();
    await importFile(
      [
        "Name,Mobile,Phone,SMS consent,SMS consent date,Consent source",
        "Mia,0491570006,0491570156,no,,",
        "Noah,0491570157,0491570158 / 0491570159,yes,2025-03-01,web form",
        "",
      ].join("\n"),
    );
    expect(await optedOut()).toEqual(["+61491570006 import", "+61491570156 import"]);
    expect(await textedByCampaign()).toEqual(["+61491570157"]);
    const [consent] = await fixture.sql`
      select evidence -> 'said' as said from consents where phone_e164 = '+61491570157'`;
    expect(consent?.said).toEqual({ "SMS consent date": "2025-03-01", "Consent source": "web form" });
    const [contact] = await fixture.sql`select custom from contacts where phone_e164 = '+61491570157'`;
    expect(contact?.custom).toEqual({ other_phones: "+61491570158, +61491570159" });
  });

  test("and no later file removes the opt-out", async () => {
    fixture.startOne();
    await importFile("Mobile,SMS consent\n0491570006,no\n");
    expect(await importFile("Mobile,SMS consent\n0491570006,yes\n")).toMatchObject({
      keptOptedOut: 1,
      optedOut: 0,
    });
    expect(await textedByCampaign()).toEqual([]);
  });
});

describe("a list of opt-outs", () => {
  test.each([
    ["with headings", "Phone\n", true],
    ["without headings", "", false],
  ])("%s keeps its numbers from being texted and creates no contacts", async (_, first, hasHeader) => {
    await fixture.people(tenantId, {
      phones: ["+61491570006", "+61491570156", "+61491570157", "+61491570158"],
    });
    await fixture.sql`
      insert into do_not_contact (tenant_id, phone_e164, source) values (${tenantId}, '+61491570157', 'reply')`;
    fixture.startOne();
    const list = `${first}0491 570 006\n61491570006.00\n+61491570157\n(02) 5550 1234\n4.9E+8\n0491570110; 0491570156\n`;
    const summary = await importFile(list, { kind: "opt-outs", hasHeader, mapping: { phone: 0 } });
    expect(summary).toMatchObject({ created: 3, unchanged: 2, updated: 0, rejected: 1, optedOut: 4 });
    expect(summary.lines.map(([, reason]) => reason)).toEqual(["Spreadsheet damage"]);
    expect(await textedByCampaign()).toEqual(["+61491570158"]);
    expect(await fixture.sql`select 1 from contacts`).toHaveLength(4);
    const [entry] = await fixture.sql`
      select source, note, import_id from do_not_contact where phone_e164 = '+61491570006'`;
    expect(entry).toMatchObject({ source: "import", note: "Asked at the counter", import_id: summary.id });
    const [withdrawn] =
      await fixture.sql`select consent_basis from contacts where phone_e164 = '+61491570006'`;
    expect(withdrawn?.consent_basis).toBe("withdrawn");
  });
});

describe("nobody is texted at night", () => {
  const openInPerthOnly = () => openOnlyWhereItIs(fixture, tenantId, "Australia/Perth");
  const textedNow = () => notHeld(fixture, tenantId);

  test("by a zone that is no place, of another country, or an address that says otherwise", async () => {
    await openInPerthOnly();
    fixture.startOne();
    await importFile(
      [
        "Mobile,First name,Time zone,Postcode,State,Country",
        "0491570006,Mia,UTC,,,",
        "0491570156,Noah,GMT,,,",
        "0491570157,Ava,+08:00,,,",
        "0491570158,Leo,AWST,,,",
        "0491570159,Kim,Asia/Singapore,,,",
        "0491570110,Zoe,Australia/Perth,,,",
        "0491570313,Eli,Australia/Perth,2000,,",
        "0491570737,Ida,,6000,,",
        "0491571266,Ola,,6000,NSW,",
        "0491571491,Bea,,,WA,",
        "+61491571804,Max,,,WA,United States",
        "+61491572549,Tom,Australia/Perth,,,New Zealand",
        "0491572665,Ann,Etc/GMT-8,,,",
        "0491572983,Una,AUS Eastern Standard Time,,,",
        "",
      ].join("\n"),
    );
    expect(await textedNow()).toEqual(["+61491570110", "+61491570737", "+61491571491"]);
    const [american] = await fixture.sql`
      select address_country as country from contacts where phone_e164 = '+61491571804'`;
    expect(american).toEqual({ country: "US" });
  });
});
