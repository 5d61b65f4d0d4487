import { keepPreviousData, queryOptions, useMutation } from "@tanstack/solid-query";
import { pagesOf } from "../transport/pages.ts";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type BulkAction = Answer<typeof trpc.contacts.bulk.get>;
export type KeptContact = Answer<typeof trpc.contacts.bulk.kept>["items"][number];
export type BulkOrder = Question<typeof trpc.contacts.bulk.start>;
export type BulkChange = BulkOrder["change"];
export type BulkChoice = BulkOrder["choice"];

const isOpen = ({ status, undoStatus }: Pick<BulkAction, "status" | "undoStatus">) =>
  [status, undoStatus].some((one) => one === "queued" || one === "running");

const REFRESH_MS = 1_500;
const REFRESH_IDLE_MS = 15_000;

export const bulkActionsQuery = () => ({
  ...pagesOf(["bulk", "list"], (cursor) => trpc.contacts.bulk.list.query({ cursor })),
  refetchInterval: 5_000,
});

/** The newest actions, for a note about one that runs. */
export const recentBulkQuery = () =>
  queryOptions({
    queryKey: ["bulk", "recent"],
    queryFn: async () => (await trpc.contacts.bulk.list.query({ limit: 5 })).items.filter(isOpen),
    refetchInterval: ({ state }) => ((state.data ?? []).length > 0 ? REFRESH_MS : REFRESH_IDLE_MS),
  });

/** One action. Its page shows the progress to every member, not only to the one who started it. */
export const bulkActionQuery = (id: string) =>
  queryOptions({
    queryKey: ["bulk", "one", id],
    queryFn: () => trpc.contacts.bulk.get.query({ id }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? REFRESH_MS : false),
  });

export const keptQuery = (id: string) =>
  pagesOf(["bulk", "kept", id], (cursor) => trpc.contacts.bulk.kept.query({ id, cursor }));

export const bulkPreviewQuery = (input: { change: BulkChange; choice: BulkChoice } | null) =>
  queryOptions({
    queryKey: ["bulk", "preview", input],
    queryFn: () => trpc.contacts.bulk.preview.mutate(input!),
    enabled: input !== null,
    placeholderData: keepPreviousData,
    // Contacts change at any time, and the start must know what the person saw.
    staleTime: 0,
    retry: false,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["bulk"] });

export const useStartBulk = () =>
  useMutation(() => ({
    mutationFn: (input: BulkOrder) => trpc.contacts.bulk.start.mutate(input),
    onSettled: refresh,
  }));

export const useCancelBulk = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.contacts.bulk.cancel.mutate({ id }),
    onSettled: refresh,
  }));

export const useUndoBulk = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; note: string }) => trpc.contacts.bulk.undo.mutate(input),
    onSettled: refresh,
  }));
