import { isIP } from "node:net";
import { allowUnsigned, listAllowances, revokeAllowances } from "@smscrm/db/webhook-allowances";
import { type OpsContext, OpsRefusal } from "./context.ts";

/** An incident's length, not a way of life: without signatures anybody can write STOP in anybody's name. */
const MOST_HOURS = 24;

export interface AllowOptions {
  hours?: string | undefined;
  reason?: string | undefined;
  all?: boolean | undefined;
}

/** `pnpm ops webhooks allow ADDRESS | list | revoke`: requests whose signature does not hold, let in for a limited time. */
export async function webhooks(
  { sql, say, by }: OpsContext,
  [verb, network]: readonly string[],
  options: AllowOptions,
): Promise<void> {
  if (verb === "list") {
    const all = await listAllowances(sql);
    if (all.length === 0) return say("No allowance is in force: only signed requests are taken.");
    for (const one of all) {
      say(
        `${one.network} until ${one.expiresAt.toISOString()}, used ${one.timesUsed} times, by ${one.allowedBy}: ${one.reason}`,
      );
    }
    return;
  }
  if (verb === "revoke" && options.all) return say(`Revoked ${await revokeAllowances(sql, by)} allowances.`);
  if (verb !== "allow" || !network) {
    throw new OpsRefusal(
      'Use webhooks allow ADDRESS --hours N --reason "…", webhooks list, or webhooks revoke --all.',
    );
  }
  const given = {
    network: checkedNetwork(network),
    hours: checkedHours(options.hours),
    reason: options.reason?.trim() ?? "",
  };
  if (given.reason === "") throw new OpsRefusal('Say why: --reason "…". It is written into the audit log.');
  const { expiresAt } = await allowUnsigned(sql, { ...given, by });
  say(
    `Unsigned webhook requests from ${given.network} are taken until ${expiresAt.toISOString()}; each is recorded.`,
  );
}

function checkedHours(text: string | undefined): number {
  const hours = Number(text);
  if (Number.isInteger(hours) && hours >= 1 && hours <= MOST_HOURS) return hours;
  throw new OpsRefusal(`--hours must be a whole number from 1 to ${MOST_HOURS}.`);
}

/** An address, or a network that is not most of the internet. */
function checkedNetwork(text: string): string {
  const [address = "", prefix] = text.split("/");
  const kind = isIP(address);
  const least = kind === 4 ? 16 : 32;
  const most = kind === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  if (kind !== 0 && Number.isInteger(bits) && bits >= least && bits <= most) return text;
  throw new OpsRefusal(
    `${text} must be an address such as 203.0.113.7, or a network from /16 (IPv6: /32) on.`,
  );
}
