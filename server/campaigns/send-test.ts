import { variantName } from "@smscrm/core/campaigns/ab-test/ab-test";
import { bodyOf, chosenText, type WrittenTexts } from "@smscrm/core/campaigns/texts/chosen-text";
import { segments } from "@smscrm/core/text/segments";
import { exampleOfAudience } from "@smscrm/db/audiences/examples";
import { type Campaign, findCampaign } from "@smscrm/db/campaigns/campaigns";
import { reserveTest } from "@smscrm/db/campaigns/test-numbers";
import { findContact } from "@smscrm/db/contacts/contacts";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { findOneMessage, insertOneMessage, type OneMessage } from "@smscrm/db/send/one-message";
import type { Dependencies } from "../dependencies.ts";
import { badRequest, conflict, found, tooMany } from "../http/refusals.ts";
import { type Asking, auditCampaign } from "./audit.ts";
import { mustBeSoundTexts } from "./preflight/texts.ts";

/** Who asks for a test, and where its short links lead. */
type Testing = Asking & { dependencies: Pick<Dependencies, "publicUrl"> };

/** A test is useless if it can't be sent soon. */
const EXPIRES_IN_MINUTES = 60;

export interface TestAsked {
  /** Chosen by the caller: a repeated id sends nothing again. */
  testId: string;
  campaignId: string;
  contactId: string;
  /** Which of its texts, from 1. */
  variant: number;
  /** In which language: a tag, or empty for the default. Absent: the contact's own. */
  language?: string | undefined;
}

/**
 * Sends a campaign's text to one contact, with the same gates and the same price. It is a message of its own: the
 * campaign still goes to this contact later.
 */
export function sendTest(
  asking: Testing,
  { testId, campaignId, contactId, variant, language }: TestAsked,
): Promise<{ sendJobId: string }> {
  const { tenantId } = asking;
  return asking.inTenant(async (tx) => {
    const campaign = await testable(tx, tenantId, campaignId, { variant, language });
    const contact = found(await findContact(tx, tenantId, contactId), "contact");
    const before = await findOneMessage(tx, tenantId, testId);
    if (before) return before;
    const body = await textFor(tx, tenantId, campaign.written, { contactId: contact.id, variant, language });
    const made = await queueTest(tx, asking, { ...campaign, body }, { id: testId, contactId: contact.id });
    await auditCampaign(tx, asking, "campaign.test", campaignId, { contactId, sendJobId: made.sendJobId });
    return made;
  });
}

export interface TestsAsked {
  campaignId: string;
  /** Whose values the texts have; absent: those of somebody in the audience. */
  contactId?: string | undefined;
  /** Which of the campaign's texts, from 1. */
  variant: number;
  /** In which language: a tag, or empty for the default. Absent: that of whose values they have. */
  language?: string | undefined;
  /** One text each. The ids are chosen by the caller: a repeated one sends nothing again. */
  tests: { testId: string; testNumberId: string }[];
}

/**
 * Sends a campaign's text to several test numbers, as the contact would read it. The owner of a number gets their own test
 * in quiet hours too; a teammate's waits for the day. Every other gate, the price and the budget are as for any message.
 */
export function sendTests(
  asking: Testing,
  { campaignId, contactId, variant, language, tests }: TestsAsked,
): Promise<{ sendJobIds: string[] }> {
  const { tenantId } = asking;
  return asking.inTenant(async (tx) => {
    const tested = await testable(tx, tenantId, campaignId, { variant, language });
    const valuesOf = contactId
      ? found(await findContact(tx, tenantId, contactId), "contact").id
      : await exampleOfAudience(tx, tenantId, tested.audience);
    const body = await textFor(tx, tenantId, tested.written, { contactId: valuesOf, variant, language });
    const campaign = { ...tested, body };
    const sendJobIds: string[] = [];
    // In one order, so that two members who test at once never wait for each other in a circle.
    const inOrder = [...tests].sort((a, b) => a.testNumberId.localeCompare(b.testNumberId));
    for (const { testId, testNumberId } of inOrder) {
      const before = await findOneMessage(tx, tenantId, testId);
      const made = before ?? (await testOnNumber(tx, asking, campaign, { testId, testNumberId, valuesOf }));
      sendJobIds.push(made.sendJobId);
    }
    return { sendJobIds };
  });
}

async function testOnNumber(
  tx: TenantTransaction,
  asking: Testing,
  campaign: Campaign,
  { testId, testNumberId, valuesOf }: { testId: string; testNumberId: string; valuesOf: string | null },
): Promise<{ sendJobId: string }> {
  const number = await reserveTest(tx, asking.tenantId, testNumberId);
  if (number === "not-verified")
    throw badRequest("One of these numbers is not a test number any more. Reload the page and choose again.");
  if (number === "too-many") throw tooMany("This test number got a hundred tests today. Try again tomorrow.");
  const byOwner = number.userId === asking.session.userId;
  const { contactId } = number;
  const made = await queueTest(tx, asking, campaign, {
    ...{ id: testId, contactId, testNumberId, valuesOf, byOwner },
  });
  // `byOwner`: it passes quiet hours, because the person asked for it themselves.
  const detail = { testNumberId, valuesOf, byOwner, sendJobId: made.sendJobId };
  await auditCampaign(tx, asking, "campaign.test", campaign.id, detail);
  return made;
}

interface TestedCampaign extends Campaign {
  written: WrittenTexts;
}

async function testable(
  tx: TenantTransaction,
  tenantId: string,
  campaignId: string,
  { variant, language }: Pick<TestAsked, "variant" | "language">,
): Promise<TestedCampaign> {
  const campaign = found(await findCampaign(tx, tenantId, campaignId), "campaign");
  const written = await mustBeSoundTexts(tx, tenantId, campaign);
  if (variant > 1 + (campaign.abTest?.texts.length ?? 0))
    throw badRequest(`This campaign has no text ${variantName(variant)}. Save the draft, then test it.`);
  if (language !== undefined && !languagesOf(written).includes(language))
    throw badRequest("This campaign has no text in that language. Reload the page and choose again.");
  return { ...campaign, written };
}

const languagesOf = ({ texts }: WrittenTexts): string[] => ["", ...(texts ?? []).map((one) => one.language)];

/** Returns the text as this contact would read it: in the language that was asked for, else in their own. */
async function textFor(
  tx: TenantTransaction,
  tenantId: string,
  written: WrittenTexts,
  {
    contactId,
    variant,
    language,
  }: { contactId: string | null; variant: number; language: string | undefined },
): Promise<string> {
  const contact = contactId ? await findContact(tx, tenantId, contactId) : null;
  const { country = null, custom = {} } = contact ?? {};
  const asked = language === undefined ? {} : { language };
  return bodyOf(written, chosenText(written, { country, custom, variant, ...asked }));
}

async function queueTest(
  tx: TenantTransaction,
  { tenantId, session, dependencies }: Testing,
  { smartEncoding, shortenLinks, body, name, purpose, topic }: Campaign,
  to: Pick<OneMessage, "id" | "contactId" | "testNumberId" | "valuesOf" | "byOwner">,
): Promise<{ sendJobId: string }> {
  const made = await insertOneMessage(tx, tenantId, {
    ...to,
    kind: "test",
    name: `Test of ${name}`.slice(0, 120),
    body,
    smartEncoding,
    shortenLinksAt: shortenLinks ? dependencies.publicUrl : null,
    purpose,
    topic,
    createdBy: session.userId,
    expiresInMinutes: EXPIRES_IN_MINUTES,
    segmentsEstimate: Math.max(1, segments(body, { smartEncoding }).segments),
  });
  if (made) return made;
  // Two requests with one id at the same moment: the other one queued it.
  const before = await findOneMessage(tx, tenantId, to.id);
  if (!before) throw conflict("This test could not be queued. Reload the page and send it again.");
  return before;
}
