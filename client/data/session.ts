import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./query-client.ts";
import { type Answer, trpc } from "./trpc.ts";

export type Me = NonNullable<Answer<typeof trpc.auth.me>>;
export type Session = Answer<typeof trpc.auth.sessions>[number];

export const meQuery = () =>
  queryOptions({ queryKey: ["me"], queryFn: () => trpc.auth.me.query(), staleTime: 60_000 });

export const sessionsQuery = () =>
  queryOptions({ queryKey: ["sessions"], queryFn: () => trpc.auth.sessions.query() });

/** Nothing that the last person saw may show to the next one. */
function startAs(me: Me | null): void {
  queryClient.clear();
  queryClient.setQueryData(["me"], me);
}

export const useSignIn = () =>
  useMutation(() => ({
    mutationFn: (input: { email: string; password: string }) => trpc.auth.signIn.mutate(input),
    onSuccess: startAs,
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
