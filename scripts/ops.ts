// pnpm ops COMMAND: what an operator does at the server's console. The audit log records all of it.
import { parseArgs } from "node:util";
import { type AuditOptions, audit } from "./ops/audit.ts";
import { chosenTenant, closeContext, type OpsContext, OpsRefusal, openContext } from "./ops/context.ts";
import { drain } from "./ops/drain.ts";
import { health } from "./ops/health.ts";
import { law } from "./ops/law.ts";
import { type NumberOptions, numbers } from "./ops/numbers.ts";
import { type PersonOptions, person } from "./ops/person.ts";
import { platform } from "./ops/platform.ts";
import { showRestore, unlock } from "./ops/restore.ts";
import { pause, resume } from "./ops/sending.ts";
import { signOut } from "./ops/sessions.ts";
import { sso } from "./ops/sso.ts";
import { type TenantOptions, tenant } from "./ops/tenants/tenant.ts";
import { webhooks } from "./ops/webhooks.ts";

interface Options extends AuditOptions, NumberOptions, TenantOptions, PersonOptions {
  all?: boolean;
  tenant?: string;
  reason?: string;
  limit?: string;
  hours?: string;
}

interface Command {
  usage: string;
  does: string;
  /** Whether it applies to every tenant when none is named. */
  allByDefault?: boolean;
  /** Whether words follow the command's name. */
  takesWords?: boolean;
  run: (context: OpsContext, options: Options, words: readonly string[]) => Promise<void>;
}

const COMMANDS: Record<string, Command> = {
  pause: { usage: '--all | --tenant ID [--reason "…"]', does: "stops sending", run: pause },
  resume: { usage: "--all | --tenant ID", does: "ends a pause", run: resume },
  drain: {
    usage: "[--limit SECONDS]",
    does: "waits until the queue's depth is 0",
    allByDefault: true,
    run: (context, { limit }) => drain(context, seconds(limit)),
  },
  health: { usage: "", does: "checks every part", allByDefault: true, run: health },
  restore: {
    usage: "[--tenant ID]",
    does: "shows what a restored database missed",
    allByDefault: true,
    run: showRestore,
  },
  unlock: {
    usage: "[--tenant ID]",
    does: "resumes sending after a restore",
    allByDefault: true,
    run: unlock,
  },
  webhooks: {
    usage: "allow ADDRESS --hours N --reason … | list | revoke --all",
    does: "lets unsigned webhooks in for a limited time",
    allByDefault: true,
    takesWords: true,
    run: (context, options, words) => webhooks(context, words, options),
  },
  number: {
    usage: "assign NUMBER --tenant ID | take-back NUMBER | list",
    does: "assigns a number to a tenant",
    allByDefault: true,
    takesWords: true,
    run: (context, options, words) => numbers(context, words, options),
  },
  audit: {
    usage: "verify [--tenant ID] [--copy FILE] [--key FILE] | key",
    does: "finds changes in the audit log, prints its public keys",
    allByDefault: true,
    takesWords: true,
    run: (context, options, words) => audit(context, words, options),
  },
  tenant: {
    usage:
      "create … --owner EMAIL | invite | suspend NAME-OR-ID | reinstate | limits | close | reopen | list",
    does: "creates an organisation, limits, suspends or closes it",
    allByDefault: true,
    takesWords: true,
    run: (context, options, words) => tenant(context, words, options),
  },
  platform: {
    usage: "invite EMAIL | list",
    does: "lets a person run the platform from the dashboard",
    allByDefault: true,
    takesWords: true,
    run: (context, _, words) => platform(context, words),
  },
  person: {
    usage: "reset EMAIL | sessions EMAIL [--end] | second-factor-off EMAIL",
    does: "lets a locked-out person in, ends sessions",
    allByDefault: true,
    takesWords: true,
    run: (context, options, words) => person(context, words, options),
  },
  sso: {
    usage: "list | domain confirm DOMAIN --tenant ID | domain release DOMAIN | offer --tenant ID",
    does: "confirms a domain for single sign-on, ends its requirement",
    allByDefault: true,
    takesWords: true,
    run: (context, _, words) => sso(context, words),
  },
  law: {
    usage: "check COUNTRY",
    does: "says which rules of a country are known, and what is missing",
    allByDefault: true,
    takesWords: true,
    run: (context, _, words) => law(context, words),
  },
  "sign-out": { usage: "--all | --tenant ID", does: "ends all sessions", run: signOut },
};

const DEFAULT_LIMIT_SECONDS = 300;

function seconds(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT_SECONDS;
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new OpsRefusal("--limit must be a number of seconds from 1.");
  return Number(text);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        all: { type: "boolean" },
        tenant: { type: "string" },
        reason: { type: "string" },
        limit: { type: "string" },
        hours: { type: "string" },
        expect: { type: "string" },
        copy: { type: "string" },
        key: { type: "string" },
        kind: { type: "string" },
        country: { type: "string" },
        label: { type: "string" },
        rate: { type: "string" },
        name: { type: "string" },
        zone: { type: "string" },
        owner: { type: "string" },
        end: { type: "boolean" },
        "daily-budget": { type: "string" },
        "monthly-budget": { type: "string" },
        numbers: { type: "string" },
        uploads: { type: "string" },
        "sending-hours": { type: "string" },
      },
    });
  } catch (error) {
    throw new OpsRefusal((error as Error).message);
  }
}

function usage(): string {
  return Object.entries(COMMANDS)
    .map(([name, { usage, does }]) => `  pnpm ops ${`${name} ${usage}`.padEnd(64)} ${does}`)
    .join("\n");
}

async function main(): Promise<void> {
  const { positionals, values } = readArguments();
  const command = COMMANDS[positionals[0] ?? ""];
  const [, ...words] = positionals;
  if (!command || (words.length > 0 && !command.takesWords))
    throw new OpsRefusal(`Which command?\n${usage()}`);
  const named = values.tenant !== undefined || values.all;
  const context = openContext(command.allByDefault && !named ? null : chosenTenant(values), process.env);
  try {
    await command.run(context, values, words);
  } finally {
    await closeContext(context);
  }
}

await main().catch((error) => {
  console.error(error instanceof OpsRefusal ? error.message : `Failed: ${(error as Error).message}`);
  process.exitCode = 1;
});
