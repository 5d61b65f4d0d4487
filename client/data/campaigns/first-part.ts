import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, trpc } from "../transport/trpc.ts";

export type FirstPart = NonNullable<Answer<typeof trpc.firstPart.get>>;

/** The first part of a launched campaign; null: it has none, or its audience is not frozen yet. */
export const firstPartQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ["campaigns", "first-part", campaignId],
    queryFn: () => trpc.firstPart.get.query({ id: campaignId }),
    refetchInterval: ({ state }) => (isDecided(state.data) ? false : 5_000),
  });

const isDecided = (part: FirstPart | null | undefined) => part?.state === "open" || part?.state === "over";

/** Sends the rest, whatever the first part showed. */
export const useContinue = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.firstPart.continue.mutate({ id }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["campaigns"] }),
  }));
