// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Inputs that are misread: each of these faults was in the product once. */
export const INPUT_MUTANTS: readonly Mutant[] = [
  {
    name: "decimals-are-digits",
    does: "reads the decimals of a spreadsheet as digits of the number",
    breaks: "I8",
    phases: ["files"],
    patches: [
      {
        file: "core/contacts/phone.ts",
        find: "  return { may: [digitsOf(before)], against: [whole] };",
        replace: "  return { may: [whole], against: [] };",
      },
    ],
  },
  {
    name: "ignores-opt-outs-of-files",
    does: "texts people whom a file says not to text",
    breaks: "I11",
    phases: ["files"],
    patches: [
      {
        file: "worker/imports/run-import.ts",
        find: 'const speaks = file.kind === "contacts" && (file.mapping.consent ?? []).length > 0;',
        replace: "const speaks = false;\n  file.mapping.consent = [];",
      },
    ],
  },
  {
    name: "clock-is-a-place",
    does: "trusts the zone in a file, UTC too, whatever the number says",
    breaks: "I5",
    phases: ["files"],
    patches: [
      {
        file: "core/time/time-zone.ts",
        find: "if (!mayBeIn(country, zones, first.source)) zones",
        replace: "if (country === undefined) zones",
      },
    ],
  },
  {
    name: "yes-is-start",
    does: "reads a yes as START, so that it lifts an opt-out",
    breaks: "I11",
    phases: ["conversations"],
    patches: [
      {
        file: "core/replies/replies.ts",
        find: 'new Set(CARRIER_START.filter((word) => word !== "yes"))',
        replace: "new Set(CARRIER_START)",
      },
    ],
  },
  {
    name: "reaction-is-stop",
    does: "reads the words inside a phone's reaction as the person's own",
    breaks: "I11",
    phases: ["conversations"],
    patches: [
      {
        file: "core/replies/replies.ts",
        find: "const own = ownWords(text.slice(0, MAX_LENGTH), ours);",
        replace:
          'const own = ours === null ? ownWords(text, ours) : { text, isQuoting: false, doubtful: "" };',
      },
      {
        file: "core/replies/replies.ts",
        find: "  if (others !== plain && (",
        replace: "  if (others === null && (",
      },
    ],
  },
  {
    name: "answers-each-time",
    does: "answers a machine as often as it writes",
    breaks: "I11",
    phases: ["conversations"],
    patches: [
      {
        file: "db/inbox/automatic-answers.ts",
        find: "  if (counted.length === 0) return false;",
        replace: "",
      },
      {
        file: "db/inbox/automatic-answers.ts",
        find: "  return !found!.isOurs && !found!.isRepeated;",
        replace: "  return !found!.isOurs;",
      },
    ],
  },
  {
    name: "audit-without-lock",
    does: "extends the audit log's chain without its lock",
    breaks: "I12",
    phases: ["actions"],
    patches: [
      {
        file: "db/migrations/0016_audit_sequence.sql",
        find: "WHERE tenant_id = NEW.tenant_id FOR NO KEY UPDATE;\n  IF NOT FOUND THEN",
        replace: "WHERE tenant_id = NEW.tenant_id;\n  IF NOT FOUND THEN",
      },
    ],
  },
  {
    name: "one-pool-for-all",
    does: "lets a pause wait behind a neighbour's searches for a connection",
    breaks: "I3",
    phases: ["neighbours"],
    patches: [
      { file: "server/databases.ts", find: "const FOR_TENANTS = 16;", replace: "const FOR_TENANTS = 200;" },
      { file: "server/databases.ts", find: "const PER_TENANT = 4;", replace: "const PER_TENANT = 200;" },
      {
        file: "server/databases.ts",
        find: "urgent: shared(urgent, { ...oneEach, atOnce: FOR_PAUSING }),",
        replace: "urgent: database,",
      },
      // A person's share of the API would stop the searches before they hold every connection.
      {
        file: "server/fair-use/fair-use.ts",
        find: "...{ atOnce: 6, atOnceWhenBusy: 1, msPerSecond: 100, savedMsMax: 3_000, owedMsMax: 1_000 },",
        replace:
          "...{ atOnce: 600, atOnceWhenBusy: 600, msPerSecond: 250_000, savedMsMax: 3_000_000, owedMsMax: 3_000 },",
      },
    ],
  },
];
