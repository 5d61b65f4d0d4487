import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appRouter } from "../router.ts";
import {
  addContacts,
  type Caller,
  createTenant,
  DRAFT,
  FICTION,
  startTestServer,
  type TestServer,
} from "../testing/test-api.ts";

let server: TestServer;
let own: Caller;
/** The ids of the other tenant's rows. */
const their: Record<string, string> = {};

const SECRET = "their-secret";
/** Not verified: a domain that is belongs to one tenant. */
const THEIR_DOMAIN = "waits.example.net";

beforeAll(async () => {
  server = await startTestServer();
  await createTenant(server.sql, "acme");
  their.tenantId = await createTenant(server.sql, SECRET, ["owner", "viewer"]);
  own = await server.signIn("owner@acme.example.com");
  const theirs = await server.signIn(`owner@${SECRET}.example.com`);
  await fill(theirs);
});
afterAll(() => server.close());

const CHOICES = {
  ...{ header: ["phone"], roles: ["phone"], basis: "express", evidence: "", terms: {}, tags: "" },
  ...{ answers: {}, ignored: [], phoneRule: "mobile", fieldTypes: {} },
};

const EVERYBODY = { match: "all", rules: [] };
const FORM = {
  wording: "I agree to texts from Acme about offers. Reply STOP to end them.",
  question: "Acme: reply YES to confirm your sign-up, STOP to end it.",
};

/** Creates one of everything that a tenant can have. */
async function fill(owner: Caller): Promise<void> {
  const { sql } = server;
  const { tenantId } = their as { tenantId: string };
  [their.contactId] = (await addContacts(sql, tenantId, [FICTION[0]])) as [string];
  await sql`update contacts set first_name = ${SECRET}, tags = array[${SECRET}] where tenant_id = ${tenantId}`;
  [their.otherContactId, their.furtherId, their.mergedId] = (await addContacts(
    sql,
    tenantId,
    FICTION.slice(2, 5),
  )) as [string, string, string];
  await sql`update contacts set first_name = ${SECRET}, email = ${`${SECRET}@example.com`} where tenant_id = ${tenantId}`;
  await sql`update contacts set merged_into = ${their.contactId!} where id = ${their.furtherId}`;
  const pair = { keptId: their.otherContactId, mergedId: their.mergedId };
  their.mergeId = (
    await owner.mutate<{ mergeId: string }>("contacts.merges.merge", { ...pair, reason: SECRET })
  ).data.mergeId;
  their.draftId = (
    await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: SECRET })
  ).data.id;
  their.runningId = (
    await owner.mutate<{ id: string }>("campaigns.create", { ...DRAFT, name: SECRET })
  ).data.id;
  await sql`update campaigns set status = 'running', launched_at = now(), audience_count = 1 where id = ${their.runningId}`;
  const [job] = await sql<{ id: string }[]>`
    insert into send_jobs (tenant_id, campaign_id, contact_id, phone_e164, country)
    values (${tenantId}, ${their.runningId}, ${their.contactId}, ${FICTION[0]}, 'AU') returning id`;
  their.messageId = job!.id;
  await owner.mutate("doNotContact.add", { phone: FICTION[1], note: SECRET });
  const [number] = await sql<{ id: string }[]>`
    insert into sending_numbers (tenant_id, phone_e164, country, label, segments_per_second)
    values (${tenantId}, ${FICTION[2]}, 'AU', ${SECRET}, 10) returning id`;
  their.numberId = number!.id;
  const [erasure] = await sql<{ id: string }[]>`
    insert into erasures (tenant_id, number_hash, reason) values (${tenantId}, sha256('x'), ${SECRET}) returning id`;
  their.erasureId = erasure!.id;
  const [text] = await sql<{ id: string }[]>`
    insert into inbound_messages (tenant_id, message_sid, from_phone, to_phone, body, contact_id, kind)
    values (${tenantId}, 'SM1', ${FICTION[0]}, ${FICTION[2]}, ${SECRET}, ${their.contactId}, 'ask-a-person')
    returning id`;
  their.textId = text!.id;
  await sql`
    insert into alerts (tenant_id, rule, severity, state, summary, value, since, judged_at, opened_at, resolved_at)
    values (${tenantId}, 'opt-out-rate', 'warning', 'open', ${SECRET}, 1, now(), now(), now(), null),
      (${tenantId}, 'failure-rate', 'warning', 'resolved', ${SECRET}, 1, now(), now(), now(), now())`;
  const [upload] = await sql<{ id: string }[]>`
    insert into imports (tenant_id, file_name, status, header, sample, encoding, delimiter, size_bytes)
    values (${tenantId}, ${SECRET}, 'ready', ${sql.json(["phone"])}, ${sql.json([[FICTION[0]]])}, 'UTF-8', ',', 10)
    returning id`;
  their.importId = upload!.id;
  const draft = { change: { capPerDay: 3 }, note: SECRET };
  const template = { name: SECRET, body: SECRET, smartEncoding: true };
  const snippet = { name: SECRET, texts: [{ country: "", language: "", body: SECRET }] };
  their.snippetId = (await owner.mutate<{ id: string }>("snippets.create", snippet)).data.id;
  their.templateId = (await owner.mutate<{ id: string }>("templates.create", template)).data.id;
  const saved = { name: SECRET, body: SECRET };
  their.savedReplyId = (await owner.mutate<{ id: string }>("savedReplies.create", saved)).data.id;
  const team = { name: SECRET, memberIds: [] };
  their.teamId = (await owner.mutate<{ id: string }>("inboxTeams.create", team)).data.id;
  await owner.mutate("inboxTeam.setTag", { phone: FICTION[0], tag: SECRET, isOn: true });
  await owner.mutate("inboxTeam.typing", { phone: FICTION[0], isTyping: true });
  const flow = { name: SECRET, definition: flowOf(SECRET) };
  their.flowId = (await owner.mutate<{ id: string }>("flows.create", flow)).data.id;
  const request = { campaignId: their.draftId };
  their.approvalId = (await owner.mutate<{ id: string }>("approvals.ask", request)).data.id;
  their.ruleChangeId = (await owner.mutate<{ id: string }>("rules.draft", draft)).data.id;
  const [testNumber] = await sql<{ id: string }[]>`
    insert into test_numbers (tenant_id, user_id, phone_e164, contact_id, code, code_expires_at, verified_at)
    select ${tenantId}, m.user_id, ${FICTION[0]}, ${their.contactId!}, '123456', now() + interval '1 hour', now()
    from memberships m where m.tenant_id = ${tenantId} limit 1 returning id`;
  their.testNumberId = testNumber!.id;
  const audience = { name: SECRET, definition: EVERYBODY };
  their.audienceId = (await owner.mutate<{ id: string }>("audiences.create", audience)).data.id;
  await owner.mutate("fields.create", { label: SECRET, type: "text" });
  const suppressed = { name: SECRET, register: "OTHER", country: "AU" };
  their.listId = (await owner.mutate<{ id: string }>("suppression.add", suppressed)).data.id;
  their.formId = (await owner.mutate<{ id: string }>("signUp.add", { ...FORM, name: SECRET })).data.id;
  const made = await owner.mutate<{ id: string }>("roles.create", { name: SECRET, actions: ["inbox.read"] });
  their.roleId = made.data.id;
  const [support] = await sql<{ id: string }[]>`
    insert into support_accesses (tenant_id, operator_id, reason)
    select ${tenantId}, id, ${SECRET} from users where email = ${`owner@${SECRET}.example.com`} returning id`;
  their.supportId = support!.id;
  const [action] = await sql<{ id: string }[]>`
    insert into bulk_actions (tenant_id, change, target, status, total, changed, requested_by, finished_at)
    select ${tenantId}, ${sql.json({ do: "add-tag", tag: SECRET })}, '{"kind": "ticked"}', 'completed', 1, 1, id, now()
    from users where email = ${`owner@${SECRET}.example.com`} returning id`;
  their.bulkId = action!.id;
  const people = await owner.query<{ userId: string; role: string }[]>("people.list");
  their.userId = people.data.find(({ role }) => role === "viewer")!.userId;
  await owner.mutate("people.invite", { email: `new@${SECRET}.example.com`, role: "admin" });
  const invitations = await owner.query<{ id: string }[]>("people.invitations");
  their.invitationId = invitations.data[0]!.id;
  const [passkey] = await sql<{ id: string }[]>`
    insert into passkeys (user_id, credential_id, public_key, counter, name)
    select id, '\\x01', '\\x01', 0, ${SECRET} from users where email = ${`owner@${SECRET}.example.com`} returning id`;
  their.passkeyId = passkey!.id;
  await sql`
    insert into single_sign_on (tenant_id, issuer, client_id, groups_claim, role_map, email_always_verified, asks_second_factor)
    values (${tenantId}, ${`https://${SECRET}.example.net`}, ${SECRET}, 'groups', '[]', false, false)`;
  await owner.mutate("identityProvider.addDomain", { domain: `x.${THEIR_DOMAIN}` });
  const sessions = await owner.query<{ id: string }[]>("auth.sessions");
  their.sessionId = sessions.data[0]!.id;
}

const flowOf = (word: string) => ({
  ...{ trigger: { kind: "tag", tag: word }, purpose: "marketing", topic: null },
  steps: [{ do: "send", body: word, smartEncoding: true }],
});
const SEEN_AT = "2026-11-23T04:00:00Z";
const mapping = { phone: 0 };
/** Has a valid form, but belongs to no link. */
const NO_TOKEN = "a".repeat(43);

/**
 * Every procedure, with input that names rows of another tenant. `refused`: it answers that they do not exist. `own`:
 * it answers from its own tenant. A procedure that is missing here fails the test below.
 */
const TABLE: Record<string, { expect: "refused" | "own"; input?: () => unknown }> = {
  "auth.signIn": {
    expect: "refused",
    input: () => ({ email: `owner@${SECRET}.example.com`, password: "guess" }),
  },
  "auth.me": { expect: "own" },
  "auth.front": { expect: "own" },
  "auth.lookAtReset": { expect: "refused", input: () => ({ token: NO_TOKEN }) },
  "auth.resetPassword": {
    expect: "refused",
    input: () => ({ token: NO_TOKEN, password: "another good password" }),
  },
  "auth.sessions": { expect: "own" },
  "auth.endSession": { expect: "refused", input: () => ({ id: their.sessionId }) },
  "auth.changePassword": {
    expect: "refused",
    input: () => ({ current: "guess", next: "another good password" }),
  },
  "auth.pendingSignIn": { expect: "own" },
  "auth.passkeyChallenge": { expect: "refused" },
  "auth.giveSecondFactor": { expect: "refused", input: () => ({ kind: "totp", code: "000000" }) },
  "auth.dropPendingSignIn": { expect: "own" },
  "secondFactor.status": { expect: "own" },
  "secondFactor.challenge": { expect: "refused" },
  "secondFactor.startTotp": { expect: "own" },
  "secondFactor.confirmTotp": { expect: "refused", input: () => ({ code: "000000" }) },
  "secondFactor.removeTotp": { expect: "refused" },
  "secondFactor.renewRecoveryCodes": { expect: "refused" },
  "secondFactor.startPasskey": { expect: "own" },
  "secondFactor.addPasskey": {
    expect: "refused",
    input: () => ({ name: "Mine", response: { id: "AQ", response: {} } }),
  },
  "secondFactor.renamePasskey": { expect: "refused", input: () => ({ id: their.passkeyId, name: "Mine" }) },
  "secondFactor.removePasskey": { expect: "refused", input: () => ({ id: their.passkeyId }) },
  "secondFactor.prove": { expect: "refused", input: () => ({ kind: "password", password: "guess" }) },
  "singleSignOn.lookUp": { expect: "own", input: () => ({ email: `owner@${SECRET}.example.com` }) },
  // Their provider is of a domain that is theirs, so it is reached by its people; this one is not verified.
  "singleSignOn.begin": { expect: "refused", input: () => ({ email: `owner@${SECRET}.example.com` }) },
  "singleSignOn.prove": { expect: "refused" },
  "singleSignOn.pendingLink": { expect: "own" },
  "singleSignOn.proveLink": { expect: "refused", input: () => ({ password: "guess" }) },
  "singleSignOn.dropLink": { expect: "own" },
  "identityProvider.get": { expect: "own" },
  "identityProvider.configure": {
    expect: "refused",
    input: () => ({
      ...{ issuer: "http://127.0.0.1:9", clientId: "x", groupsClaim: "groups", roleMap: [] },
      ...{ emailAlwaysVerified: false, asksSecondFactor: false },
    }),
  },
  "identityProvider.setMode": { expect: "refused", input: () => ({ mode: "offered" }) },
  "identityProvider.tryIt": { expect: "refused" },
  "identityProvider.addDomain": { expect: "own", input: () => ({ domain: THEIR_DOMAIN }) },
  "identityProvider.checkDomain": { expect: "refused", input: () => ({ domain: `x.${THEIR_DOMAIN}` }) },
  "identityProvider.removeDomain": { expect: "refused", input: () => ({ domain: `x.${THEIR_DOMAIN}` }) },
  "auth.switchTenant": { expect: "refused", input: () => ({ tenantId: their.tenantId }) },
  "contacts.list": { expect: "own", input: () => ({}) },
  "contacts.get": { expect: "refused", input: () => ({ id: their.contactId }) },
  "contacts.conversation": { expect: "refused", input: () => ({ id: their.contactId }) },
  "contacts.tags": { expect: "own" },
  "contacts.markReachable": { expect: "refused", input: () => ({ id: their.contactId }) },
  "contacts.addConsent": {
    expect: "refused",
    input: () => ({ id: their.contactId, basis: "express", note: "asked on the phone" }),
  },
  "contacts.withdrawConsent": {
    expect: "refused",
    input: () => ({ id: their.contactId, consentId: their.contactId, note: "asked on the phone" }),
  },
  "contacts.setPreference": {
    expect: "refused",
    input: () => ({ id: their.contactId, purpose: "marketing", wanted: false, note: "asked on the phone" }),
  },
  "contacts.duplicates.list": { expect: "own", input: () => ({}) },
  "contacts.duplicates.different": {
    expect: "refused",
    input: () => ({ ids: [their.contactId, randomUUID()] }),
  },
  "contacts.merges.preview": {
    expect: "refused",
    input: () => ({ keptId: their.contactId, mergedId: their.otherContactId }),
  },
  "contacts.merges.merge": {
    expect: "refused",
    input: () => ({ keptId: their.contactId, mergedId: their.otherContactId, reason: "One person" }),
  },
  "contacts.merges.list": { expect: "own", input: () => ({ id: their.contactId }) },
  "contacts.merges.undo": { expect: "refused", input: () => ({ id: their.mergeId }) },
  "contacts.numbers.add": {
    expect: "refused",
    input: () => ({ id: their.contactId, phone: FICTION[4], consentBasis: null, note: "asked on the phone" }),
  },
  "contacts.numbers.prefer": {
    expect: "refused",
    input: () => ({ id: their.contactId, numberId: their.furtherId }),
  },
  "contacts.numbers.remove": {
    expect: "refused",
    input: () => ({ id: their.contactId, numberId: their.furtherId }),
  },
  "topics.list": { expect: "own" },
  "topics.set": { expect: "own", input: () => ({ topics: ["Offers"] }) },
  "optIn.list": { expect: "own" },
  "optIn.set": {
    expect: "own",
    input: () => ({ keyword: "JOIN", question: "Acme: reply YES to get offers, STOP to opt out" }),
  },
  "optIn.remove": { expect: "refused", input: () => ({ keyword: "VIP" }) },
  "contacts.update": { expect: "refused", input: () => ({ id: their.contactId, firstName: "Changed" }) },
  // The same number may be a contact of both tenants: adding it here must not change it there.
  "contacts.add": {
    expect: "own",
    input: () => ({ phone: FICTION[0], consentBasis: "express", consentEvidence: "asked on the phone" }),
  },
  "imports.list": { expect: "own", input: () => ({}) },
  "imports.get": { expect: "refused", input: () => ({ id: their.importId }) },
  "imports.preview": { expect: "refused", input: () => ({ id: their.importId, mapping }) },
  "imports.consent": { expect: "refused", input: () => ({ id: their.importId, mapping }) },
  "imports.startOptOuts": {
    expect: "refused",
    input: () => ({ id: their.importId, mapping: { phone: 0 }, note: "asked" }),
  },
  "imports.start": {
    expect: "refused",
    input: () => ({
      id: their.importId,
      mapping,
      consentBasis: "express",
      consentEvidence: "web form",
      tags: [],
    }),
  },
  "imports.readAs": { expect: "refused", input: () => ({ id: their.importId, linesAbove: 0 }) },
  "imports.cancel": { expect: "refused", input: () => ({ id: their.importId }) },
  "imports.rejections": { expect: "refused", input: () => ({ id: their.importId }) },
  "imports.compare": {
    expect: "refused",
    input: () => ({ id: their.importId, mapping, consentBasis: "express", consentEvidence: "web form" }),
  },
  "imports.changes": { expect: "refused", input: () => ({ id: their.importId, of: "changed" }) },
  "imports.undo": { expect: "refused", input: () => ({ id: their.importId, note: "a try" }) },
  "contacts.bulk.preview": {
    expect: "own",
    input: () => ({ change: { do: "delete" }, choice: { kind: "ticked", ids: [their.contactId] } }),
  },
  "contacts.bulk.start": {
    expect: "refused",
    input: () => ({
      ...{
        change: { do: "add-tag", tag: "x" },
        choice: { kind: "ticked", ids: [their.contactId] },
        contacts: 1,
      },
    }),
  },
  "contacts.bulk.list": { expect: "own", input: () => ({}) },
  "contacts.bulk.get": { expect: "refused", input: () => ({ id: their.bulkId }) },
  "contacts.bulk.kept": { expect: "refused", input: () => ({ id: their.bulkId }) },
  "contacts.bulk.cancel": { expect: "refused", input: () => ({ id: their.bulkId }) },
  "contacts.bulk.undo": { expect: "refused", input: () => ({ id: their.bulkId, note: "a try" }) },
  "imports.live": { expect: "refused", input: () => ({ id: their.importId }) },
  "shortLinks.settings": { expect: "own" },
  "shortLinks.update": {
    expect: "own",
    input: () => ({
      ...{ allowedHosts: ["shop.example"], personClicks: "by-law", hasConsent: false, expiresDays: 90 },
      updatedAt: null,
    }),
  },
  "shortLinks.setDomain": { expect: "own", input: () => ({ domain: null }) },
  "shortLinks.verifyDomain": { expect: "refused" },
  "shortLinks.ofCampaign": { expect: "own", input: () => ({ id: their.draftId }) },
  "shortLinks.ofMessage": { expect: "own", input: () => ({ id: their.draftId }) },
  "campaigns.list": { expect: "own", input: () => ({}) },
  "campaigns.get": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.create": { expect: "own", input: () => DRAFT },
  "campaigns.update": {
    expect: "refused",
    input: () => ({ ...DRAFT, id: their.draftId, updatedAt: new Date().toISOString() }),
  },
  "campaigns.remove": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.duplicate": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.audienceCount": { expect: "own", input: () => ({ audience: { kind: "tags", tags: [SECRET] } }) },
  "campaigns.previewBody": { expect: "refused", input: () => ({ body: "Hi", contactId: their.contactId }) },
  "campaigns.preflightProgress": { expect: "own", input: () => ({ id: their.draftId }) },
  "campaigns.preflight": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.launch": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.schedule": {
    expect: "refused",
    input: () => ({ id: their.draftId, at: new Date(Date.now() + 86_400_000).toISOString() }),
  },
  "firstPart.get": { expect: "refused", input: () => ({ id: their.draftId }) },
  "firstPart.continue": { expect: "refused", input: () => ({ id: their.draftId }) },
  "abTest.get": { expect: "refused", input: () => ({ id: their.draftId }) },
  "abTest.choose": { expect: "refused", input: () => ({ id: their.draftId, variant: 1 }) },
  "series.get": { expect: "refused", input: () => ({ id: their.draftId }) },
  "series.start": {
    expect: "refused",
    input: () => ({
      ...{ id: their.draftId, endsOn: null, sendsLate: false },
      rule: { every: "week", weekdays: [1], time: "09:00" },
    }),
  },
  "series.pause": { expect: "refused", input: () => ({ id: their.draftId }) },
  "series.resume": { expect: "refused", input: () => ({ id: their.draftId }) },
  "series.end": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.unschedule": { expect: "refused", input: () => ({ id: their.draftId }) },
  "campaigns.export": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.sendTest": {
    expect: "refused",
    input: () => ({ testId: randomUUID(), campaignId: their.draftId, contactId: their.contactId }),
  },
  "campaigns.sendTests": {
    expect: "refused",
    input: () => ({
      campaignId: their.draftId,
      tests: [{ testId: randomUUID(), testNumberId: their.testNumberId }],
    }),
  },
  "campaigns.mergeFields": { expect: "own" },
  "audiences.list": { expect: "own" },
  "audiences.get": { expect: "refused", input: () => ({ id: their.audienceId }) },
  "audiences.view": { expect: "own", input: () => ({ definition: EVERYBODY }) },
  "audiences.count": { expect: "refused", input: () => ({ id: their.audienceId }) },
  "audiences.create": { expect: "own", input: () => ({ name: "Everybody", definition: EVERYBODY }) },
  "audiences.update": {
    expect: "refused",
    input: () => ({ id: their.audienceId, version: 1, name: "Taken over", definition: EVERYBODY }),
  },
  "audiences.remove": { expect: "refused", input: () => ({ id: their.audienceId }) },
  "audiences.export": { expect: "refused", input: () => ({ id: their.audienceId }) },
  "person.timeline": { expect: "refused", input: () => ({ id: their.contactId }) },
  "exports.start": { expect: "own", input: () => ({ list: "contacts" }) },
  "contacts.total": { expect: "own", input: () => ({}) },
  "contacts.changeNumber": {
    expect: "refused",
    input: () => ({ id: their.contactId, phone: FICTION[4] }),
  },
  "fields.list": { expect: "own" },
  "fields.create": { expect: "own", input: () => ({ label: "Pet", type: "text" }) },
  "fields.update": {
    expect: "refused",
    input: () => ({ name: SECRET, revision: 1, change: { label: "Taken" } }),
  },
  "fields.order": { expect: "own", input: () => ({ names: ["pet"] }) },
  "fields.remove": { expect: "refused", input: () => ({ name: SECRET }) },
  "suppression.list": { expect: "own" },
  "suppression.add": { expect: "own", input: () => ({ name: "List", register: "OTHER", country: "AU" }) },
  "suppression.setAfterExpiry": {
    expect: "refused",
    input: () => ({ id: their.listId, afterExpiry: "warn", note: "a try" }),
  },
  "suppression.remove": { expect: "refused", input: () => ({ id: their.listId, note: "a try" }) },
  "signUp.list": { expect: "own" },
  "signUp.add": { expect: "own", input: () => ({ ...FORM, name: "Form" }) },
  "signUp.change": {
    expect: "refused",
    input: () => ({ ...FORM, name: "Form", id: their.formId, version: 1, isOpen: true }),
  },
  "testNumbers.list": { expect: "own" },
  "testNumbers.sendCode": { expect: "own", input: () => ({ phone: FICTION[4] }) },
  "testNumbers.confirm": { expect: "refused", input: () => ({ id: their.testNumberId, code: "123456" }) },
  "testNumbers.remove": { expect: "refused", input: () => ({ id: their.testNumberId }) },
  "imports.keepChoices": { expect: "refused", input: () => ({ id: their.importId, choices: CHOICES }) },
  "campaigns.pace": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.pause": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.resume": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.cancel": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.progress": { expect: "refused", input: () => ({ id: their.runningId }) },
  "campaigns.live": { expect: "refused", input: () => ({ id: their.runningId }) },
  "live.follow": {
    expect: "refused",
    input: () => ({ tenantId: their.tenantId, campaigns: [their.runningId], imports: [their.importId] }),
  },
  "reports.view": { expect: "own", input: () => ({ period: "7d" }) },
  "reports.mails": { expect: "own" },
  "reports.setMail": { expect: "own", input: () => ({ cadence: "week", isOn: false }) },
  "messages.list": { expect: "own", input: () => ({ campaignId: their.runningId }) },
  "messages.get": { expect: "refused", input: () => ({ id: their.messageId }) },
  "messages.resend": { expect: "refused", input: () => ({ id: their.messageId, reason: "It never came" }) },
  "inbox.counts": { expect: "own" },
  "inbox.list": { expect: "own", input: () => ({}) },
  "inbox.correspondence": { expect: "own", input: () => ({ phone: FICTION[0] }) },
  "inbox.turns": { expect: "own", input: () => ({ phone: FICTION[0] }) },
  "inbox.reply": { expect: "own", input: () => ({ id: randomUUID(), phone: FICTION[0], body: "Hello" }) },
  "inbox.markRead": { expect: "own", input: () => ({ phone: FICTION[0], upToId: their.textId }) },
  "inbox.cancelReply": { expect: "refused", input: () => ({ id: their.runningId }) },
  "inbox.decide": { expect: "refused", input: () => ({ id: their.textId, decision: "opted-out" }) },
  "doNotContact.list": { expect: "own", input: () => ({}) },
  "doNotContact.add": { expect: "own", input: () => ({ phone: FICTION[3], note: "asked" }) },
  "doNotContact.remove": { expect: "refused", input: () => ({ phone: FICTION[1], note: "asked" }) },
  "killSwitch.status": { expect: "own" },
  "killSwitch.pause": { expect: "own" },
  "killSwitch.resume": { expect: "own" },
  "settings.get": { expect: "own" },
  "settings.destinations": { expect: "own", input: () => ({ countries: ["SG"] }) },
  "settings.update": { expect: "own", input: () => ({ name: "Acme" }) },
  "settings.security": { expect: "own" },
  "settings.updateLaunchLimits": { expect: "own", input: () => ({ launchLimits: { operator: 5 } }) },
  "settings.updateSecurity": {
    expect: "own",
    input: () => ({ secondFactorPolicy: "optional", launchProofAbove: 5 }),
  },
  "templates.list": { expect: "own" },
  "templates.get": { expect: "refused", input: () => ({ id: their.templateId }) },
  "templates.create": { expect: "own", input: () => ({ name: "Own", body: "Hi", smartEncoding: true }) },
  "templates.update": {
    expect: "refused",
    input: () => ({ id: their.templateId, version: 1, name: "Own", body: "Hi", smartEncoding: true }),
  },
  "templates.remove": { expect: "refused", input: () => ({ id: their.templateId }) },
  "templates.setOwner": {
    expect: "refused",
    input: () => ({ id: their.templateId, userId: their.userId }),
  },
  "templates.members": { expect: "own" },
  "snippets.list": { expect: "own" },
  "snippets.get": { expect: "refused", input: () => ({ id: their.snippetId }) },
  "snippets.create": {
    expect: "own",
    input: () => ({ name: "own", texts: [{ country: "", language: "", body: "Hi" }] }),
  },
  "snippets.update": {
    expect: "refused",
    input: () => ({
      id: their.snippetId,
      version: 1,
      texts: [{ country: "", language: "", body: "Hi" }],
    }),
  },
  "snippets.setOwner": { expect: "refused", input: () => ({ id: their.snippetId, userId: their.userId }) },
  "snippets.remove": { expect: "refused", input: () => ({ id: their.snippetId }) },
  "languages.get": { expect: "own" },
  "languages.update": { expect: "own", input: () => ({ field: null, byCountry: {} }) },
  "flows.list": { expect: "own" },
  "flows.get": { expect: "refused", input: () => ({ id: their.flowId }) },
  "flows.people": { expect: "refused", input: () => ({ id: their.flowId }) },
  "flows.ofContact": { expect: "own", input: () => ({ id: their.contactId }) },
  "flows.create": { expect: "own", input: () => ({ name: "Own", definition: flowOf("Own") }) },
  "flows.save": {
    expect: "refused",
    input: () => ({ id: their.flowId, name: "Own", definition: flowOf("Own"), updatedAt: SEEN_AT }),
  },
  "flows.simulate": { expect: "refused", input: () => ({ id: their.flowId }) },
  "flows.turnOn": { expect: "refused", input: () => ({ id: their.flowId, updatedAt: SEEN_AT }) },
  "flows.pause": { expect: "refused", input: () => ({ id: their.flowId }) },
  "flows.resume": { expect: "refused", input: () => ({ id: their.flowId }) },
  "flows.stop": { expect: "refused", input: () => ({ id: their.flowId }) },
  "flows.event": {
    expect: "refused",
    input: () => ({ event: "order-shipped", contactId: their.contactId, key: "1" }),
  },
  "approvals.list": { expect: "own" },
  "approvals.waiting": { expect: "own" },
  "approvals.get": { expect: "refused", input: () => ({ id: their.approvalId }) },
  "approvals.ofCampaign": { expect: "own", input: () => ({ campaignId: their.draftId }) },
  "approvals.ask": { expect: "refused", input: () => ({ campaignId: their.draftId }) },
  "approvals.approve": {
    expect: "refused",
    input: () => ({ id: their.approvalId, fingerprint: "0".repeat(64) }),
  },
  "approvals.return": {
    expect: "refused",
    input: () => ({ id: their.approvalId, fingerprint: "0".repeat(64), comment: "Change it" }),
  },
  "approvals.withdraw": { expect: "refused", input: () => ({ id: their.approvalId }) },
  "rules.list": { expect: "own" },
  "rules.draft": { expect: "own", input: () => ({ change: { capPerDay: 2 }, note: "A try" }) },
  "rules.get": { expect: "refused", input: () => ({ id: their.ruleChangeId }) },
  "rules.replay": { expect: "refused", input: () => ({ id: their.ruleChangeId, revision: 1 }) },
  "rules.cancel": { expect: "refused", input: () => ({ id: their.ruleChangeId, revision: 1 }) },
  "rules.withdraw": { expect: "refused", input: () => ({ id: their.ruleChangeId, revision: 1 }) },
  "rules.activate": { expect: "refused", input: () => ({ id: their.ruleChangeId, revision: 1 }) },
  "budget.status": { expect: "own" },
  "budget.change": { expect: "own", input: () => ({ dailyBudgetCents: 5_000, reason: "A larger campaign" }) },
  "numbers.list": { expect: "own" },
  // Every number is refused in the same words, for every owner.
  "numbers.add": {
    expect: "refused",
    input: () => ({ phone: FICTION[2], kind: "long-code", country: "AU", segmentsPerSecond: 10 }),
  },
  "numbers.checkRegistration": { expect: "refused" },
  "numbers.update": { expect: "refused", input: () => ({ id: their.numberId, label: "Changed" }) },
  "people.list": { expect: "own" },
  "people.invitations": { expect: "own" },
  "people.invite": { expect: "own", input: () => ({ email: "new@example.com", role: "viewer" }) },
  "roles.list": { expect: "own" },
  "roles.create": { expect: "own", input: () => ({ name: "Front desk", actions: ["inbox.read"] }) },
  "roles.change": {
    expect: "refused",
    input: () => ({ id: their.roleId, name: "Front office", actions: ["inbox.read"] }),
  },
  "roles.delete": { expect: "refused", input: () => ({ id: their.roleId }) },
  "people.renewInvitation": { expect: "refused", input: () => ({ id: their.invitationId }) },
  "people.cancelInvitation": { expect: "refused", input: () => ({ id: their.invitationId }) },
  "join.look": { expect: "refused", input: () => ({ token: NO_TOKEN }) },
  "join.asNewPerson": {
    expect: "refused",
    input: () => ({ token: NO_TOKEN, name: "New", password: "another good password" }),
  },
  "join.asExistingPerson": {
    expect: "refused",
    input: () => ({
      token: NO_TOKEN,
      name: "New",
      currentPassword: "guess",
      password: "another good password",
    }),
  },
  // This server sends no mail. With one, the answer is the same for every address.
  "lostPassword.request": {
    expect: "refused",
    input: () => ({ email: `owner@${SECRET}.example.com` }),
  },
  "people.setRole": { expect: "refused", input: () => ({ userId: their.userId, role: "operator" }) },
  "people.remove": { expect: "refused", input: () => ({ userId: their.userId }) },
  // Only members of the platform's own organisation may call these: see operators.test.ts.
  ...Object.fromEntries(
    Object.keys(appRouter._def.procedures)
      .filter((path) => path.startsWith("platform."))
      .map((path) => [
        path,
        { expect: "refused" as const, input: () => ({ id: their.tenantId, reason: "Try" }) },
      ]),
  ),
  "support.list": { expect: "own" },
  "support.grant": { expect: "refused", input: () => ({ id: their.supportId, hours: 1 }) },
  "support.end": { expect: "refused", input: () => ({ id: their.supportId }) },
  "audit.list": { expect: "own", input: () => ({}) },
  "audit.evidence": { expect: "own" },
  "inboxTeam.assignees": { expect: "own" },
  "inboxTeam.state": { expect: "own", input: () => ({ phone: FICTION[0] }) },
  "inboxTeam.assign": { expect: "refused", input: () => ({ phone: FICTION[0], userId: null }) },
  "inboxTeam.close": {
    expect: "refused",
    input: () => ({ phone: FICTION[0], upToId: "ffffffff-ffff-7fff-bfff-ffffffffffff" }),
  },
  "inboxTeam.reopen": { expect: "refused", input: () => ({ phone: FICTION[0] }) },
  "inboxTeam.assignTeam": { expect: "refused", input: () => ({ phone: FICTION[0], teamId: their.teamId }) },
  "inboxTeam.snooze": {
    expect: "refused",
    input: () => ({
      ...{ phone: FICTION[0], upToId: "ffffffff-ffff-7fff-bfff-ffffffffffff" },
      until: `${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)}T09:00`,
    }),
  },
  "inboxTeam.tags": { expect: "own" },
  "inboxTeam.setTag": { expect: "refused", input: () => ({ phone: FICTION[0], tag: "x", isOn: true }) },
  "inboxTeam.typing": { expect: "own", input: () => ({ phone: FICTION[0], isTyping: true }) },
  "inboxTeam.typists": { expect: "own" },
  "inboxTeams.list": { expect: "own" },
  "inboxTeams.create": { expect: "own", input: () => ({ name: "Front desk", memberIds: [] }) },
  "inboxTeams.update": {
    expect: "refused",
    input: () => ({ id: their.teamId, name: "Taken", memberIds: [], version: 1 }),
  },
  "inboxTeams.remove": { expect: "refused", input: () => ({ id: their.teamId }) },
  "inboxTeams.taking": { expect: "own" },
  "inboxTeams.setTaking": { expect: "own", input: () => ({ taking: true }) },
  "inboxTeams.settings": { expect: "own" },
  "inboxTeams.saveSettings": {
    expect: "refused",
    input: () => ({
      ...{ version: 0, workingHours: null, outOfHoursAnswer: null },
      routing: [{ words: ["refund"], teamId: their.teamId, userId: null }],
    }),
  },
  "inboxTeams.replyTimes": { expect: "own", input: () => ({}) },
  "savedReplies.list": { expect: "own" },
  "savedReplies.create": { expect: "own", input: () => ({ name: "Hours", body: "We open at nine." }) },
  "savedReplies.update": {
    expect: "refused",
    input: () => ({ id: their.savedReplyId, name: "Taken", body: "Taken", version: 1 }),
  },
  "savedReplies.remove": { expect: "refused", input: () => ({ id: their.savedReplyId }) },
  // A note about their own contact with the same number.
  "inboxTeam.addNote": { expect: "own", input: () => ({ phone: FICTION[0], body: "x" }) },
  "audit.people": { expect: "own" },
  "audit.export": { expect: "own", input: () => ({}) },
  "alerts.open": { expect: "own" },
  "alerts.past": { expect: "own", input: () => ({}) },
  "alerts.count": { expect: "own" },
  "home.summary": { expect: "own" },
  // A restore concerns the whole database, so no tenant owns it.
  "restore.status": { expect: "own" },
  "restore.differences": { expect: "own", input: () => ({}) },
  "restore.unlock": { expect: "refused", input: () => ({ restoreId: randomUUID() }) },
  "privacy.find": { expect: "own", input: () => ({ search: FICTION[1] }) },
  "privacy.held": { expect: "own", input: () => ({ phone: FICTION[1] }) },
  "privacy.evidence": { expect: "refused", input: () => ({ phone: FICTION[1] }) },
  "privacy.export": { expect: "refused", input: () => ({ phone: FICTION[1] }) },
  "privacy.key": { expect: "own" },
  // Erases a number that is not theirs here: it has no effect beyond this tenant's own list.
  "privacy.erase": { expect: "own", input: () => ({ phone: FICTION[1], reason: "Try" }) },
  "privacy.erasures": { expect: "own", input: () => ({}) },
  "privacy.lift": { expect: "refused", input: () => ({ id: their.erasureId, reason: "Try" }) },
  "safeguards.status": { expect: "own" },
  "safeguards.setTrial": { expect: "own", input: () => ({ isOn: false }) },
  "safeguards.setInboxLimit": { expect: "own", input: () => ({ inboxLimit: null }) },
  "retention.get": { expect: "own" },
  "retention.preview": { expect: "own", input: () => ({ kind: "replies", months: 24 }) },
  "retention.set": { expect: "own", input: () => ({ kind: "replies", months: 24 }) },
  "system.status": { expect: "own" },
  "system.objectives": { expect: "own" },
  "system.diagnosis": { expect: "own" },
  // Last, because they end the session.
  "auth.signOutEverywhere": { expect: "own" },
  "auth.signOut": { expect: "own" },
};

type Definition = { _def: { type: "query" | "mutation" | "subscription" } };
const procedures = appRouter._def.procedures as unknown as Record<string, Definition>;

async function ask(path: string, input: unknown): Promise<{ text: string; refused: boolean }> {
  const headers = { cookie: own.cookie, "content-type": "application/json" };
  const body = input === undefined ? undefined : JSON.stringify(input);
  const response =
    procedures[path]!._def.type === "mutation"
      ? await server.app.request(`/trpc/${path}`, { method: "POST", headers, body })
      : await server.app.request(`/trpc/${path}${body ? `?input=${encodeURIComponent(body)}` : ""}`, {
          headers,
        });
  const text = await response.text();
  return { text, refused: response.status >= 400 || /event: serialized-error/.test(text) };
}

/** Returns all rows of the other tenant, so that any change shows. */
async function theirRows(): Promise<string> {
  const tables = await server.sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'audit_heads' order by 1`;
  const rows: string[] = [];
  for (const { name } of tables) {
    // A wrong password is recorded in their own audit log, for them to see.
    const without = name === "audit_log" ? server.sql`and action <> 'auth.sign-in-failed'` : server.sql``;
    const found = await server.sql`
      select to_jsonb(t)::text as row from ${server.sql(name)} t where tenant_id = ${their.tenantId!} ${without} order by 1`;
    rows.push(...found.map((each) => `${name} ${each.row}`));
  }
  const [tenant] =
    await server.sql`select to_jsonb(t)::text as row from tenants t where id = ${their.tenantId!}`;
  return [...rows, tenant!.row].join("\n");
}

describe("another tenant's things", () => {
  it("are requested by every procedure in the table", () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(procedures).sort());
  });

  it.each(Object.entries(TABLE))("%s", async (path, { expect: expected, input }) => {
    const before = await theirRows();
    const { text, refused } = await ask(path, input?.());
    expect(refused, text).toBe(expected === "refused");
    expect(await theirRows()).toBe(before);
    expect(text).not.toContain(SECRET);
    for (const [what, id] of Object.entries(their)) expect(text, what).not.toContain(id);
    expect(server.logged.join()).not.toContain("A procedure failed");
  });

  it("are not reachable by the plain routes either", async () => {
    const session = await server.signIn("owner@acme.example.com");
    const headers = { cookie: session.cookie };
    for (const action of ["pause", "resume"]) {
      const response = await server.app.request(`/tenants/${their.tenantId}/${action}`, {
        method: "POST",
        headers,
      });
      expect(response.status).toBe(404);
    }
    const csv = await server.app.request(`/imports/${their.importId}/rejections.csv`, { headers });
    expect(csv.status).toBe(404);
  });
});
