import { describeCarrierError } from "@smscrm/core/carrier-outcome";
import { describeStatus, explainVerdict } from "@smscrm/core/explain";
import { zoneFor } from "@smscrm/core/time-zone";
import type { SendJobRow } from "@smscrm/db/messages";

/** What is needed of the tenant to tell where a person may be. */
export interface TenantPlace {
  timezone: string;
  country: string;
  trustTenantZone: boolean;
}

/** The zones a recipient may be in, by the rule of the quiet-hours gate. */
export function recipientZones(row: SendJobRow, tenant: TenantPlace): readonly string[] {
  if (row.timezone) return [row.timezone];
  return zoneFor({
    stated: null,
    postcode: row.postcode,
    state: row.state,
    e164: row.phone,
    country: row.country,
    lineType: row.lineType,
    tenantZone: tenant.timezone,
    tenantCountry: tenant.country,
    trustTenantZone: tenant.trustTenantZone,
  }).zones;
}

/** Why it went, why it did not, or when it may go, for an operator. */
export function messageSentence(row: SendJobRow, tenant: TenantPlace, viewerZone: string, now: Date): string {
  const decided = row.verdict !== null && row.verdict.kind !== "send";
  // The last verdict tells only while it is what stands in the way: a held message that was canceled is canceled.
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
    : `${status}. The carrier says: ${describeCarrierError(row.carrierErrorCode)} (${row.carrierErrorCode}).`;
}
