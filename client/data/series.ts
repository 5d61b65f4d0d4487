import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, type Question, trpc } from "./transport/trpc.ts";

export type SeriesView = Answer<typeof trpc.series.get>;
export type Series = NonNullable<SeriesView["series"]>;
export type SeriesInput = Omit<Question<typeof trpc.series.start>, "id">;

/** How a draft repeats, and its occurrences. */
export const seriesQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ["campaigns", "series", campaignId],
    queryFn: () => trpc.series.get.query({ id: campaignId }),
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["campaigns"] });

export const useStartSeries = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.series.start>) => trpc.series.start.mutate(input),
    onSettled: refresh,
  }));

export const usePauseSeries = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.series.pause.mutate({ id }),
    onSettled: refresh,
  }));

export const useResumeSeries = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.series.resume.mutate({ id }),
    onSettled: refresh,
  }));

export const useEndSeries = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.series.end.mutate({ id }),
    onSettled: refresh,
  }));
