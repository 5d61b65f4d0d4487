import { ingestInbound } from "@smscrm/db/carrier/webhooks";
import { erasePerson } from "@smscrm/db/privacy/erasures";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type ImportFixture, openImportFixture } from "../testing/import-fixture.ts";

let bench: ImportFixture;
beforeAll(async () => {
  bench = await openImportFixture();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.pipeline`delete from contacts`;
  await bench.pipeline`delete from do_not_contact`;
  await bench.pipeline`delete from imports`;
});

const HEADER = "Mobile,First name,Last name,E-mail,Post code,State,Tags,Shoe size";

describe("what a row becomes", () => {
  test("a contact with all that the file says about it", async () => {
    const summary = await bench.importText(
      `${HEADER}\n0491 570 006,Zoë,O'Brien,Zoe@Example.com,6000,,"vip, lapsed",42\n`,
      {
        mapping: {
          phone: 0,
          first_name: 1,
          last_name: 2,
          email: 3,
          postcode: 4,
          state: 5,
          tags: 6,
          custom: { "Shoe size": 7 },
        },
        tags: ["may"],
      },
    );
    expect(summary).toMatchObject({
      status: "completed",
      created: 1,
      rowsDone: 1,
      rowsTotal: 1,
      rejected: 0,
    });
    expect(summary.bytesDone).toBe(summary.sizeBytes);
    expect(await bench.contact("+61491570006")).toMatchObject({
      country: "AU",
      line_type: "MOBILE",
      first_name: "Zoë",
      last_name: "O'Brien",
      email: "zoe@example.com",
      postcode: "6000",
      tags: ["vip", "lapsed", "may"],
      custom: { shoe_size: "42" },
      timezone: "Australia/Perth",
      timezone_source: "postcode",
      consent_basis: "express",
    });
  });

  test("its consent is recorded with its origin", async () => {
    const { id } = await bench.importText("Mobile\n0491570156\n", { consentBasis: "inferred" });
    const notes = await bench.pipeline`select * from consents where phone_e164 = '+61491570156'`;
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ basis: "inferred", source: "import" });
    expect(notes[0]?.evidence).toEqual({
      importId: id,
      fileName: "people.csv",
      line: 2,
      statement: "Asked at the counter",
    });
    expect(notes[0]?.recorded_by).not.toBeNull();
  });

  test("a zone only if the file states one: a mobile number alone gives none", async () => {
    await bench.importText("Mobile,State\n0491570157,\n0491570158,NSW\n0491570159,VIC\n+1 212 555 0123,\n");
    const zones =
      await bench.pipeline`select phone_e164, timezone, timezone_source from contacts order by phone_e164`;
    expect(zones.map((row) => [row.timezone, row.timezone_source])).toEqual([
      ["America/New_York", "area-code"],
      [null, "unknown"],
      [null, "unknown"],
      ["Australia/Melbourne", "state"],
    ]);
  });

  test("the file's bytes are deleted afterwards, its summary stays", async () => {
    await bench.importText("Mobile\n0491570006\n");
    expect(await bench.pipeline`select 1 from import_chunks`).toHaveLength(0);
  });
});

describe("rows that are refused", () => {
  test("each with its line, its reason and its cells", async () => {
    const summary = await bench.importText(
      [
        "Mobile,Name,Note",
        "0491570006,Ann,fine",
        "(02) 5550 1234,Bea,landline",
        ",Cy,none",
        '0491570156,"Di,unclosed',
        "4.9157E+8,Ed,damaged",
        '"0491570157","Flo","two',
        'lines"',
        "0491 570 006,Ann again,",
        "0491570158,Gil,x,too many",
        "0491570159,Hal\u0000,nul",
      ].join("\n"),
    );
    expect(summary).toMatchObject({ rowsDone: 9, created: 2, rejected: 7, status: "completed" });
    const rows = await bench.pipeline`select line, reason, row from import_rejections order by line`;
    expect(rows.map(({ line, reason }) => [line, reason])).toEqual([
      [3, "Landline"],
      [4, "No phone number"],
      [5, "Unclosed quote"],
      [6, "Spreadsheet damage"],
      [9, "Duplicate in file"],
      [10, "Too many columns"],
      [11, "Bad text"],
    ]);
    expect(rows[1]?.row).toEqual(["", "Cy", "none"]);
    expect(summary.rejectedByReason).toMatchObject({
      Landline: 1,
      "Duplicate in file": 1,
      "Unclosed quote": 1,
    });
  });

  test("with a value that can be read in two ways, by the types of the tenant's own fields", async () => {
    const other = await bench.addTenant();
    await bench.owner`
      insert into contact_fields (tenant_id, name, label, type, position)
      values (${bench.tenantId}, 'due', 'Due', 'date', 1), (${other}, 'due', 'Due', 'number', 1)`;
    const mapping = { phone: 0, custom: { Due: 1 } };
    const file = "Mobile,Due\n0491570006,3/4/2027\n0491570156,31/12/27\n";
    const summary = await bench.importText(file, { mapping });
    expect(summary).toMatchObject({ created: 1, rejectedByReason: { "Bad value": 1 } });
    expect((await bench.contact("+61491570006"))?.custom).toEqual({ due: "2027-04-03" });
  });

  test("a number from an earlier row, also of an earlier batch", async () => {
    const id = await bench.upload(
      `Mobile,Name\n0491570006,first\n${"x,y\n".repeat(7)}+61 491 570 006,later\n`,
    );
    await bench.work({ rowsPerBatch: 2 });
    expect(await bench.result(id)).toMatchObject({
      created: 1,
      rejected: 8,
      rejectedByReason: { "Duplicate in file": 1 },
    });
    expect((await bench.contact("+61491570006"))?.first_name).toBe("first");
  });
});

describe("contacts that are there already", () => {
  test("gain what the file gives and keep their values where its cells are blank", async () => {
    await bench.importText("Mobile,First name,E-mail,Tags\n0491570006,Ann,ann@example.com,vip\n");
    const second = await bench.importText("Mobile,First name,E-mail,Tags\n0491570006,Anna,,lapsed\n");
    expect(second).toMatchObject({ created: 0, updated: 1, unchanged: 0 });
    expect(await bench.contact("+61491570006")).toMatchObject({
      first_name: "Anna",
      email: "ann@example.com",
      tags: ["vip", "lapsed"],
    });
  });

  test("are unchanged if the file says nothing new", async () => {
    const file = "Mobile,First name,Tags\n0491570006,Ann,vip\n0491570156,Bea,\n";
    await bench.importText(file);
    const before = await bench.contact("+61491570006");
    expect(await bench.importText(file)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect((await bench.contact("+61491570006"))?.updated_at).toEqual(before?.updated_at);
  });

  test("keep a zone that a member stated", async () => {
    await bench.importText("Mobile\n0491570006\n");
    await bench.pipeline`update contacts set timezone = 'Australia/Darwin', timezone_source = 'stated'`;
    await bench.importText("Mobile,Post code\n0491570006,6000\n");
    expect(await bench.contact("+61491570006")).toMatchObject({
      timezone: "Australia/Darwin",
      postcode: "6000",
    });
  });

  test("are counted where the file changes their name, not where it gives them one", async () => {
    await bench.importText("Mobile,First name\n0491570006,Mia\n0491570156,\n0491570157,Bea\n");
    const summary = await bench.importText(
      "Mobile,First name\n0491570006,Amelia\n0491570156,Cy\n0491570157,Bea\n0491570158,Dee\n",
    );
    expect(summary).toMatchObject({ created: 1, updated: 2, renamed: 1, unchanged: 1 });
    expect((await bench.importText("Mobile,First name\n0491570006,\n")).renamed).toBe(0);
  });

  test("keep the stronger consent", async () => {
    await bench.importText("Mobile\n0491570006\n", { consentBasis: "express" });
    await bench.importText("Mobile\n0491570006\n", { consentBasis: "inferred" });
    expect((await bench.contact("+61491570006"))?.consent_basis).toBe("express");
    await bench.pipeline`update contacts set consent_basis = 'unknown'`;
    expect(await bench.importText("Mobile\n0491570006\n", { consentBasis: "inferred" })).toMatchObject({
      updated: 1,
    });
    expect((await bench.contact("+61491570006"))?.consent_basis).toBe("inferred");
  });
});

describe("people who opted out", () => {
  test("stay on the list, are counted, and get no consent", async () => {
    await bench.pipeline`insert into do_not_contact (tenant_id, phone_e164, source) values (${bench.tenantId}, '+61491570313', 'reply')`;
    const summary = await bench.importText("Mobile\n0491570313\n0491570737\n");
    expect(summary).toMatchObject({ created: 2, keptOptedOut: 1 });
    expect(await bench.pipeline`select 1 from do_not_contact`).toHaveLength(1);
    expect(await bench.pipeline`select 1 from consents where phone_e164 = '+61491570313'`).toHaveLength(0);
    expect((await bench.contact("+61491570313"))?.consent_basis).toBe("unknown");
    await bench.importText("Mobile\n0491570313\n");
    expect((await bench.contact("+61491570313"))?.consent_basis).toBe("unknown");
  });

  test("by a file get back the consent from before it, once an operator and their START have lifted it", async () => {
    const { pipeline, tenantId } = bench;
    await bench.importText("Mobile\n0491570156\n");
    await pipeline`update contacts set consent_basis = 'inferred', consent_expires_at = '2099-01-01'`;
    await bench.importText("Mobile,SMS consent\n0491570156,no\n");
    expect((await bench.contact("+61491570156"))?.consent_basis).toBe("withdrawn");
    const [number] = await pipeline<{ phone: string }[]>`
      insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second)
      values (${tenantId}, '+61480001999', 'AU', 1) returning phone_e164 as phone`;
    const start = () =>
      ingestInbound(pipeline, {
        messageSid: crypto.randomUUID(),
        from: "+61491570156",
        to: number!.phone,
        body: "START",
        optOutType: null,
        payload: null,
      });
    await start();
    expect((await bench.contact("+61491570156"))?.consent_basis).toBe("withdrawn");
    await pipeline`delete from do_not_contact`;
    await start();
    expect(await bench.contact("+61491570156")).toMatchObject({
      consent_basis: "inferred",
      consent_expires_at: new Date("2099-01-01"),
    });
  });

  test("stay withdrawn, whatever the file claims", async () => {
    await bench.importText("Mobile\n0491571266\n");
    await bench.pipeline`update contacts set consent_basis = 'withdrawn', consent_at = '2020-01-01'`;
    await bench.importText("Mobile,Name\n0491571266,Ann\n", { consentBasis: "express" });
    const contact = await bench.contact("+61491571266");
    expect(contact).toMatchObject({ consent_basis: "withdrawn", first_name: "Ann" });
    expect(contact?.consent_at.getUTCFullYear()).toBe(2020);
  });

  test("stay withdrawn even after their contact was deleted", async () => {
    await bench.pipeline`insert into consents (tenant_id, phone_e164, basis, source) values (${bench.tenantId}, '+61491571491', 'withdrawn', 'reply')`;
    await bench.importText("Mobile\n0491571491\n", { consentBasis: "express" });
    expect((await bench.contact("+61491571491"))?.consent_basis).toBe("withdrawn");
  });
});

describe("how a file is written", () => {
  test("in Windows-1252, with semicolons", async () => {
    const bytes = Uint8Array.from("Mobile;First name\n0491570006;Zo\u00eb \u0093Z\u0094\n", (char) =>
      char.charCodeAt(0),
    );
    await bench.importText(bytes, { encoding: "windows-1252" });
    expect((await bench.contact("+61491570006"))?.first_name).toBe("Zoë “Z”");
  });

  test("in UTF-16, in pieces that cut characters in half", async () => {
    const text = "\ufeffMobile\tFirst name\r\n0491570006\tZoë 👋\r\n";
    const bytes = new Uint8Array(text.length * 2);
    for (let at = 0; at < text.length; at++)
      new DataView(bytes.buffer).setUint16(at * 2, text.charCodeAt(at), true);
    await bench.importText(bytes, { encoding: "utf-16le", chunkBytes: 7 });
    expect((await bench.contact("+61491570006"))?.first_name).toBe("Zoë 👋");
  });

  test("with the line breaks of the oldest spreadsheets", async () => {
    expect(await bench.importText("Mobile,Name\r0491570006,A\r0491570156,B\r")).toMatchObject({ created: 2 });
  });
});

test("one tenant's import neither reads nor changes another's rows", async () => {
  const other = await bench.addTenant();
  await bench.importText("Mobile,Name\n0491570006,Mine\n");
  const id = await bench.upload("Mobile,Name\n0491570006,Theirs\n", {}, other);
  await bench.work();
  expect(await bench.result(id, other)).toMatchObject({ created: 1, rejected: 0 });
  expect(await bench.pipeline`select 1 from contacts where phone_e164 = '+61491570006'`).toHaveLength(2);
});

test("nothing of an erased person is kept from another file, whatever its rows are rejected for", async () => {
  const PERSON = "+61491570156";
  const text = [
    "Mobile,First name,Note",
    "0491 570 156,Zelda,violet",
    "0491 570 156,Zelda,violet again",
    "0491 570 157,Bea,tea",
    "not a number,Zelda,0491570156 violet",
    "0491570156;0491570199 or so,Zelda,violet",
    "0491 570 157,Bea,tea again",
    '0491 570 158,"Zelda 0491570156,violet',
    "",
  ].join("\n");
  const mapping = { phone: 0, first_name: 1 };
  const { tenantId } = bench;
  await bench.importText(text, { mapping });
  const [by] = await bench.pipeline<{ id: string }[]>`select id from users limit 1`;
  const order = { tenantId, phone: PERSON, reason: "Asked by letter", by: by!.id };
  await erasePerson(bench.pipeline, order);
  const { id } = await bench.importText(text, { mapping });
  const rows = await bench.pipeline<{ line: number; reason: string; row: string[] }[]>`
    select line, reason, row from import_rejections where import_id = ${id} order by line`;
  expect(rows.map(({ line, reason }) => [line, reason])).toEqual([
    [2, "Erased"],
    [3, "Erased"],
    [5, "Erased"],
    [6, "Erased"],
    [7, "Duplicate in file"],
    [8, "Erased"],
  ]);
  const [file] =
    await bench.pipeline`select sample, rejected_by_reason as reasons from imports where id = ${id}`;
  expect(file).toEqual({ sample: null, reasons: { Erased: 5, "Duplicate in file": 1 } });
  const kept = JSON.stringify([rows, await bench.pipeline`select * from contacts`]);
  expect(["570156", "570 156", "violet", "Zelda"].filter((word) => kept.includes(word))).toEqual([]);
});
