import type { Claims, SingleSignOnProblem } from "@smscrm/core/process/single-sign-on";
import { groupsIn } from "@smscrm/core/process/single-sign-on";
import type { Connection } from "@smscrm/db/users/single-sign-on/connections";
import * as oidc from "openid-client";
import type { FlowSecrets } from "./flow-cookie.ts";
import {
  createProviderFetch,
  isAllowedScheme,
  ProviderFault,
  type ProviderNetwork,
} from "./provider-network.ts";

/** A provider's metadata is read again after this long. Its keys have a cache of their own, in the library. */
const KEPT_MS = 10 * 60_000;
const KEPT_MAX = 500;

/** What the provider is asked for besides who the person is. */
export interface Ask {
  redirectUri: string;
  /** Fills in the address at the provider. */
  email?: string | undefined;
  /** The provider must ask the person to sign in again. */
  again: boolean;
}

/** A visit that ended without a person. Its message is for the log and for an owner's trial; it names no secret. */
export class SignInFault extends Error {
  override readonly name = "SignInFault";
  readonly problem: SingleSignOnProblem;
  constructor(problem: SingleSignOnProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** Who came back from the provider, by claims whose signature, issuer, audience, time and nonce were checked. */
export interface Visit {
  subject: string;
  claims: Claims;
}

export type Providers = ReturnType<typeof createProviders>;

/** A tenant's provider with its secret in the clear. */
export type OpenConnection = Omit<Connection, "clientSecret"> & { clientSecret: string | null };

/** Speaks OpenID Connect with the tenants' providers: the authorization code flow with PKCE. */
export function createProviders(network: ProviderNetwork) {
  const kept = new Map<string, { at: number; configuration: Promise<oidc.Configuration> }>();
  const fetchFrom = createProviderFetch(network);

  async function discover({
    issuer,
    clientId,
    clientSecret,
  }: Pick<OpenConnection, "issuer" | "clientId" | "clientSecret">) {
    const url = new URL(issuer);
    const execute = [
      // Otherwise the library trusts TLS alone and checks no signature of what came from the token endpoint.
      oidc.enableNonRepudiationChecks,
      ...(url.protocol === "http:" && isAllowedScheme(url, network) ? [oidc.allowInsecureRequests] : []),
    ];
    const options = { execute, [oidc.customFetch]: fetchFrom as oidc.CustomFetch };
    const found = await oidc.discovery(url, clientId, {}, oidc.None(), options);
    if (clientSecret === null) return found;
    const ways = found.serverMetadata().token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const proof = ways.includes("client_secret_basic")
      ? oidc.ClientSecretBasic(clientSecret)
      : oidc.ClientSecretPost(clientSecret);
    const configuration = new oidc.Configuration(found.serverMetadata(), clientId, {}, proof);
    configuration[oidc.customFetch] = fetchFrom as oidc.CustomFetch;
    for (const apply of execute) apply(configuration);
    return configuration;
  }

  const keyOf = ({ tenantId, updatedAt }: OpenConnection) => `${tenantId}/${updatedAt.getTime()}`;

  function configurationOf(connection: OpenConnection): Promise<oidc.Configuration> {
    const key = keyOf(connection);
    const present = kept.get(key);
    if (present && performance.now() - present.at < KEPT_MS) return present.configuration;
    const [oldest] = kept.keys();
    if (kept.size >= KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    const configuration = discover(connection);
    kept.set(key, { at: performance.now(), configuration });
    configuration.catch(() => kept.delete(key));
    return configuration;
  }

  return {
    /** Checks that the provider answers, before its configuration is stored. */
    async check(connection: Pick<OpenConnection, "issuer" | "clientId" | "clientSecret">): Promise<void> {
      await within(() => discover(connection));
    },

    /** Returns the address at the provider where the person signs in. */
    async addressFor(
      connection: OpenConnection,
      { state, nonce, codeVerifier }: FlowSecrets,
      { redirectUri, email, again }: Ask,
    ): Promise<string> {
      const configuration = await within(() => configurationOf(connection));
      const scopes = configuration.serverMetadata().scopes_supported ?? [];
      return oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: ["openid", "email", "profile", ...(scopes.includes("groups") ? ["groups"] : [])].join(" "),
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        ...(email ? { login_hint: email } : {}),
        ...(again ? { prompt: "login", max_age: "0" } : {}),
      }).href;
    },

    /** Exchanges what the provider sent back for the person's claims. `answer`: the address that it led the browser to. */
    async finish(connection: OpenConnection, secrets: FlowSecrets, answer: URL): Promise<Visit> {
      try {
        return await within(async () => {
          const configuration = await configurationOf(connection);
          const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
            expectedState: secrets.state,
            expectedNonce: secrets.nonce,
            pkceCodeVerifier: secrets.codeVerifier,
            idTokenExpected: true,
          });
          const claims = tokens.claims();
          if (!claims) throw new SignInFault("not-verified", "The provider sent no ID token");
          if (!SUBJECT.test(claims.sub))
            throw new SignInFault(
              "not-verified",
              "The provider's subject has more than 255 ASCII characters",
            );
          return {
            subject: claims.sub,
            claims: await completed(configuration, connection, claims, tokens.access_token),
          };
        });
      } catch (error) {
        // Its keys or addresses may have changed: the next visit reads them again.
        kept.delete(keyOf(connection));
        throw error;
      }
    },
  };
}

/** Source: OpenID Connect Core 1.0, 2. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** Some providers put address and groups into the answer of their user info endpoint alone. */
async function completed(
  configuration: oidc.Configuration,
  { groupsClaim, roleMap }: OpenConnection,
  claims: oidc.IDToken,
  accessToken: string,
): Promise<Claims> {
  const lacksGroups = roleMap.length > 0 && groupsIn(claims, groupsClaim).length === 0;
  const isComplete = typeof claims.email === "string" && !lacksGroups;
  if (isComplete || !configuration.serverMetadata().userinfo_endpoint) return claims;
  const more = await oidc.fetchUserInfo(configuration, accessToken, claims.sub);
  // What is signed wins, and how the person signed in stands in nothing else.
  const { amr: _amr, acr: _acr, auth_time: _time, ...rest } = more;
  return { ...rest, ...claims };
}

/** Turns the library's errors into sentences. Its messages contain no token and no secret; causes may, and are left out. */
async function within<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(error);
  }
}

function faultOf(error: unknown): Error {
  if (error instanceof SignInFault || !(error instanceof Error)) return error as Error;
  const network = causesOf(error).find((cause) => cause instanceof ProviderFault);
  if (network) return new SignInFault("unreachable", network.message);
  if (error instanceof oidc.AuthorizationResponseError)
    return new SignInFault("denied-by-provider", `The provider answered ${plain(error.error)}`);
  if (error instanceof oidc.WWWAuthenticateChallengeError)
    return new SignInFault("not-verified", "The provider's token endpoint refused the client id or secret");
  if (error instanceof oidc.ResponseBodyError)
    return new SignInFault("not-verified", `The provider's token endpoint answered ${plain(error.error)}`);
  const { code } = error as Error & { code?: unknown };
  return new SignInFault(
    "not-verified",
    `The provider's answer was refused: ${plain(error.message)}${typeof code === "string" ? ` (${code})` : ""}`,
  );
}

function causesOf(error: unknown, depth = 5): unknown[] {
  if (!(error instanceof Error) || depth === 0) return [];
  return [error, ...causesOf(error.cause, depth - 1)];
}

/** A provider chooses these texts, so nothing in them may steer a terminal or a log. */
const plain = (text: string) => text.replace(/[\p{Cc}\p{Cf}]+/gu, " ").slice(0, 200);
