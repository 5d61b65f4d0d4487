import { REGISTRATION_KNOWN_DAYS, REGISTRATION_RULES } from "@smscrm/core/campaigns/carrier-registration";
import { SENDER_RULES } from "@smscrm/core/campaigns/sender-rules";

/** An SQL condition: the rows of `sending_numbers` that are paused neither by an operator nor by the program. */
export const NUMBER_ACTIVE = `status = 'active' and (rested_until is null or rested_until <= clock_timestamp())`;

/** An SQL expression: a number's state in the carrier's account, null where it is not known or was read too long ago. */
export const CARRIER_REGISTRATION = `case when carrier_registration_read_at
  > clock_timestamp() - interval '${REGISTRATION_KNOWN_DAYS} days' then carrier_registration end`;

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** An SQL list; a list without elements matches nothing. */
const list = (items: readonly string[]) => (items.length > 0 ? items.join(", ") : "null");
const countriesWith = (names: string) =>
  list(SENDER_RULES.filter((rule) => rule.names === names).map(({ country }) => quoted(country)));
const GENERIC = list(
  SENDER_RULES.flatMap(({ country, refusedNames = [] }) =>
    refusedNames.map((name) => quoted(`${country} ${name}`)),
  ),
);
const PREFIXED = SENDER_RULES.flatMap(({ country, registeredPrefix }) =>
  registeredPrefix === undefined
    ? []
    : [` or (country = ${quoted(country)} and starts_with(phone_e164, ${quoted(registeredPrefix)}))`],
).join("");

const RULED = REGISTRATION_RULES.map(({ country, kind }) => `('${country}', '${kind}')`).join(", ");

/**
 * An SQL condition: the rows of `sending_numbers` that may send some text now, by the same rules as `senderFault` in
 * `core/campaigns/sender-rules.ts`. A claim asks that function about every active sender, and the text.
 */
export const NUMBER_IN_USE = `${NUMBER_ACTIVE} and case
  when kind <> 'alphanumeric' then
    (country, kind) not in (${RULED}) or coalesce(${CARRIER_REGISTRATION}, 'registered') = 'registered'
  when country in (${countriesWith("refused")}) or country || ' ' || lower(phone_e164) in (${GENERIC}) then false
  when country in (${countriesWith("registered")})${PREFIXED} then registration = 'registered'
  else registration in ('registered', 'not-required') end`;

/** An SQL condition: the rows of `sending_numbers` that the carrier must have registered. */
export const NEEDS_REGISTRATION = `taken_back_at is null and status <> 'retired' and (country, kind) in (${RULED})`;
