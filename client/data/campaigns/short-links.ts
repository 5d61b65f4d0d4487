import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type LinkSettings = Answer<typeof trpc.shortLinks.settings>;
export type CampaignClicks = NonNullable<Answer<typeof trpc.shortLinks.ofCampaign>>;

export const linkSettingsQuery = () =>
  queryOptions({ queryKey: ["short-links", "settings"], queryFn: () => trpc.shortLinks.settings.query() });

export const campaignClicksQuery = (id: string, active: boolean) =>
  queryOptions({
    queryKey: ["short-links", "campaign", id],
    queryFn: () => trpc.shortLinks.ofCampaign.query({ id }),
    // Clicks come for days after the last message.
    refetchInterval: active ? 5_000 : 10_000,
  });

export const messageClicksQuery = (id: string) =>
  queryOptions({
    queryKey: ["short-links", "message", id],
    queryFn: () => trpc.shortLinks.ofMessage.query({ id }),
  });

const keep = (settings: LinkSettings) => {
  queryClient.setQueryData(linkSettingsQuery().queryKey, settings);
  // A preview has the length of the links.
  return queryClient.invalidateQueries({ queryKey: ["campaigns"] });
};

export const useUpdateLinks = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.shortLinks.update>) => trpc.shortLinks.update.mutate(input),
    onSuccess: keep,
  }));

export const useSetLinkDomain = () =>
  useMutation(() => ({
    mutationFn: (domain: string | null) => trpc.shortLinks.setDomain.mutate({ domain }),
    onSuccess: keep,
  }));

export const useVerifyLinkDomain = () =>
  useMutation(() => ({
    mutationFn: () => trpc.shortLinks.verifyDomain.mutate(),
    onSuccess: keep,
  }));
