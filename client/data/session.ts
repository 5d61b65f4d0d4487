import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type Me = NonNullable<Answer<typeof trpc.auth.me>>;

export const meQuery = () =>
  queryOptions({ queryKey: ["me"], queryFn: () => trpc.auth.me.query(), staleTime: 60_000 });

/** The same, asked again now and then: a role may change while its member is signed in. */
export const meQueryLive = () => ({ ...meQuery(), refetchInterval: 15_000 });

/** Whether there is an organisation to sign in to, and whether the server mails links. */
export const frontQuery = () =>
  queryOptions({ queryKey: ["front"], queryFn: () => trpc.auth.front.query(), staleTime: 60_000 });

export const sessionsQuery = () =>
  queryOptions({ queryKey: ["sessions"], queryFn: () => trpc.auth.sessions.query() });

/** Returns a key for the signed-in person in this organisation. */
export const scopeOf = (me: Me) => `${me.user.id}-${me.tenant.id}`;

const otherTabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("smscrm-session") : null;
otherTabs?.addEventListener("message", ({ data }: MessageEvent<string | null>) => {
  const me = queryClient.getQueryData<Me | null>(["me"]);
  if (data !== (me ? scopeOf(me) : null)) sessionChanged();
});

const memories: (() => void)[] = [];

/** Calls `forget` when the session ends or becomes another: what a page remembers outside the queries is of one person. */
export function forgetWithSession(forget: () => void): void {
  memories.push(forget);
}

const forgetAll = () => {
  for (const forget of memories) forget();
};

/** All tabs share the cookie. When another tab signs in as someone else, this page must fetch everything again. */
export function sessionChanged(): void {
  forgetAll();
  void queryClient.resetQueries();
}

/** Fetches everything again: what was read with the old role may show too much, such as numbers, or too little. */
export function rightsChanged(): void {
  const predicate = ({ queryKey }: { queryKey: readonly unknown[] }) =>
    !PUBLIC_QUERIES.includes(String(queryKey[0]));
  queryClient.removeQueries({ type: "inactive", predicate });
  void queryClient.invalidateQueries({ predicate });
}

/** Queries that need no session. A new session keeps them, because the page of the used link is still open. */
const PUBLIC_QUERIES = ["me", "front", "join", "reset", "pending-sign-in"];

/** Starts a session. Nothing that the last person saw may show to the next one, in any tab. */
export function startAs(me: Me | null): void {
  forgetAll();
  // Not `clear`: the page would keep showing its old data, and would not notice the new person.
  queryClient.setQueryData(["me"], me);
  void queryClient.resetQueries({
    predicate: ({ queryKey }) => !PUBLIC_QUERIES.includes(String(queryKey[0])),
  });
  otherTabs?.postMessage(me ? scopeOf(me) : null);
}

type Arrival = Answer<typeof trpc.auth.signIn>;
/** A sign-in whose password was right. Its second factor is missing. */
export type PendingSignIn = Extract<Arrival, { pending: unknown }>;

/** The pending sign-in of this browser, or null. */
export const pendingQuery = () =>
  queryOptions({
    queryKey: ["pending-sign-in"],
    queryFn: () => trpc.auth.pendingSignIn.query(),
    staleTime: 60_000,
  });

const setPending = (pending: PendingSignIn | null) => queryClient.setQueryData(["pending-sign-in"], pending);

/** Starts the session, or lets the sign-in page ask for the second factor. */
export function arrive(arrival: Arrival): void {
  if ("pending" in arrival) return void setPending(arrival);
  startAs(arrival);
}

export const useSignIn = () =>
  useMutation(() => ({
    mutationFn: (input: { email: string; password: string }) => trpc.auth.signIn.mutate(input),
    onSuccess: arrive,
  }));

/** Finishes the pending sign-in. */
export async function giveSecondFactor(proof: Question<typeof trpc.auth.giveSecondFactor>): Promise<void> {
  startAs(await trpc.auth.giveSecondFactor.mutate(proof));
  setPending(null);
}

export const askPasskeyOfSignIn = () => trpc.auth.passkeyChallenge.mutate();

export const useDropPendingSignIn = () =>
  useMutation(() => ({
    mutationFn: () => trpc.auth.dropPendingSignIn.mutate(),
    onSettled: () => setPending(null),
  }));

export const useSignOut = () =>
  useMutation(() => ({ mutationFn: () => trpc.auth.signOut.mutate(), onSuccess: () => startAs(null) }));

export const useSwitchTenant = () =>
  useMutation(() => ({
    mutationFn: (tenantId: string) => trpc.auth.switchTenant.mutate({ tenantId }),
    onSuccess: startAs,
  }));

const refreshSessions = () => queryClient.invalidateQueries({ queryKey: ["sessions"] });

export const useEndSession = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.auth.endSession.mutate({ id }),
    onSuccess: refreshSessions,
  }));

export const useSignOutEverywhere = () =>
  useMutation(() => ({
    mutationFn: () => trpc.auth.signOutEverywhere.mutate(),
    onSuccess: () => startAs(null),
  }));

export const useChangePassword = () =>
  useMutation(() => ({
    mutationFn: (input: { current: string; next: string }) => trpc.auth.changePassword.mutate(input),
    onSuccess: refreshSessions,
  }));
