import webhooks from "twilio/lib/webhooks/webhooks.js";

/** A form's fields as sent: a repeated name has a list, an empty value stays. */
export type Form = Record<string, string | string[]>;

/** The carrier sends some thirty. Checking a signature sorts them by name, which takes long for many. */
const FIELDS_MAX = 1_000;

/** An HMAC-SHA1 in Base64. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;

/** Whether this can be a signature at all. If not, the body need not be read. */
export const isSignature = (text: string | undefined): text is string =>
  text !== undefined && SIGNATURE.test(text);

/**
 * Parses the raw text into a flat form. A parser that trims, drops or nests would change what was signed. A form with
 * more fields than any webhook has is not read, so no signature fits it: parsing thousands would take longer than all
 * else that a forgery costs.
 */
export function parseForm(body: string): Form {
  const form: Form = Object.create(null);
  if (hasTooManyFields(body)) return form;
  for (const [name, value] of new URLSearchParams(body)) {
    const before = form[name];
    if (before === undefined) form[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else form[name] = [before, value];
  }
  return form;
}

function hasTooManyFields(body: string): boolean {
  let fields = 1;
  for (let at = body.indexOf("&"); at !== -1; at = body.indexOf("&", at + 1)) {
    fields += 1;
    if (fields > FIELDS_MAX) return true;
  }
  return false;
}

/** Returns a field's value; of several the first, because the carrier never repeats the fields that we read. */
export function fieldOf(form: Form, name: string): string | null {
  const value = form[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/**
 * Whether the carrier signed this: HMAC-SHA1 over the URL that we gave it and the sorted fields, with the account's
 * token (X-Twilio-Signature). `url` is made of PUBLIC_URL, never of request headers. During a rotation the previous
 * token is valid too.
 */
export function isSigned(
  tokens: readonly string[],
  signature: string | undefined,
  url: string,
  form: Form,
): boolean {
  if (!signature) return false;
  return tokens.some((token) => webhooks.validateRequest(token, signature, url, form));
}
