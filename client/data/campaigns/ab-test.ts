import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, trpc } from "../transport/trpc.ts";

export type ShownTest = NonNullable<Answer<typeof trpc.abTest.get>>;

/** The A/B test of a launched campaign; null: it has none, or its audience is not frozen yet. */
export const abTestQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ["campaigns", "ab-test", campaignId],
    queryFn: () => trpc.abTest.get.query({ id: campaignId }),
    refetchInterval: ({ state }) => (isDecided(state.data) ? false : 5_000),
  });

const isDecided = (test: ShownTest | null | undefined) => test?.state === "open" || test?.state === "over";

/** Chooses the text that everybody else gets. */
export const useChooseText = () =>
  useMutation(() => ({
    mutationFn: (choice: { id: string; variant: number }) => trpc.abTest.choose.mutate(choice),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["campaigns"] }),
  }));
