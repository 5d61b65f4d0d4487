import type { Verdict } from "../gates/gate.ts";
import { describeCarrierError } from "../send/carrier-outcome.ts";
import type { SendJobStatus } from "../send/send-job.ts";
import type { StatePlaces } from "../time/location.ts";
import { zoneFor } from "../time/time-zone.ts";
import { describeStatus, explainVerdict } from "./explain.ts";

/** What we know about a recipient's location. */
export interface RecipientLocation {
  phone: string;
  country: string | null;
  timezone: string | null;
  state: string | null;
  postcode: string | null;
  addressCountry?: string | null;
  lineType: string | null;
}

/** A message's state, its last verdict, and what the carrier said about it. */
export interface MessageState extends RecipientLocation {
  contactName: string | null;
  status: SendJobStatus;
  /** Why it failed or waits, else null. */
  reason: string | null;
  verdict: Verdict | null;
  carrierErrorCode: number | null;
}

/** The tenant's settings that decide where its recipients may be. */
export interface TenantLocation {
  timezone: string;
  country: string;
  trustTenantZone: boolean;
  /** The rules in force; absent: those shipped. */
  book?: { readonly states: StatePlaces };
}

/** The zones a recipient may be in, by the rule of the quiet-hours gate. */
export function recipientZones(row: RecipientLocation, tenant: TenantLocation): readonly string[] {
  return zoneFor({
    stated: row.timezone,
    postcode: row.postcode,
    state: row.state,
    e164: row.phone,
    country: row.country,
    addressCountry: row.addressCountry,
    lineType: row.lineType,
    tenantZone: tenant.timezone,
    tenantCountry: tenant.country,
    trustTenantZone: tenant.trustTenantZone,
    states: tenant.book?.states,
  }).zones;
}

/** Explains to an operator why a message was sent or not, or when it may be sent. */
export function messageSentence(
  row: MessageState,
  tenant: TenantLocation,
  viewerZone: string,
  now: Date,
): string {
  const decided = row.verdict !== null && row.verdict.kind !== "send";
  // The last verdict counts only while it still holds the message: a held message that was canceled is canceled.
  const tells =
    decided && ((row.status === "queued" && row.verdict?.kind === "hold") || row.status === "failed");
  if (tells && row.carrierErrorCode === null) {
    const context = {
      contactName: row.contactName,
      recipientZones: recipientZones(row, tenant),
      viewerZone,
      now,
    };
    return explainVerdict(row.verdict!, context);
  }
  const status = describeStatus(row.status, row.reason);
  return row.carrierErrorCode === null
    ? `${status}.`
    : `${status}. The carrier says: ${describeCarrierError(row.carrierErrorCode)}`;
}
