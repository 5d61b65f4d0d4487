import type { AppRouter } from "@smscrm/server/router";
import { createTRPCClient, httpLink } from "@trpc/client";

/** What the simulator says it was asked to do; absent when the carrier is the real one. */
export interface LedgerSummary {
  creates: number;
  accepted: number;
  duplicates: number;
}

/** A signed-in internal tool. */
export interface Session {
  api: ReturnType<typeof createTRPCClient<AppRouter>>;
  url: string;
  cookie: () => string;
  ledger: () => Promise<LedgerSummary | null>;
}

/** Signs in over tRPC and keeps the session's cookie, as a browser would. */
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
          const response = await fetch(input as string, {
            ...(init as RequestInit),
            signal: AbortSignal.timeout(60_000),
          });
          const set = response.headers.get("set-cookie")?.split(";")[0];
          if (set?.startsWith("session_id=")) cookie = set;
          return response;
        },
      }),
    ],
  });
  const me = await api.auth.signIn.mutate(account);
  return { api, url, cookie: () => cookie, ledger: () => ledgerSummary(me.handsetUrl) };
}

async function ledgerSummary(handsetUrl: string | null): Promise<LedgerSummary | null> {
  if (!handsetUrl) return null;
  const address = new URL("/simulator/ledger?format=summary", handsetUrl);
  const response = await fetch(address, { signal: AbortSignal.timeout(30_000) });
  return (await response.json()) as LedgerSummary;
}
