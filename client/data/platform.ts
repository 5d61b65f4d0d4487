import { queryOptions, useMutation } from "@tanstack/solid-query";
import { pagesOf } from "./transport/pages.ts";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type OrganisationRow = Answer<typeof trpc.platform.organisations>["items"][number];
export type Organisation = Answer<typeof trpc.platform.organisation>;
export type SupportAccess = Answer<typeof trpc.support.list>[number];

export const organisationsQuery = (search: string | undefined) =>
  pagesOf(["platform", "list", search], (cursor) => trpc.platform.organisations.query({ search, cursor }));

export const organisationQuery = (id: string) =>
  queryOptions({
    queryKey: ["platform", "one", id],
    queryFn: () => trpc.platform.organisation.query({ id }),
    refetchInterval: 10_000,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["platform"] });

export const useCreateOrganisation = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.create>) => trpc.platform.create.mutate(input),
    onSuccess: refresh,
  }));

export const useInviteOwner = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.inviteOwner>) =>
      trpc.platform.inviteOwner.mutate(input),
  }));

export const useSetLimits = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.platform.setLimits>) => trpc.platform.setLimits.mutate(input),
    onSuccess: refresh,
  }));

/** What an operator does to an organisation with nothing but a reason. */
export type ReasonedAction = "suspend" | "reinstate" | "close" | "reopen" | "requestAccess";

export const useReasonedAction = () =>
  useMutation(() => ({
    mutationFn: async ({ action, ...input }: { action: ReasonedAction; id: string; reason: string }) => {
      await trpc.platform[action].mutate(input);
    },
    onSuccess: refresh,
  }));

export const useEndOwnAccess = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; accessId: string }) => trpc.platform.endAccess.mutate(input),
    onSuccess: refresh,
  }));

export const supportQuery = () =>
  queryOptions({
    queryKey: ["support"],
    queryFn: () => trpc.support.list.query(),
    refetchInterval: 30_000,
  });

const refreshSupport = () => queryClient.invalidateQueries({ queryKey: ["support"] });

export const useGrantSupport = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.support.grant>) => trpc.support.grant.mutate(input),
    onSettled: refreshSupport,
  }));

export const useEndSupport = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.support.end.mutate({ id }),
    onSettled: refreshSupport,
  }));
