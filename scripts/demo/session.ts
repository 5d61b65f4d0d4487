import type { AppRouter } from "@smscrm/server/router";
import { createTRPCClient, httpLink } from "@trpc/client";

/** The requests that the simulator counted; absent with the real carrier. */
export interface LedgerSummary {
  creates: number;
  accepted: number;
  duplicates: number;
}

/** The answer to a call that needs a proof of the last five minutes. */
const PROOF_WANTED = 428;

/** A signed-in session of an internal tool. */
export interface Session {
  api: ReturnType<typeof createTRPCClient<AppRouter>>;
  url: string;
  cookie: () => string;
  ledger: () => Promise<LedgerSummary | null>;
}

/** Signs in over tRPC and keeps the session's cookie, like a browser. Proves who it is again where that is asked. */
export async function callOverTrpc(
  url: string,
  account: { email: string; password: string },
): Promise<Session> {
  let cookie = "";
  const api = createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/trpc`,
        headers: () => (cookie ? { Cookie: cookie } : {}),
        fetch: async (input, init) => {
          const ask = (address: string, request: RequestInit) =>
            fetch(address, { ...request, signal: AbortSignal.timeout(60_000) });
          let response = await ask(input as string, init as RequestInit);
          if (response.status === PROOF_WANTED) {
            const proof = JSON.stringify({ kind: "password", password: account.password });
            await ask(`${url}/trpc/secondFactor.prove`, { ...(init as RequestInit), body: proof });
            response = await ask(input as string, init as RequestInit);
          }
          const set = response.headers.get("set-cookie")?.split(";")[0];
          if (set && /^(__Host-)?session_id=/.test(set)) cookie = set;
          return response;
        },
      }),
    ],
  });
  const me = await api.auth.signIn.mutate(account);
  if ("pending" in me) throw new Error(`${account.email} has a second factor: sign in with another account.`);
  return { api, url, cookie: () => cookie, ledger: () => ledgerSummary(me.handsetUrl) };
}

async function ledgerSummary(handsetUrl: string | null): Promise<LedgerSummary | null> {
  if (!handsetUrl) return null;
  const address = new URL("/simulator/ledger?format=summary", handsetUrl);
  const response = await fetch(address, { signal: AbortSignal.timeout(30_000) });
  return (await response.json()) as LedgerSummary;
}
