import { createHash } from "node:crypto";
import {
  createProviderFetch,
  ProviderFault,
  type ProviderNetwork,
} from "../users/single-sign-on/provider-network.ts";

/** What this server answers at a domain whose record has this token. */
export const domainAnswer = (token: string): string =>
  createHash("sha256").update(`smscrm ${token}`).digest("hex");

/**
 * Returns why a domain does not lead to this server yet, as a sentence; null: it does. It is asked over https and only outside,
 * with the limits of every request to an address that a tenant names.
 */
export async function leadsHere(
  network: ProviderNetwork,
  domain: string,
  token: string,
): Promise<string | null> {
  try {
    const answer = await createProviderFetch(network)(`https://${domain}/l/check/${token}`);
    if ((await answer.text()).trim() === domainAnswer(token)) return null;
    return `The record is there, but https://${domain}/l/ does not lead to this server yet. Point the domain here, and add it to the reverse proxy.`;
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return `The record is there, but https://${domain} can't be reached: ${error.message}.`;
  }
}
