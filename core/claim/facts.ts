import type { CarrierRegistration } from "../campaigns/carrier-registration.ts";
import type { Registration } from "../campaigns/registration.ts";
import type { Candidate, TenantRules } from "../gates/message-facts.ts";
import type { SenderType } from "../price/pricing.ts";

/** A tenant's rules, money and rate, as a claim reads them on the database's clock. */
export interface ClaimTenant extends TenantRules {
  now: Date;
  /** False if the tenant's time zone is invalid. Then it is unknown which day's budget pays. */
  knowsItsDay: boolean;
  segmentsPerSecond: number;
  /** Cents are `numeric` columns, which arrive as text. */
  dailyBudgetCents: string;
  monthlyBudgetCents: string;
  dailySpentCents: string;
  dailyReservedCents: string;
  monthlySpentCents: string;
  monthlyReservedCents: string;
  /** The day and month that the sums above belong to: `YYYY-MM-DD`, a month by its first day. */
  localDay: string;
  localMonth: string;
  rateTokens: number;
  rateTokensAt: Date;
}

/** A send job that a claim has locked, and the person it is for. */
export interface ClaimJob extends Candidate {
  jobId: string;
  campaignId: string;
  attempts: number;
  /** The number that an automatic answer should go from: the one that was texted. */
  askedNumberId: string | null;
}

/** A number that the tenant sends from, with what it has used up. */
export interface ClaimNumber {
  id: string;
  phoneE164: string;
  country: string;
  kind: SenderType;
  registration: Registration | null;
  carrierRegistration: CarrierRegistration | null;
  segmentsPerSecond: number;
  warmUpStartedOn: string | null;
  warmUpSchedule: number[] | null;
  tokens: number;
  tokensAt: Date;
  sentOn: string | null;
  sentToday: number;
}
