import type { ConversationRow, InboxCounts } from "@smscrm/db/inbox/inbox";
import type { Page } from "@smscrm/db/postgres/page";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ShownMessage } from "../inbox/conversation.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";
import { receiveText, refusalOfCampaign } from "../testing/texts.ts";

/** Replies in many languages, from the carrier's webhook to the next campaign and the inbox. */

const OURS = "+61444000200";
let server: TestServer;
let tenantId: string;
let owner: Caller;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await createTenant(server.sql, "acme");
  owner = await server.signIn("owner@acme.example.com");
  await server.sql`
    insert into sending_numbers (tenant_id, phone_e164, country, segments_per_second, tokens)
    values (${tenantId}, ${OURS}, 'AU', 1000, 1000)`;
  await server.sql`
    update tenants set quiet_hours = ${server.sql.json(Array(7).fill({ open: "00:00", close: "24:00" }))}
    where id = ${tenantId}`;
});
afterAll(() => server.close());

let people = 0;
const newPerson = async () => {
  const phone = `+6149158${String(1000 + ++people)}`;
  const [contactId] = await addContacts(server.sql, tenantId, [phone]);
  return { phone, contactId: contactId! };
};

/** The carrier's webhook for a text to our number. */
const receives = (From: string, Body: string) => receiveText(server, { From, To: OURS, Body });

/** Sends a campaign to one person, and says why it did not go; null if it went. */
const campaignRefusal = (person: Awaited<ReturnType<typeof newPerson>>) =>
  refusalOfCampaign(server, tenantId, person);

const listedBy = async (phone: string) =>
  (
    await server.sql<{ source: string }[]>`
      select source from do_not_contact where tenant_id = ${tenantId} and phone_e164 = ${phone}`
  )[0]?.source ?? null;
const answersTo = async (phone: string) =>
  (
    await server.sql<{ kind: string }[]>`
      select c.kind from campaigns c join send_jobs j on j.campaign_id = c.id
      where j.tenant_id = ${tenantId} and j.phone_e164 = ${phone} and c.kind in ('answer', 'confirmation') order by j.id`
  ).map(({ kind }) => kind);
const conversation = async (phone: string) =>
  (await owner.query<Page<ConversationRow>>("inbox.list", { limit: 100 })).data.items.find(
    (row) => row.phone === phone,
  )!;
const newest = async (phone: string) =>
  (await owner.query<Page<ShownMessage>>("inbox.turns", { phone })).data.items.find(
    ({ direction }) => direction === "in",
  )!;

describe("an opt-out", () => {
  it.each([
    ["English", "please stop texting me"],
    ["English, mistyped", "st0p"],
    ["Spanish", "No quiero más mensajes"],
    ["French", "Ne m'envoyez plus de messages"],
    ["German", "Bitte keine Nachrichten mehr"],
    ["Italian", "Non mandatemi più messaggi"],
    ["Portuguese", "não quero mais receber mensagens"],
    ["Dutch", "stuur mij geen berichten meer"],
    ["Polish", "Proszę mnie wypisać z listy"],
    ["Swedish", "Sluta skicka sms"],
    ["Danish", "Fjern mig fra listen"],
    ["Norwegian", "Ikke kontakt meg igjen"],
    ["Finnish", "Poistakaa minut listaltanne"],
    ["Greek", "ΣΤΑΜΑΤΗΣΤΕ ΝΑ ΜΟΥ ΣΤΕΛΝΕΤΕ"],
    ["Turkish", "Lütfen beni listeden çıkarın"],
    ["Russian", "Больше не пишите мне"],
    ["Ukrainian", "Більше не надсилайте листів"],
    ["Arabic", "لا ترسلوا لي أي رسائل أخرى"],
    ["Hebrew", "תסירו אותי מהרשימה"],
    ["Hindi", "मुझे मैसेज मत भेजो"],
    ["Vietnamese", "Đừng gửi tin nhắn cho tôi nữa"],
    ["Tagalog", "huwag mo na akong i-text"],
    ["Indonesian", "Jangan kirim pesan lagi"],
    ["simplified Chinese", "别再发了"],
    ["traditional Chinese", "請不要再傳訊息給我"],
    ["Japanese", "配信停止をお願いします"],
    ["Korean", "더 이상 연락하지 마세요"],
    ["Māori", "Kāti te tuku karere"],
    ["Māori, in other words", "Kaua e tuku karere mai anō"],
    ["Thai", "ไม่ต้องส่งมาอีกนะครับ"],
    ["Hungarian", "Kérem, ne küldjenek több üzenetet"],
    ["Hungarian, in other words", "Kérem, hagyjanak békén végre"],
    ["Georgian, in a word", "შეწყვიტეთ"],
    ["Czech", "Přestaňte mi psát, prosím"],
    ["Romanian", "nu-mi mai trimiteți mesaje"],
    ["Urdu", "مجھے میسج نہ کریں"],
    ["Hindi in Latin letters", "mera number hata do"],
    ["Russian in Latin letters", "ne pishite mne bolshe"],
    ["Arabic of Egypt", "مش عايز حد يكلمني"],
    ["Italian, in the passive", "vi ho già detto che non voglio essere contattata"],
    ["English, misspelt", "unsusbcribe me pls"],
    ["German, in a letter", "Bitte stoppen.\nMit freundlichen Grüßen\nJan Weber"],
  ])("in %s is on the list at once, is confirmed once, and stops the next campaign", async (_, text) => {
    const person = await newPerson();
    await receives(person.phone, text);
    expect(await listedBy(person.phone)).toBe("reply");
    expect(await answersTo(person.phone)).toEqual(["confirmation"]);
    expect(await conversation(person.phone)).toMatchObject({
      ...{ lastKind: "opt-out", lastRecorded: true, optedOut: true, undecided: 0 },
    });
    expect(await campaignRefusal(person)).toBe("Do not contact");
  });

  it("by a keyword that our own text named counts, and is none without it", async () => {
    const person = await newPerson();
    await receives(person.phone, "NO");
    expect(await conversation(person.phone)).toMatchObject({ lastKind: "none", unread: 1 });
    expect(await campaignRefusal(person)).toBeNull();
    await server.sql`
      update send_attempts set body = 'Sale! Reply NO to opt out' where to_phone = ${person.phone}`;
    await receives(person.phone, "NO");
    expect(await listedBy(person.phone)).toBe("reply");
  });
});

describe("what only a person can understand", () => {
  it.each([
    ["a partial opt-out", "fewer texts please, only the reminders", "partial-opt-out"],
    ["a partial opt-out in Spanish", "no más ofertas pero sí recordatorios de citas", "partial-opt-out"],
    ["a threat", "I will report you to the ACMA", "ask-a-person"],
    ["a complaint in German", "das ist Belästigung", "ask-a-person"],
    ["a wrong number in French", "mauvais numéro", "ask-a-person"],
    ["Amharic, whose words we don't know", "እባክዎ መልእክት አይላኩልኝ", "ask-a-person"],
    ["Hungarian, with a word that we don't know", "Elegem van a fecsegésből", "ask-a-person"],
    ["a limit in time", "don't text me before 9", "ask-a-person"],
    ["a limit in time in Russian", "не звоните сейчас, я на работе", "ask-a-person"],
    ["Georgian", "ამოიღეთ ჩემი ნომერი", "ask-a-person"],
  ])("%s waits in the inbox, without an answer, and changes nothing until then", async (_, text, kind) => {
    const person = await newPerson();
    await receives(person.phone, text);
    expect(await listedBy(person.phone)).toBeNull();
    expect(await answersTo(person.phone)).toEqual([]);
    expect(await conversation(person.phone)).toMatchObject({ lastKind: kind, unread: 1, undecided: 1 });
    expect(await campaignRefusal(person)).toBeNull();
    const { id } = await newest(person.phone);
    await owner.mutate("inbox.decide", { id, decision: "opted-out" });
    expect(await conversation(person.phone)).toMatchObject({ unread: 0, undecided: 0, optedOut: true });
    expect(await campaignRefusal(person)).toBe("Do not contact");
  });

  it("a clear partial opt-out becomes a preference: no more marketing, but the reminders", async () => {
    const person = await newPerson();
    await receives(person.phone, "no more offers but keep my reminders");
    expect(await listedBy(person.phone)).toBeNull();
    expect(await conversation(person.phone)).toMatchObject({
      ...{ lastKind: "partial-opt-out", unread: 1, undecided: 0, optedOut: false },
    });
    expect(await campaignRefusal(person)).toBe("Consent");
    const contact = await owner.query<{ preferences: unknown[] }>("contacts.get", { id: person.contactId });
    expect(contact.data.preferences).toMatchObject([
      { subject: "marketing", source: "reply", note: "Wrote: no more offers but keep my reminders" },
    ]);
    // START lifts an opt-out, not a preference.
    await receives(person.phone, "STOP");
    await receives(person.phone, "START");
    expect(await listedBy(person.phone)).toBeNull();
    expect(await campaignRefusal(person)).toBe("Consent");
  });

  it.each([
    ...["Yes", "HELP", "Ayuda", "Oui", "info", "Where are you?", "bus stop", "I'll stop by"],
    ...["Quiero cancelar mi cita", "Abbestellen möchte ich nur die Lieferung"],
    ...["Can you stop the interest?", "no me llegó el mensaje", "今天不行"],
  ])("%s of a person who is not opted out is an unread message, and no opt-out", async (text) => {
    const before = (await owner.query<InboxCounts>("inbox.counts")).data.unread;
    const person = await newPerson();
    await receives(person.phone, text);
    expect(await conversation(person.phone)).toMatchObject({ unread: 1, undecided: 0, optedOut: false });
    expect((await owner.query<InboxCounts>("inbox.counts")).data.unread).toBe(before + 1);
    expect(await campaignRefusal(person)).toBeNull();
    await owner.mutate("inbox.markRead", {
      phone: person.phone,
      upToId: (await newest(person.phone)).id,
    });
    expect(await conversation(person.phone)).toMatchObject({ unread: 0 });
  });

  it.each([
    ["Liked “Sale! Reply STOP to opt out”"],
    ["A aimé « Répondez STOP »"],
    ["Понравилось «Ответьте СТОП»"],
    ["「停止と返信」に“いいね”しました"],
  ])("%s is a phone's reaction: no opt-out, no answer, nothing to read", async (text) => {
    const person = await newPerson();
    await receives(person.phone, text);
    expect(await conversation(person.phone)).toMatchObject({ lastKind: "reaction", unread: 0, undecided: 0 });
    expect(await answersTo(person.phone)).toEqual([]);
    expect(await campaignRefusal(person)).toBeNull();
  });
});

describe("who opted out", () => {
  it.each(["Yes", "sí, quiero", "alta", "subscribe", "ok please text me again", "订阅", "Подписаться"])(
    "%s gives nothing back: a person reads it, and nothing is sent",
    async (text) => {
      const person = await newPerson();
      await receives(person.phone, "please stop texting me");
      await receives(person.phone, text);
      expect(await listedBy(person.phone)).toBe("reply");
      expect(await conversation(person.phone)).toMatchObject({ lastKind: "wants-texts", unread: 1 });
      expect(await answersTo(person.phone)).toEqual(["confirmation"]);
      expect(await campaignRefusal(person)).toBe("Do not contact");
    },
  );

  it("START gives back the consent of before, and no more", async () => {
    const [agreed, never] = [await newPerson(), await newPerson()];
    await server.sql`update contacts set consent_basis = 'unknown' where phone_e164 = ${never.phone}`;
    for (const person of [agreed, never]) {
      await receives(person.phone, "please stop texting me");
      await receives(person.phone, "START");
    }
    expect(await campaignRefusal(agreed)).toBeNull();
    expect(await campaignRefusal(never)).toBe("Consent");
  });

  it("START gives nothing to a person who never opted out", async () => {
    const person = await newPerson();
    await server.sql`update contacts set consent_basis = 'unknown' where phone_e164 = ${person.phone}`;
    await receives(person.phone, "START");
    expect(await campaignRefusal(person)).toBe("Consent");
    expect(await answersTo(person.phone)).toEqual([]);
  });
});

describe("a sender that is no number", () => {
  it.each(["24444", "Vodafone", "messenger:1084728"])(
    "%s is stored and shown, and the inbox does not say that an opt-out was recorded",
    async (from) => {
      await receives(from, "STOP");
      expect(await conversation(from)).toMatchObject({
        ...{ phone: from, lastKind: "opt-out", lastRecorded: false, optedOut: false },
      });
      expect(await newest(from)).toMatchObject({ kind: "opt-out", isRecorded: false });
      expect(await answersTo(from)).toEqual([]);
      await receives(from, "this is harassment");
      const { id } = await newest(from);
      expect(await owner.mutate("inbox.decide", { id, decision: "opted-out" })).toMatchObject({
        status: 400,
      });
    },
  );

  it("on another channel means the number behind it", async () => {
    const [said, asked] = [await newPerson(), await newPerson()];
    await receives(`whatsapp:${said.phone}`, "STOP");
    expect(await newest(`whatsapp:${said.phone}`)).toMatchObject({ isRecorded: true });
    expect(await campaignRefusal(said)).toBe("Do not contact");
    await receives(`whatsapp:${asked.phone}`, "wrong number");
    const { id } = await newest(`whatsapp:${asked.phone}`);
    expect(await owner.mutate("inbox.decide", { id, decision: "opted-out" })).toMatchObject({ status: 200 });
    expect(await campaignRefusal(asked)).toBe("Do not contact");
    // START on the channel gives nothing back.
    await receives(`whatsapp:${said.phone}`, "START");
    expect(await campaignRefusal(said)).toBe("Do not contact");
  });
});
