import { domainToASCII } from "node:url";
import { isFreeMail } from "@smscrm/core/process/single-sign-on";
import { z } from "zod";

/** What a domain's TXT record has to be. */
export const recordOf = (token: string) => `smscrm-verification=${token}`;

/** A domain of e-mail addresses, in the form that DNS has. */
export const domainName = z
  .string()
  .trim()
  .max(253)
  .transform((text) => domainToASCII(text.toLowerCase().replace(/^@|\.$/g, "")))
  .refine(
    (domain) => /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/.test(domain),
    "Enter a domain such as example.com.",
  )
  .refine(
    (domain) => !isFreeMail(domain),
    "Anybody can have an address at this domain, so it can't belong to an organisation.",
  );

/** Whether DNS shows the record. A sentence: DNS could not be asked. */
export async function isShownByDns(
  resolveTxt: (domain: string) => Promise<readonly string[]>,
  domain: string,
  token: string,
): Promise<boolean | string> {
  try {
    const records = await resolveTxt(domain);
    return records.some((record) => record.trim() === recordOf(token));
  } catch (error) {
    const { code } = error as Error & { code?: string };
    if (code === "ENODATA" || code === "ENOTFOUND") return false;
    return `DNS could not be asked about ${domain} (${code ?? "no answer"}). Try again in a minute. Without DNS, the platform operator confirms the domain with pnpm ops sso domain confirm.`;
  }
}
