import { timingSafeEqual } from "node:crypto";

/** The account of the embedded mode. It is no secret, because it opens only the simulator on loopback. */
export const SIMULATOR_ACCOUNT_SID = "AC00000000000000000000000000000001";
export const SIMULATOR_AUTH_TOKEN = "5151515151515151aaaaaaaaaaaaaaaa";

/**
 * Checks an Authorization header against the simulator's one account. Twilio accepts HTTP Basic with the account's
 * sid and Auth Token; API keys are not simulated.
 */
export function createAuthorizer(
  accountSid: string,
  authToken: string,
): (header: string | undefined) => boolean {
  const expected = Buffer.from(`Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`);
  return (header) => {
    if (header === undefined) return false;
    const given = Buffer.from(header);
    return given.length === expected.length && timingSafeEqual(given, expected);
  };
}
