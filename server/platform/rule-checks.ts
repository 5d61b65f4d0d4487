import { partProblems } from "@smscrm/core/law/part-problems";
import { type RuleBook, type RuleVersion, ruleBookAt } from "@smscrm/core/law/rule-book";
import type { PartInput } from "@smscrm/core/law/rule-parts";
import { mayIn } from "@smscrm/core/platform/roles";
import { listCurrent, type NewVersion } from "@smscrm/db/law/country-rules";
import type { TenantTransaction } from "@smscrm/db/postgres/connection";
import { listPeople } from "@smscrm/db/users/members";
import { badRequest, conflict } from "../http/refusals.ts";
import type { Context } from "../trpc.ts";
import type { Session } from "../users/session.ts";

/** An operator who asks, in the platform's own organisation. */
export type Asking = {
  dependencies: Context["dependencies"];
  session: Session;
  tenantId: string;
  inTenant: <T>(work: (tx: TenantTransaction) => Promise<T>) => Promise<T>;
};

const MINUTE_MS = 60_000;
const YEARS_MAX_MS = 2 * 366 * 86_400_000;

/** Every version that counts, and what they make together now. */
export async function rulesNow({ dependencies }: Pick<Asking, "dependencies">) {
  const versions = await listCurrent(dependencies.pipeline);
  const now = new Date();
  return { versions, now, book: ruleBookAt(versions, now) };
}

/** Returns the rules as they are once these versions are in force. */
export function bookWith(
  versions: readonly RuleVersion[],
  changes: readonly Omit<NewVersion, "note">[],
  { validFrom, now }: { validFrom: Date | null | undefined; now: Date },
): RuleBook {
  const begins = validFrom ?? now;
  const last = Math.max(0, ...versions.map(({ revision }) => revision));
  const added = changes.map(
    (change, at) =>
      ({ ...change, note: null, id: "new", validFrom: begins, revision: last + 1 + at }) as RuleVersion,
  );
  return ruleBookAt([...versions, ...added], new Date(Math.max(begins.getTime(), now.getTime())));
}

/** Returns the names of the other operators, who may change rules too. */
export async function otherOperators({ inTenant, session, tenantId }: Asking): Promise<string[]> {
  const people = await inTenant((tx) => listPeople(tx, tenantId));
  return people
    .filter((one) => one.userId !== session.userId && mayIn({ isPlatform: true }, one, "platform.manage"))
    .map(({ name }) => name);
}

export const anotherFirst = (names: readonly string[]) =>
  `This allows what is forbidden until now, so another operator must activate it: ${names.slice(0, 3).join(", ")}${names.length > 3 ? " or another" : ""}. Save it as a draft. Stricter rules need nobody else.`;

export function soundTime(validFrom: Date | null | undefined): void {
  if (!validFrom) return;
  const aheadMs = validFrom.getTime() - Date.now();
  if (aheadMs < -MINUTE_MS)
    throw badRequest(
      "validFrom: A rule can't begin in the past: what was decided stays. Leave it empty for now.",
    );
  if (aheadMs > YEARS_MAX_MS) throw badRequest("validFrom: Choose a day within two years.");
}

export function mustBeSound(rule: PartInput, validFrom: Date | null | undefined): void {
  soundTime(validFrom);
  const now = new Date();
  const problems = partProblems(rule, validFrom ?? now, now);
  if (problems.length > 0) throw badRequest(`${rule.country}, ${rule.part}: ${problems.join(" ")}`);
}

export const versionOf = ({ country, part, body, source, checkedOn, note }: PartInput): NewVersion => ({
  ...{ country, part, body, source, checkedOn },
  note: note ?? null,
});

export const changedBy = (by: string, at: Date) =>
  conflict(
    `${by} changed these rules at ${at.toISOString().slice(0, 16).replace("T", " ")} UTC. Nothing of yours was saved. Reload to see the change, and enter yours again.`,
  );
