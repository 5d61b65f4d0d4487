import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type Settings = Answer<typeof trpc.settings.get>;
export type SecuritySettings = Answer<typeof trpc.settings.security>;
export type Budget = Answer<typeof trpc.budget.status>;

export const settingsQuery = () =>
  queryOptions({ queryKey: ["settings"], queryFn: () => trpc.settings.get.query() });

export type Destination = Answer<typeof trpc.settings.destinations>["destinations"][number];

/** The countries where the organisation can send or chose hours, and those that are asked for. */
export const destinationsQuery = (countries: readonly string[]) =>
  queryOptions({
    queryKey: ["settings", "destinations", countries],
    queryFn: () => trpc.settings.destinations.query({ countries: [...countries] }),
    // While another country is fetched, the ones that are shown stay.
    placeholderData: (shown) => shown,
  });

export const securitySettingsQuery = () =>
  queryOptions({ queryKey: ["settings", "security"], queryFn: () => trpc.settings.security.query() });

export const useUpdateSecurity = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.settings.updateSecurity>) =>
      trpc.settings.updateSecurity.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["settings"] }),
  }));

export const useUpdateLaunchLimits = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.settings.updateLaunchLimits>) =>
      trpc.settings.updateLaunchLimits.mutate(input),
    onSuccess: () =>
      Promise.all(
        [["settings"], ["approvals"]].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  }));

export const budgetQuery = () =>
  queryOptions({
    queryKey: ["budget"],
    queryFn: () => trpc.budget.status.query(),
    refetchInterval: 10_000,
  });

export const useChangeBudget = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.budget.change>) => trpc.budget.change.mutate(input),
    onSuccess: () => queryClient.invalidateQueries(),
  }));

export const useUpdateSettings = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.settings.update>) => trpc.settings.update.mutate(input),
    onSuccess: () => queryClient.invalidateQueries(),
  }));
