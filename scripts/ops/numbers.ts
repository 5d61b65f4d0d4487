import { normalisePhone } from "@smscrm/core/contacts/phone";
import { counted } from "@smscrm/core/text/counted";
import {
  assignNumber,
  listAssignedNumbers,
  listUnassignedNumbers,
  takeNumberBack,
} from "@smscrm/db/senders/number-assignment";
import { type OpsContext, OpsRefusal } from "./context.ts";

/** Options of a number besides its tenant. */
export interface NumberOptions {
  kind?: string;
  country?: string;
  label?: string;
  rate?: string;
}

const USAGE = `Use one of:
  pnpm ops number assign NUMBER --tenant ID [--kind long-code|toll-free|short-code] [--country AU] [--rate SEGMENTS_PER_SECOND] [--label "…"]
  pnpm ops number take-back NUMBER [--tenant ID]
  pnpm ops number list`;

const KINDS = ["long-code", "toll-free", "short-code"] as const;
/** What carriers allow without an agreement, by kind, in segments a second. */
const USUAL_RATE = { "long-code": 10, "toll-free": 3, "short-code": 100 } as const;

/** Assigns numbers to tenants. This works only here: a tenant can't assign itself a number. */
export async function numbers(
  context: OpsContext,
  [action, phone, ...more]: readonly string[],
  options: NumberOptions,
): Promise<void> {
  if (action === "list" && !phone) return list(context);
  if (!phone || more.length > 0) throw new OpsRefusal(USAGE);
  if (action === "assign") return assign(context, phone, options);
  if (action === "take-back") return takeBack(context, phone);
  throw new OpsRefusal(USAGE);
}

async function assign(
  { sql, say, tenantId, by }: OpsContext,
  raw: string,
  options: NumberOptions,
): Promise<void> {
  if (!tenantId) throw new OpsRefusal("Name the tenant: --tenant ID. pnpm ops health lists them.");
  const kind = kindOf(raw, options.kind);
  const { phone, country } =
    kind === "short-code" ? shortCode(raw, options.country) : longNumber(raw, options.country);
  const segmentsPerSecond = rateOf(options.rate) ?? USUAL_RATE[kind];
  const assigned = await assignNumber(sql, {
    tenantId,
    phone,
    kind,
    country,
    label: options.label ?? null,
    segmentsPerSecond,
    by,
  });
  if (assigned.outcome === "no-tenant") throw new OpsRefusal(`There is no tenant ${tenantId}.`);
  if (assigned.outcome === "taken")
    throw new OpsRefusal(
      `${phone} belongs to ${assigned.tenantName} (${assigned.tenantId}). Take it back first: pnpm ops number take-back ${phone}`,
    );
  say(
    `${phone} is tenant ${tenantId}'s: ${kind}, ${country}, ${counted(segmentsPerSecond, "segment")} per second.`,
  );
  if (assigned.texts > 0)
    say(
      `Texts that had arrived before: ${assigned.texts}. Opt-outs among them, now in effect: ${assigned.optOuts}.`,
    );
}

async function takeBack({ sql, say, tenantId, by }: OpsContext, raw: string): Promise<void> {
  const phone = /^\d{3,8}$/.test(raw) ? raw : longNumber(raw, undefined).phone;
  const taken = await takeNumberBack(sql, { phone, tenantId, by });
  if (!taken)
    throw new OpsRefusal(`${tenantId ? "This tenant does not have" : "No tenant has"} the number ${phone}.`);
  say(`${phone} was taken from ${taken.tenantName} (${taken.tenantId}). Nothing more is sent from it.`);
  say("A STOP that still arrives there counts for every tenant that texted the person from it.");
}

async function list({ sql, say }: OpsContext): Promise<void> {
  for (const each of await listAssignedNumbers(sql)) {
    const state = each.takenBackAt ? `taken back ${each.takenBackAt.toISOString()}` : each.status;
    say(
      `${each.phone.padEnd(16)} ${each.kind.padEnd(12)} ${each.country}  ${state.padEnd(10)}  ${each.tenantName} (${each.tenantId})`,
    );
  }
  for (const { phone, texts, optOuts, lastAt } of await listUnassignedNumbers(sql))
    say(
      `${phone.padEnd(16)} UNASSIGNED: ${counted(texts, "text")}, opt-outs among them: ${optOuts}, the last ${lastAt.toISOString()}`,
    );
}

function kindOf(raw: string, given: string | undefined): (typeof KINDS)[number] {
  const guessed = /^\d{3,8}$/.test(raw) ? "short-code" : "long-code";
  const kind = KINDS.find((each) => each === (given ?? guessed));
  if (kind) return kind;
  throw new OpsRefusal(`--kind must be one of ${KINDS.join(", ")}. Sender names are added on the dashboard.`);
}

function shortCode(raw: string, country: string | undefined) {
  if (!/^\d{3,8}$/.test(raw)) throw new OpsRefusal("A short code has three to eight digits.");
  if (!country) throw new OpsRefusal("Name the short code's country: --country US.");
  return { phone: raw, country: countryOf(country) };
}

/** Reads a number that is written in full, because it contains its country. */
function longNumber(raw: string, country: string | undefined) {
  const phone = raw.startsWith("+") ? normalisePhone(raw, "") : null;
  if (!phone?.ok || !phone.country)
    throw new OpsRefusal(`${raw} is not a phone number. Write it in full, such as +61491570006.`);
  if (country && countryOf(country) !== phone.country)
    throw new OpsRefusal(`${phone.e164} is a number of ${phone.country}, not of ${country}.`);
  return { phone: phone.e164, country: phone.country };
}

function countryOf(text: string): string {
  if (/^[A-Za-z]{2}$/.test(text)) return text.toUpperCase();
  throw new OpsRefusal("--country must be two letters, such as AU.");
}

function rateOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1_000) return Number(text);
  throw new OpsRefusal("--rate must be a number of segments a second, 1 to 1000.");
}
