import { isIP } from "node:net";
import { counted } from "@smscrm/core/text/counted";
import {
  allowUnsigned,
  listSignatureExceptions,
  revokeSignatureExceptions,
} from "@smscrm/db/carrier/signature-exceptions";
import { type OpsContext, OpsRefusal } from "./context.ts";

/** The longest exception, for one incident: without signatures anyone can send a STOP in another person's name. */
const HOURS_MAX = 24;

export interface AllowOptions {
  hours?: string | undefined;
  reason?: string | undefined;
  all?: boolean | undefined;
}

/** `pnpm ops webhooks allow ADDRESS | list | revoke`: lets requests without a valid signature in for a limited time. */
export async function webhooks(
  { sql, say, by }: OpsContext,
  [verb, network]: readonly string[],
  options: AllowOptions,
): Promise<void> {
  if (verb === "list") {
    const all = await listSignatureExceptions(sql);
    if (all.length === 0) return say("No exception is active: only signed requests are accepted.");
    for (const one of all) {
      say(
        `${one.network} until ${one.expiresAt.toISOString()}, used ${counted(one.timesUsed, "time")}, by ${one.allowedBy}: ${one.reason}`,
      );
    }
    return;
  }
  if (verb === "revoke" && options.all)
    return say(`Revoked ${counted(await revokeSignatureExceptions(sql, by), "exception")}.`);
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
  if (given.reason === "")
    throw new OpsRefusal('Give a reason: --reason "…". It is written into the audit log.');
  const { expiresAt } = await allowUnsigned(sql, { ...given, by });
  say(
    `Unsigned webhook requests from ${given.network} are accepted until ${expiresAt.toISOString()}; each is recorded.`,
  );
}

function checkedHours(text: string | undefined): number {
  const hours = Number(text);
  if (Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MAX) return hours;
  throw new OpsRefusal(`--hours must be a whole number from 1 to ${HOURS_MAX}.`);
}

/** Checks an address or a network; most of the internet is refused. */
function checkedNetwork(text: string): string {
  const [address = "", prefix] = text.split("/");
  const kind = isIP(address);
  const least = kind === 4 ? 16 : 32;
  const most = kind === 4 ? 32 : 128;
  const bits = prefix === undefined ? most : Number(prefix);
  if (kind !== 0 && Number.isInteger(bits) && bits >= least && bits <= most) return text;
  throw new OpsRefusal(
    `${text} must be an address such as 203.0.113.7, or a network of /16 or smaller (IPv6: /32).`,
  );
}
