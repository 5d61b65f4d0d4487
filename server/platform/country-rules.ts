import { ruleAdvice } from "@smscrm/core/law/advice";
import { type CountryLaw, countryLaw, lawCountries } from "@smscrm/core/law/country-law";
import { looserRules } from "@smscrm/core/law/looser-rules";
import { type RuleVersion, versionsAt } from "@smscrm/core/law/rule-book";
import {
  partInput,
  RULE_PARTS,
  RULES_FORMAT,
  type RulePart,
  type RulesFile,
  rulesFile,
} from "@smscrm/core/law/rule-parts";
import { type ShippedPart, shippedPart } from "@smscrm/core/law/shipped-parts";
import { listCurrent, listVersions, type NewVersion, writeVersions } from "@smscrm/db/law/country-rules";
import { z } from "zod";
import { country, moment } from "../http/inputs.ts";
import { badRequest, notFound, unmet } from "../http/refusals.ts";
import { allowed, router } from "../trpc.ts";
import {
  type Asking,
  anotherFirst,
  bookWith,
  changedBy,
  mustBeSound,
  otherOperators,
  rulesNow,
  soundTime,
  versionOf,
} from "./rule-checks.ts";
import { ruleDrafts } from "./rule-drafts.ts";

/** A version in the page's list. */
export type VersionRow = RuleVersion & {
  by: string;
  createdAt: Date;
  state: "in-force" | "scheduled" | "past";
};

/** What the page of a country shows. */
export interface CountryRules {
  law: CountryLaw;
  /** The last revision of this country; 0: none. Whoever changes it gives it back. */
  revision: number;
  parts: { part: RulePart; shipped: ShippedPart<RulePart> | null }[];
  /** The newest first. */
  versions: VersionRow[];
  advice: string[];
}

/** What a change did, or what it would allow that is forbidden until now and nobody has agreed to yet. */
export type Saved =
  | { saved: true; advice: string[] }
  | {
      saved: false;
      loosens: string[];
      revisions: Record<string, number>;
      /** Who must agree: other operators of the platform. Empty: there is none, so a yes is enough. */
      others: string[];
    };

const VERSIONS_MAX = 100;
const FILE_CHARACTERS_MAX = 2_000_000;
const revision = z.int().min(0);
const when = { validFrom: moment.nullish(), acceptLooser: z.boolean().default(false) };
const rulePart = z.enum(RULE_PARTS);

/** What the platform's operators set in place of the shipped law of countries, for every organisation. */
export const law = router({
  countries: allowed("platform.read").query(async ({ ctx }) => {
    const { book, now } = await rulesNow(ctx);
    return lawCountries().map((code) => {
      const { name, ownParts, missing, priced } = countryLaw(code, now, book)!;
      return { country: code, name, ownParts, missing: missing.length, priced };
    });
  }),

  country: allowed("platform.read")
    .input(z.strictObject({ country }))
    .query(async ({ ctx, input }): Promise<CountryRules> => {
      const { book, now } = await rulesNow(ctx);
      const known = countryLaw(input.country, now, book);
      if (!known) throw notFound("country");
      const versions = await listVersions(ctx.dependencies.pipeline, input.country, VERSIONS_MAX);
      return {
        law: known,
        revision: versions[0]?.revision ?? 0,
        parts: RULE_PARTS.map((part) => ({ part, shipped: shippedPart(input.country, part) })),
        versions: shownVersions(versions, now),
        advice: ruleAdvice(input.country, book, now),
      };
    }),

  drafts: ruleDrafts,

  /**
   * Sets a part. Without `acceptLooser` it is not saved if it allows what is forbidden until now. Where the platform has
   * another operator, such a change is a draft that the other one activates.
   */
  save: allowed("platform.manage")
    .input(z.strictObject({ rule: partInput, revision, ...when }))
    .mutation(({ ctx, input: { rule, revision: seen, ...options } }): Promise<Saved> => {
      mustBeSound(rule, options.validFrom);
      return write(ctx, [versionOf(rule)], { [rule.country]: seen }, options);
    }),

  /** Puts the shipped part back in force. */
  withdraw: allowed("platform.manage")
    .input(
      z.strictObject({
        country,
        part: rulePart,
        revision,
        note: z.string().trim().min(3).max(1_000),
        ...when,
      }),
    )
    .mutation(({ ctx, input: { country: code, part, note, revision: seen, ...options } }): Promise<Saved> => {
      if (!countryLaw(code, new Date())) throw notFound("country");
      soundTime(options.validFrom);
      const shipped = { country: code, part, note, body: null, source: null, checkedOn: null };
      return write(ctx, [shipped], { [code]: seen }, options);
    }),

  /** Returns the rules in force that are not as shipped, of one country or of all, as a file. */
  export: allowed("platform.read")
    .input(z.strictObject({ country: country.nullish() }))
    .query(async ({ ctx, input }): Promise<RulesFile> => {
      const versions = await listCurrent(ctx.dependencies.pipeline, input.country ?? null);
      const parts = versionsAt(versions, new Date())
        .filter(({ body }) => body !== null)
        .map(({ country, part, body, source, checkedOn, note }) => ({
          country,
          part,
          body,
          source,
          checkedOn,
          note,
        }));
      return { format: RULES_FORMAT, parts: parts as RulesFile["parts"] };
    }),

  /** Takes a file of another installation. All of its rules are set, or none. */
  import: allowed("platform.manage")
    .input(
      z.strictObject({
        file: z
          .string()
          .max(FILE_CHARACTERS_MAX, "This file is too large. It may have two million characters."),
        revisions: z.record(country, revision).nullish(),
        ...when,
      }),
    )
    .mutation(({ ctx, input: { file, revisions, ...options } }): Promise<Saved> => {
      const { parts } = readFile(file);
      const names = parts.map((rule) => `${rule.country} ${rule.part}`);
      const twice = names.find((name, at) => names.indexOf(name) < at);
      if (twice) throw badRequest(`The file has two rules for ${twice}. Keep one.`);
      for (const rule of parts) mustBeSound(rule, options.validFrom);
      return write(ctx, parts.map(versionOf), revisions ?? {}, options);
    }),
});

type When = { validFrom?: Date | null | undefined; acceptLooser: boolean };

function shownVersions(
  versions: readonly (RuleVersion & { by: string; createdAt: Date })[],
  now: Date,
): VersionRow[] {
  const inForce = new Set(versionsAt(versions, now).map(({ id }) => id));
  return versions.map((version) => ({
    ...version,
    state: inForce.has(version.id)
      ? "in-force"
      : version.validFrom > now && !isOvertaken(version, versions, now)
        ? "scheduled"
        : "past",
  }));
}

/** A version that was entered before another one that begins no later never comes into force. */
function isOvertaken(version: RuleVersion, versions: readonly RuleVersion[], now: Date): boolean {
  return versions.some(
    (other) =>
      other.part === version.part &&
      other.revision > version.revision &&
      (other.validFrom <= version.validFrom || other.validFrom <= now),
  );
}

/** Says in words what is wrong with a file. */
function readFile(text: string): RulesFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw badRequest("This is no JSON file. Choose a file that an installation of smscrm exported.");
  }
  const read = rulesFile.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue!.path.join(".");
  throw badRequest(`Nothing was imported. ${at ? `At ${at}: ` : ""}${issue!.message}`);
}

async function write(
  asking: Asking,
  changes: readonly NewVersion[],
  seen: Readonly<Record<string, number>>,
  { validFrom, acceptLooser }: When,
): Promise<Saved> {
  const { dependencies, session, tenantId } = asking;
  const { versions, book: before, now } = await rulesNow({ dependencies });
  // First: a question about rules that somebody else has changed since would be the wrong question.
  const newer = versions.findLast((one) => one.revision > (seen[one.country] ?? Number.POSITIVE_INFINITY));
  if (newer) throw changedBy(newer.by, newer.createdAt);
  const after = bookWith(versions, changes, { validFrom, now });
  const countries = [...new Set(changes.map(({ country }) => country))];
  const loosens = countries.flatMap((code) => looserRules(code, before, after, now));
  const others = loosens.length > 0 ? await otherOperators(asking) : [];
  if (acceptLooser && others.length > 0) throw unmet(anotherFirst(others));
  if (loosens.length > 0 && !acceptLooser) {
    const revisions = Object.fromEntries(
      countries.map((code) => [
        code,
        seen[code] ??
          Math.max(0, ...versions.filter((one) => one.country === code).map((one) => one.revision)),
      ]),
    );
    return { saved: false, loosens, revisions, others };
  }
  const actor = { by: session.email, userId: session.userId, tenantId };
  const written = await writeVersions(dependencies.pipeline, actor, changes, {
    validFrom: validFrom ?? null,
    basedOn: seen,
  });
  if (written.outcome === "changed") throw changedBy(written.by, written.at);
  return { saved: true, advice: countries.flatMap((code) => ruleAdvice(code, after, now)) };
}
