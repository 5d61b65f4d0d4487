import { queryOptions, useMutation } from "@tanstack/solid-query";
import { arrive } from "../session.ts";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type ProviderSettings = Answer<typeof trpc.identityProvider.get>;
export type ProviderConnection = NonNullable<ProviderSettings["connection"]>;
export type ListedDomain = ProviderSettings["domains"][number];
export type Mode = ProviderConnection["mode"];
export type PendingLink = NonNullable<Answer<typeof trpc.singleSignOn.pendingLink>>;

/** Leaves the dashboard for the identity provider that an owner entered; it leads back to a page of ours. */
const goToProvider = ({ url }: { url: string }) => location.assign(url);

/** Whether the organisation of an address has single sign-on. */
export const ssoOfAddressQuery = (email: string) =>
  queryOptions({
    queryKey: ["sso-of-address", email],
    queryFn: () => trpc.singleSignOn.lookUp.query({ email }),
    enabled: /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email),
    staleTime: 60_000,
    retry: false,
  });

export const useBeginSso = () =>
  useMutation(() => ({
    mutationFn: (input: { email: string; next: string }) => trpc.singleSignOn.begin.mutate(input),
    onSuccess: goToProvider,
  }));

/** The account of this browser that must prove its password before it is linked, or null. */
export const pendingLinkQuery = () =>
  queryOptions({
    queryKey: ["pending-link"],
    queryFn: () => trpc.singleSignOn.pendingLink.query(),
    staleTime: 60_000,
  });

const forgetLink = () => queryClient.setQueryData(["pending-link"], null);

export const useProveLink = () =>
  useMutation(() => ({
    mutationFn: (password: string) => trpc.singleSignOn.proveLink.mutate({ password }),
    onSuccess: (arrival) => {
      arrive(arrival);
      forgetLink();
    },
  }));

export const useDropLink = () =>
  useMutation(() => ({ mutationFn: () => trpc.singleSignOn.dropLink.mutate(), onSettled: forgetLink }));

/** A fresh proof of who is there: signs in at the provider again. */
export const useProveAtProvider = () =>
  useMutation(() => ({ mutationFn: () => trpc.singleSignOn.prove.mutate(), onSuccess: goToProvider }));

export const providerQuery = () =>
  queryOptions({ queryKey: ["identity-provider"], queryFn: () => trpc.identityProvider.get.query() });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["identity-provider"] });

export const useConfigureProvider = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.identityProvider.configure>) =>
      trpc.identityProvider.configure.mutate(input),
    onSuccess: refresh,
  }));

export const useSetMode = () =>
  useMutation(() => ({
    mutationFn: (mode: Mode) => trpc.identityProvider.setMode.mutate({ mode }),
    onSuccess: refresh,
  }));

export const useTryIt = () =>
  useMutation(() => ({ mutationFn: () => trpc.identityProvider.tryIt.mutate(), onSuccess: goToProvider }));

export const useAddDomain = () =>
  useMutation(() => ({
    mutationFn: (domain: string) => trpc.identityProvider.addDomain.mutate({ domain }),
    onSuccess: refresh,
  }));

export const useCheckDomain = () =>
  useMutation(() => ({
    mutationFn: (domain: string) => trpc.identityProvider.checkDomain.mutate({ domain }),
    onSuccess: refresh,
  }));

export const useRemoveDomain = () =>
  useMutation(() => ({
    mutationFn: (domain: string) => trpc.identityProvider.removeDomain.mutate({ domain }),
    onSuccess: refresh,
  }));
