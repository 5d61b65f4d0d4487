import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, trpc } from "./transport/trpc.ts";

export type Restore = NonNullable<Answer<typeof trpc.restore.status>>;

/** Null while sending is not locked. Every page asks for it, because it explains why nothing is sent. */
export const restoreQuery = () =>
  queryOptions({
    queryKey: ["restore"],
    queryFn: () => trpc.restore.status.query(),
    refetchInterval: 10_000,
  });

export const useUnlock = () =>
  useMutation(() => ({
    mutationFn: (restoreId: string) => trpc.restore.unlock.mutate({ restoreId }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["restore"] }),
  }));
