import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, trpc } from "../transport/trpc.ts";

export type Safeguards = Answer<typeof trpc.safeguards.status>;

/** Trial mode, and the inbox as the pace of marketing. Every page shows a trial. */
export const safeguardsQuery = () =>
  queryOptions({
    queryKey: ["safeguards"],
    queryFn: () => trpc.safeguards.status.query(),
    refetchInterval: 30_000,
  });

/** Preflights and campaigns say what a safeguard holds. */
const show = (state: Safeguards) => {
  queryClient.setQueryData(["safeguards"], state);
  return queryClient.invalidateQueries({ queryKey: ["campaigns"] });
};

export const useSetTrial = () =>
  useMutation(() => ({
    mutationFn: (isOn: boolean) => trpc.safeguards.setTrial.mutate({ isOn }),
    onSuccess: show,
  }));

export const useSetInboxLimit = () =>
  useMutation(() => ({
    mutationFn: (inboxLimit: number | null) => trpc.safeguards.setInboxLimit.mutate({ inboxLimit }),
    onSuccess: show,
  }));
