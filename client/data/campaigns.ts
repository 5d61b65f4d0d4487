import { keepPreviousData, queryOptions, useMutation } from "@tanstack/solid-query";
import { pagesOf } from "./transport/pages.ts";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type Campaign = Answer<typeof trpc.campaigns.get>;
export type CampaignRow = Answer<typeof trpc.campaigns.list>["items"][number];
export type Preflight = Answer<typeof trpc.campaigns.preflight>;
export type Progress = Answer<typeof trpc.campaigns.progress>;
export type CampaignThroughput = Answer<typeof trpc.campaigns.pace>;
export type StopProof = Answer<typeof trpc.campaigns.pause>;
export type CampaignInput = Question<typeof trpc.campaigns.create>;
export type Audience = CampaignInput["audience"];
type Filter = Pick<NonNullable<Question<typeof trpc.campaigns.list>>, "status">;

export const campaignsQuery = (filter: Filter) => ({
  ...pagesOf(["campaigns", "list", filter], (cursor) => trpc.campaigns.list.query({ ...filter, cursor })),
  refetchInterval: 5_000,
});

/** The newest campaigns, for the filter of the message list. */
export const recentCampaignsQuery = () =>
  queryOptions({
    queryKey: ["campaigns", "recent"],
    queryFn: () => trpc.campaigns.list.query({ limit: 50 }),
    staleTime: 30_000,
  });

export const campaignQuery = (id: string) =>
  queryOptions({ queryKey: ["campaigns", "one", id], queryFn: () => trpc.campaigns.get.query({ id }) });

export const progressKey = (id: string) => ["campaigns", "progress", id] as const;

export const progressQuery = (id: string) =>
  queryOptions({ queryKey: progressKey(id), queryFn: () => trpc.campaigns.progress.query({ id }) });

/** Messages per minute. Refetched every five seconds while the campaign is `active`, not with every change. */
export const campaignThroughputQuery = (id: string, active: boolean) =>
  queryOptions({
    queryKey: ["campaigns", "pace", id],
    queryFn: () => trpc.campaigns.pace.query({ id }),
    refetchInterval: active ? 5_000 : false,
  });

/**
 * Never cached: what can be sent changes every minute. `anyway` also counts messages outside quiet hours. `at`: the launch
 * time to check, if it is not now or the campaign's own.
 */
export const preflightQuery = (id: string, { anyway = false, at }: { anyway?: boolean; at?: string } = {}) =>
  queryOptions({
    queryKey: ["campaigns", "preflight", id, anyway, at ?? null],
    queryFn: () => trpc.campaigns.preflight.query({ id, anyway, at }),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });

/** What the running check has counted until now; null if it is over, or runs in another process. */
export const preflightProgressQuery = (id: string) =>
  queryOptions({
    queryKey: ["campaigns", "preflight-progress", id],
    queryFn: () => trpc.campaigns.preflightProgress.query({ id }),
    refetchInterval: 500,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export const audienceCountQuery = (audience: Audience) =>
  queryOptions({
    queryKey: ["campaigns", "audience", audience],
    queryFn: () => trpc.campaigns.audienceCount.query({ audience }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

/** The tenant's own merge fields. */
export const mergeFieldsQuery = () =>
  queryOptions({
    queryKey: ["campaigns", "merge-fields"],
    queryFn: () => trpc.campaigns.mergeFields.query(),
    staleTime: 30_000,
  });

export const previewBodyQuery = (input: Question<typeof trpc.campaigns.previewBody>) =>
  queryOptions({
    queryKey: ["campaigns", "preview", input],
    queryFn: () => trpc.campaigns.previewBody.query(input),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["campaigns"] });

export const useCreateCampaign = () =>
  useMutation(() => ({
    mutationFn: (input: CampaignInput) => trpc.campaigns.create.mutate(input),
    onSuccess: refresh,
  }));

export const useUpdateCampaign = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.campaigns.update>) => trpc.campaigns.update.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveCampaign = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.campaigns.remove.mutate({ id }),
    onSuccess: refresh,
  }));

export const useDuplicateCampaign = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.campaigns.duplicate.mutate({ id }),
    onSuccess: refresh,
  }));

/** Refreshes after a refusal too: if a teammate launched it first, the page must show that. */
export const useLaunchCampaign = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.campaigns.launch>) => trpc.campaigns.launch.mutate(input),
    onSettled: refresh,
  }));

export const useScheduleCampaign = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.campaigns.schedule>) => trpc.campaigns.schedule.mutate(input),
    onSettled: refresh,
  }));

export const useUnscheduleCampaign = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.campaigns.unschedule.mutate({ id }),
    onSettled: refresh,
  }));

export const useSendTest = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.campaigns.sendTest>) => trpc.campaigns.sendTest.mutate(input),
  }));

export const usePauseCampaign = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.campaigns.pause.mutate({ id }),
    onSettled: refresh,
  }));

export const useResumeCampaign = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.campaigns.resume.mutate({ id }),
    onSettled: refresh,
  }));

export const useCancelCampaign = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.campaigns.cancel.mutate({ id }),
    onSettled: refresh,
  }));

/** Asks where the messages of a campaign are downloaded. */
