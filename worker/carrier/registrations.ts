import { betterRegistration, registrationState } from "@smscrm/core/campaigns/carrier-registration";
import type { NumberRegistration } from "@smscrm/db/carrier/registrations";
import type twilio from "twilio";

const PAGE_SIZE = 1_000;
/** More pages than any account has: an answer that links to itself must end. */
const PAGES_MAX = 500;

interface Page<Item> {
  instances: Item[];
  nextPage(): Promise<Page<Item>> | undefined;
}

/** Reads a whole list, one request for each page. */
async function all<Item>(first: Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let page: Page<Item> | undefined = await first;
  for (let n = 0; page && n < PAGES_MAX; n += 1) {
    items.push(...page.instances);
    page = await page.nextPage();
  }
  return items;
}

const isGone = (error: unknown) => (error as { status?: unknown }).status === 404;

/**
 * Returns the state of each local number that belongs to an A2P 10DLC campaign. A number's campaign is that of its
 * messaging service. Its brand counts, too: carriers block the campaigns of a brand that is suspended or refused. A status
 * that nobody knows is left out with its numbers: nothing is claimed about them.
 */
export async function readTenDlc(client: twilio.Twilio): Promise<Listed> {
  const { services, brandRegistrations } = client.messaging.v1;
  const found: NumberRegistration[] = [];
  const unknown = new Set<string>();
  const brands = new Map(
    (await all(brandRegistrations.page({ pageSize: PAGE_SIZE }))).map((brand) => [brand.sid, brand]),
  );
  for (const { sid } of await all(services.page({ pageSize: PAGE_SIZE }))) {
    // The service may have been deleted since the list was read.
    const campaigns = await all(services(sid).usAppToPerson.page({ pageSize: PAGE_SIZE })).catch(emptyIfGone);
    if (campaigns.length === 0) continue;
    const states = campaigns.map((campaign) => stateOf(campaign, brands.get(campaign.brandRegistrationSid)));
    const numbers = await all(services(sid).phoneNumbers.page({ pageSize: PAGE_SIZE })).catch(emptyIfGone);
    for (const { phoneNumber: phone } of numbers) {
      for (const state of states) {
        if (state) found.push({ phone, ...state });
        else unknown.add(phone);
      }
    }
  }
  return { numbers: bestOfEach(found), unknown: [...unknown] };
}

/** What the account lists, and the numbers about which it says something that nobody understands. */
export interface Listed {
  numbers: NumberRegistration[];
  unknown: string[];
}

const emptyIfGone = (error: unknown): never[] => {
  if (isGone(error)) return [];
  throw error;
};

interface SdkCampaign {
  campaignStatus: string;
  dateUpdated: Date | null;
  errors: readonly unknown[] | null;
}

interface SdkBrand {
  status: string;
  failureReason: string | null;
  dateUpdated: Date | null;
}

function stateOf(
  { campaignStatus, dateUpdated, errors }: SdkCampaign,
  brand: SdkBrand | undefined,
): Omit<NumberRegistration, "phone"> | null {
  const ofBrand = brand ? registrationState(brand.status === "APPROVED" ? "VERIFIED" : brand.status) : null;
  if (brand && ofBrand !== null && ofBrand !== "registered")
    return { state: ofBrand, reason: brand.failureReason || null, since: brand.dateUpdated };
  const state = registrationState(campaignStatus);
  if (!state) return null;
  return { state, reason: state === "refused" ? errorText(errors) : null, since: dateUpdated };
}

/** The carrier's errors are objects with a description; their fields differ. */
function errorText(errors: readonly unknown[] | null): string | null {
  const texts = (errors ?? []).flatMap((error) => {
    const {
      description,
      error_message: message,
      error_code: code,
    } = (error ?? {}) as Record<string, unknown>;
    const text = description ?? message ?? (code === undefined ? undefined : `error ${String(code)}`);
    return typeof text === "string" ? [text] : [];
  });
  return texts.join("; ") || null;
}

/** Returns the state of each toll-free number that was submitted for verification. */
export async function readTollFree(client: twilio.Twilio): Promise<Listed> {
  const verifications = await all(client.messaging.v1.tollfreeVerifications.page({ pageSize: PAGE_SIZE }));
  const found: NumberRegistration[] = [];
  const unknown: string[] = [];
  for (const { tollfreePhoneNumber: phone, status, rejectionReason, dateUpdated } of verifications) {
    if (!phone) continue;
    const state = registrationState(status);
    if (!state) unknown.push(phone);
    else
      found.push({
        phone,
        state,
        reason: state === "refused" ? rejectionReason || null : null,
        since: dateUpdated,
      });
  }
  return { numbers: bestOfEach(found), unknown };
}

/** A number may have an old refusal and a new approval. */
function bestOfEach(found: readonly NumberRegistration[]): NumberRegistration[] {
  const best = new Map<string, NumberRegistration>();
  for (const each of found) {
    const known = best.get(each.phone);
    if (!known || betterRegistration(each.state, known.state) === each.state) best.set(each.phone, each);
  }
  return [...best.values()];
}
