import { exampleOptOutLink, OPT_OUT_TOKEN_LENGTH, optOutLink } from "@smscrm/core/text/opt-out-link";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingestInbound } from "../carrier/webhooks.ts";
import { listThreadMessages } from "../inbox/conversations.ts";
import { claimForSending } from "../send/claim.ts";
import { openSendFixture, type SendFixture } from "../testing/send-fixture.ts";
import { findLinkOwner, optOutByLink, optOutToken } from "./opt-out-links.ts";

const URL = "https://texts.example.com";
const LINKED = "Sale at Acme. Opt out: {{opt_out_link}}";

let fixture: SendFixture;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

/** Claims a campaign to these numbers and returns its texts by number. */
async function texts(tenantId: string, body = LINKED): Promise<Map<string, string>> {
  const jobIds = await fixture.frozen(await fixture.campaign(tenantId, { body }));
  const { messages } = await claimForSending(fixture.sql, tenantId, jobIds, URL);
  await fixture.accept(messages.map(({ attemptId }) => attemptId));
  return new Map(messages.map((message) => [message.to, message.body]));
}
const tokenIn = (text: string) => /\/o\/([0-9A-Za-z]+)/.exec(text)![1]!;

async function tenantWith(phones: string[]): Promise<string> {
  const tenantId = await fixture.tenant();
  await fixture.number(tenantId);
  await fixture.people(tenantId, { phones });
  return tenantId;
}

describe("the link in a text", () => {
  test("is another for each person and tenant, the same in each of their texts, and as long as the example", async () => {
    const phones = ["+61491570006", "+61491570156"];
    const [one, other] = [await tenantWith(phones), await tenantWith(phones)];
    const sent = [...(await texts(one)).values(), ...(await texts(other)).values()];
    expect(new Set(sent.map(tokenIn)).size).toBe(4);
    const again = [...(await texts(one)).values(), ...(await texts(other)).values()];
    expect(again.toSorted()).toEqual(sent.toSorted());
    for (const text of sent) expect(text).toHaveLength(LINKED.length - 16 + exampleOptOutLink(URL).length);
  });

  test("is priced: the segments of the attempt count it", async () => {
    const tenantId = await tenantWith(["+61491570006"]);
    const body = `${"x".repeat(160 - exampleOptOutLink(URL).length)}{{opt_out_link}}`;
    const segmentsOf = async (text: string) => {
      await texts(tenantId, text);
      const [row] = await fixture.sql`
        select segments, length(body) as length from send_attempts where tenant_id = ${tenantId} order by id desc limit 1`;
      return row;
    };
    expect(await segmentsOf(body)).toEqual({ segments: 1, length: 160 });
    expect(await segmentsOf(`x${body}`)).toEqual({ segments: 2, length: 161 });
  });

  test("is missing where no public address is known: the text is refused, and never goes without it", async () => {
    const tenantId = await tenantWith(["+61491570006"]);
    const jobIds = await fixture.frozen(await fixture.campaign(tenantId, { body: LINKED }));
    expect(await claimForSending(fixture.sql, tenantId, jobIds)).toMatchObject({ messages: [], dropped: 1 });
    expect(await fixture.job(jobIds[0]!)).toMatchObject({
      status: "failed",
      reason: "Content",
      gate: "content",
    });
  });
});

describe("a link", () => {
  test("finds its person at its own tenant", async () => {
    const phone = "+61491570006";
    const [tenantId, other] = [await tenantWith([phone]), await tenantWith([phone])];
    const token = tokenIn((await texts(tenantId)).get(phone)!);
    const owner = { tenantId, tenantName: "Acme", phoneE164: phone, isOptedOut: false };
    expect(await findLinkOwner(fixture.sql, token)).toMatchObject(owner);
    expect(await optOutByLink(fixture.sql, (await findLinkOwner(fixture.sql, token))!)).toBe("added");
    const listed =
      await fixture.sql`select tenant_id as "tenantId" from do_not_contact where tenant_id in (${tenantId}, ${other})`;
    expect(listed).toEqual([{ tenantId }]);
  });

  test("of the number before does not opt out a contact's new number", async () => {
    const tenantId = await tenantWith(["+61491570006"]);
    const token = tokenIn((await texts(tenantId)).get("+61491570006")!);
    await fixture.sql`update contacts set phone_e164 = '+61491570156' where tenant_id = ${tenantId}`;
    expect(await optOutByLink(fixture.sql, (await findLinkOwner(fixture.sql, token))!)).toBe("added");
    expect([...(await texts(tenantId)).keys()]).toEqual(["+61491570156"]);
  });

  test("is found only as it was sent", async () => {
    const tenantId = await tenantWith(["+61491570006"]);
    const token = tokenIn((await texts(tenantId)).get("+61491570006")!);
    const [contact] = await fixture.sql<
      { id: string }[]
    >`select id from contacts where tenant_id = ${tenantId}`;
    const recipient = { contactId: contact!.id, phoneE164: "+61491570006" };
    const forged = optOutToken(new Uint8Array(32), recipient);
    const flipped = Array.from(
      token,
      (sign, at) => `${token.slice(0, at)}${sign === "0" ? "1" : "0"}${token.slice(at + 1)}`,
    );
    const wrong = [
      forged,
      ...flipped,
      token.slice(1),
      `${token}0`,
      token.toLowerCase(),
      "",
      "-".repeat(33),
      "z".repeat(33),
    ];
    for (const each of wrong) expect(await findLinkOwner(fixture.sql, each), each).toBeNull();
    expect(token).toHaveLength(OPT_OUT_TOKEN_LENGTH);
    expect(optOutLink(URL, token)).toBe(`${URL}/o/${token}`);
  });
});

describe("an opt-out by link", () => {
  test("keeps the next campaign back, is recorded once with its evidence, audited, and shown in the conversation", async () => {
    const phones = ["+61491570006", "+61491570156"];
    const [tenantId, other] = [await tenantWith(phones), await tenantWith(phones)];
    const owner = (await findLinkOwner(fixture.sql, tokenIn((await texts(tenantId)).get(phones[0]!)!)))!;
    const outcomes = await Promise.all([1, 2, 3].map(() => optOutByLink(fixture.sql, owner)));
    expect(outcomes.toSorted()).toEqual(["added", "listed", "listed"]);
    expect([...(await texts(tenantId)).keys()]).toEqual([phones[1]]);
    expect((await texts(other)).size).toBe(2);
    const recorded = await fixture.sql`
      select basis, source, evidence ->> 'contactId' as "contactId", evidence -> 'before' ->> 'basis' as before
      from consents where tenant_id = ${tenantId}`;
    expect(recorded).toEqual([
      { basis: "withdrawn", source: "link", contactId: owner.contactId, before: "express" },
    ]);
    const audited = await fixture.sql`
      select action, object_id as "objectId", actor_id as "actorId" from audit_log where tenant_id = ${tenantId}`;
    expect(audited).toEqual([{ action: "contact.opt-out", objectId: owner.contactId, actorId: null }]);
    const thread = (tenant: string) =>
      fixture.database.asTenant(tenant, (tx) => listThreadMessages(tx, tenant, phones[0]!, { limit: 10 }));
    const kinds = (page: Awaited<ReturnType<typeof thread>>) => page.items.map(({ kind }) => kind);
    expect(kinds(await thread(tenantId))).toEqual(["opted-out-by-link", null]);
    expect(kinds(await thread(other))).toEqual([null]);
  });

  test("is lifted by the person's START, which gives back the consent from before", async () => {
    const phone = "+61491570006";
    const tenantId = await tenantWith([phone]);
    const [number] =
      await fixture.sql`select phone_e164 as phone from sending_numbers where tenant_id = ${tenantId}`;
    await optOutByLink(
      fixture.sql,
      (await findLinkOwner(fixture.sql, tokenIn((await texts(tenantId)).get(phone)!)))!,
    );
    await ingestInbound(fixture.sql, {
      ...{ messageSid: `SM${"7".repeat(32)}`, from: phone, to: number!.phone, body: "START" },
      ...{ optOutType: null, payload: {} },
    });
    expect((await texts(tenantId)).size).toBe(1);
    const [contact] =
      await fixture.sql`select consent_basis as basis from contacts where tenant_id = ${tenantId}`;
    expect(contact).toEqual({ basis: "express" });
  });

  test("counts against the message that it answers, like a STOP", async () => {
    const tenantId = await tenantWith(["+61491570006"]);
    await optOutByLink(
      fixture.sql,
      (await findLinkOwner(fixture.sql, tokenIn((await texts(tenantId)).get("+61491570006")!)))!,
    );
    const [row] = await fixture.sql`
      select sum(opted_out)::int as "optedOut" from send_minutes where tenant_id = ${tenantId}`;
    expect(row).toEqual({ optedOut: 1 });
  });
});
