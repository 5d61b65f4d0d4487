import { domainToASCII } from "node:url";
import { closestName } from "@smscrm/core/text/spelling";
import { isValidZone, zonesOf } from "@smscrm/core/time/time-zone";
import { z } from "zod";
import { type OpsContext, OpsRefusal } from "./context.ts";

const address = z.string().trim().toLowerCase().pipe(z.email().max(254));

export function checkedEmail(text: string | undefined, option: string): string {
  const parsed = address.safeParse(text ?? "");
  if (parsed.success) return parsed.data;
  throw new OpsRefusal(
    text ? `${text} is not an e-mail address.` : `Give the address: ${option}, such as ada@example.com.`,
  );
}

/** Returns a domain in lower case, without a dot at its end. */
export function checkedDomain(text: string | undefined): string {
  const domain = domainToASCII((text ?? "").trim().toLowerCase().replace(/\.$/, ""));
  if (/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/.test(domain)) return domain;
  throw new OpsRefusal(
    text ? `${text} is not a domain.` : "Give the domain of the addresses, such as example.com.",
  );
}

/** Checks that we know the country's time zones. Without them its recipients could never be texted. */
export function checkedCountry(text: string | undefined): string {
  const country = text?.trim().toUpperCase() ?? "";
  if (zonesOf(country).length > 0) return country;
  throw new OpsRefusal(
    `--country must be the two letters of a country (ISO 3166), such as AU, US or GB${text ? `; ${text} is not one` : ""}.`,
  );
}

/** Returns an IANA name in the spelling of the time zone database. */
export function checkedZone(text: string | undefined, country: string): string {
  const typed = text?.trim() ?? "";
  const known = Intl.supportedValuesOf("timeZone");
  const same = known.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (same) return same;
  if (typed.includes("/") && isValidZone(typed)) return typed;
  const near = closestName(typed, known);
  const examples = [...new Set([...(near ? [near] : []), ...zonesOf(country)])].slice(0, 12).join(", ");
  throw new OpsRefusal(
    `--zone must be the IANA name of a time zone${typed ? `; ${typed} is not one` : ""}. For ${country}, one of: ${examples}.`,
  );
}

/** Prints a link once. Without PUBLIC_URL it works only on this machine. */
export function sayLink(
  { say, environment }: OpsContext,
  { what, expiresAt, url }: { what: string; expiresAt: Date; url: string },
): void {
  say(`${what}. It works once, until ${expiresAt.toISOString()}. Give it to nobody else:`);
  say(url);
  if (/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]?/.test(environment.PUBLIC_URL))
    say(
      "This address works only on this machine. If people reach the dashboard elsewhere, set PUBLIC_URL and create a new link.",
    );
}
