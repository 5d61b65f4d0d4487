import { Resolver } from "node:dns/promises";
import type { TenantDatabase } from "@smscrm/db/postgres/connection";
import { type Connection, replaceSealedSecret } from "@smscrm/db/users/single-sign-on/connections";
import { createProviders, type OpenConnection, type Providers } from "./provider.ts";
import type { ProviderNetwork } from "./provider-network.ts";
import { isStale, type SecretsKeys, seal, unseal } from "./sealed-secret.ts";

/** What single sign-on works with in this process. */
export interface SingleSignOn {
  /** Null: SECRETS_KEY is not set, so no client secret can be stored. */
  keys: SecretsKeys | null;
  providers: Providers;
  network: ProviderNetwork;
  /** Returns a domain's TXT records. */
  resolveTxt: (domain: string) => Promise<readonly string[]>;
}

const DNS_LIMIT_MS = 5_000;

export function openSingleSignOn({
  keys,
  network,
  resolveTxt = txtByDns,
}: Pick<SingleSignOn, "keys" | "network"> & Partial<Pick<SingleSignOn, "resolveTxt">>): SingleSignOn {
  return { keys, network, providers: createProviders(network), resolveTxt };
}

/** Asks DNS, for at most five seconds. A record may come in several pieces. */
async function txtByDns(domain: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const late = setTimeout(() => resolver.cancel(), DNS_LIMIT_MS);
  try {
    return (await resolver.resolveTxt(domain)).map((pieces) => pieces.join(""));
  } finally {
    clearTimeout(late);
  }
}

/** What a client secret is bound to: in another tenant's row it can't be decrypted. */
export const secretOwner = (tenantId: string) => `single_sign_on.client_secret of tenant ${tenantId}`;

/** Returns the connection with its secret in the clear. One under the key before is encrypted again with the present key. */
export async function openConnection(
  { keys }: Pick<SingleSignOn, "keys">,
  database: TenantDatabase,
  connection: Connection,
): Promise<OpenConnection> {
  const { tenantId, clientSecret: sealed } = connection;
  if (!sealed) return { ...connection, clientSecret: null };
  const clientSecret = unseal(keys, secretOwner(tenantId), sealed);
  if (keys && isStale(keys, sealed)) {
    const to = seal(keys, secretOwner(tenantId), clientSecret);
    await database.asSignIn((tx) => replaceSealedSecret(tx, tenantId, { from: sealed, to }));
  }
  return { ...connection, clientSecret };
}
