import { generateKeyPairSync, type JsonWebKey } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Provider } from "oidc-provider";
import { PUBLIC_URL } from "./test-api.ts";

/** A person at the provider. */
export interface Employee {
  email?: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[];
}

export const CLIENT_ID = "smscrm";
export const CLIENT_SECRET = "a client secret that only this test knows";

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

let keys = 0;

function newKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keys += 1;
  return { ...privateKey.export({ format: "jwk" }), kid: `key-${keys}`, use: "sig", alg: "RS256" };
}

/**
 * A real OpenID Connect provider (oidc-provider) on this machine. Who signs in there is what the test set in `signedIn`; with
 * `asks` it shows a form instead, for a browser.
 */
export async function startIdentityProvider({ publicUrl = PUBLIC_URL, asks = false } = {}) {
  const people = new Map<string, Employee>();
  const state = {
    /** The subject who signs in without being asked. */
    signedIn: "",
    /** How they signed in, as the provider states it. */
    amr: undefined as string[] | undefined,
    /** The provider ignores prompt and max_age: a person who is signed in there stays signed in. */
    ignoresPrompt: false,
    /** The provider does not answer at all. */
    hangs: false,
    /** The provider refuses everybody. */
    refuses: false,
    /** How often its keys were asked for. */
    keysAsked: 0,
  };
  let key = newKey();
  let current: ReturnType<typeof open> | null = null;
  let server = createServer();

  function open(issuer: string) {
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: [`${publicUrl}/sign-in/sso/callback`],
          require_auth_time: true,
        },
      ],
      jwks: { keys: [key as never] },
      cookies: { keys: ["of this test"] },
      scopes: ["openid", "email", "profile", "groups"],
      claims: {
        openid: ["sub", "amr", "acr", "auth_time"],
        email: ["email", "email_verified"],
        profile: ["name"],
        groups: ["groups"],
      },
      ttl: {
        Interaction: 600,
        Grant: 600,
        Session: 600,
        AccessToken: 600,
        IdToken: 600,
        AuthorizationCode: 60,
      },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, accountId) =>
        people.has(accountId)
          ? { accountId, claims: async () => ({ sub: accountId, ...people.get(accountId) }) }
          : undefined,
      // Nobody is asked for consent: the client is the organisation's own.
      loadExistingGrant: async (ctx) => {
        const { session, client, provider: own } = ctx.oidc;
        const grant = new own.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
        grant.addOIDCScope("openid email profile groups");
        await grant.save();
        return grant;
      },
    });
    const callback = provider.callback();
    return { provider, callback };
  }

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { provider } = current!;
    if (asks && request.method === "GET") {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>Acme login</title><form method="post"><h1>Acme login</h1>
        <label>User <input name="user" required autofocus></label> <button>Log in</button></form>`);
      return;
    }
    const user = asks ? new URLSearchParams(await text(request)).get("user") : null;
    const accountId = user ?? state.signedIn;
    const given = state.refuses
      ? { error: "access_denied", error_description: "Not allowed" }
      : { login: { accountId, ...(state.amr ? { amr: state.amr } : {}) } };
    await provider.interactionFinished(request, response, given, { mergeWithLastSubmission: false });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (state.hangs) return;
    if (request.url?.startsWith("/jwks")) state.keysAsked += 1;
    if (request.url?.startsWith("/interaction/")) return interact(request, response);
    if (state.ignoresPrompt && request.url?.startsWith("/auth?")) {
      const url = new URL(request.url, issuer);
      for (const name of ["prompt", "max_age"]) url.searchParams.delete(name);
      request.url = url.pathname + url.search;
    }
    await current!.callback(request, response);
  }

  const listen = (port: number) =>
    new Promise<Server>((resolve) => {
      const next = createServer((request, response) => void serve(request, response));
      next.listen(port, "127.0.0.1", () => resolve(next));
    });
  const closeServer = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  current = open(issuer);

  return {
    issuer,
    people,
    state,
    /** Signs in as this person from now on, without a form. */
    as(subject: string, employee?: Employee) {
      if (employee) people.set(subject, employee);
      state.signedIn = subject;
    },
    /** Signs with another key from now on, and shows the old one no more. */
    rotateKey() {
      key = newKey();
      current = open(issuer);
    },
    close: closeServer,
    /** Answers again, at the same address. */
    async comeBack() {
      server = await listen(port);
    },
  };
}

/** A browser: it keeps the cookies of both sites and goes where it is led. */
export function createBrowser(app: {
  request: (path: string, init?: RequestInit, env?: object) => Response | Promise<Response>;
}) {
  const ours = new Map<string, string>();
  const theirs = new Map<string, string>();
  const keep = (jar: Map<string, string>, response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === "" || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  const header = (jar: Map<string, string>) => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

  async function call<T>(path: string, input?: unknown, method = "POST") {
    const search =
      method === "GET" && input !== undefined ? `?input=${encodeURIComponent(JSON.stringify(input))}` : "";
    const body = method === "POST" && input !== undefined ? { body: JSON.stringify(input) } : {};
    const headers = { cookie: header(ours), "content-type": "application/json" };
    const response = keep(ours, await app.request(`/trpc/${path}${search}`, { method, headers, ...body }));
    const answer = (await response.json()) as { result?: { data: T }; error?: { message: string } };
    return { status: response.status, data: answer.result?.data as T, message: answer.error?.message };
  }

  /** Follows the provider's pages until it leads back to us; returns that address. */
  async function visit(url: string): Promise<string> {
    let at = url;
    for (let steps = 0; steps < 10; steps += 1) {
      const response = keep(
        theirs,
        await fetch(at, { headers: { cookie: header(theirs) }, redirect: "manual" }),
      );
      const location = response.headers.get("location");
      if (!location) throw new Error(`${at}: ${response.status} ${await response.text()}`);
      at = new URL(location, at).href;
      if (at.startsWith(PUBLIC_URL)) return at;
    }
    throw new Error("The provider led nowhere");
  }

  /** Comes back to us; returns where we lead. */
  async function comeBack(url: string): Promise<string> {
    const response = keep(
      ours,
      await app.request(url.slice(PUBLIC_URL.length), { headers: { cookie: header(ours) } }),
    );
    const location = response.headers.get("location");
    if (!location) throw new Error(`${response.status} ${await response.text()}`);
    return location;
  }

  return {
    ours,
    theirs,
    query: <T>(path: string, input?: unknown) => call<T>(path, input, "GET"),
    mutate: <T = Record<string, unknown>>(path: string, input?: unknown) => call<T>(path, input),
    visit,
    comeBack,
    /** Signs in by single sign-on with this address; returns where it led. */
    async signIn(email: string, next?: string): Promise<string> {
      const begun = await call<{ url: string }>("singleSignOn.begin", next ? { email, next } : { email });
      if (!begun.data) throw new Error(begun.message);
      return comeBack(await visit(begun.data.url));
    },
  };
}
