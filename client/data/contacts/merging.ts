import { keepPreviousData, queryOptions, useMutation } from "@tanstack/solid-query";
import { pagesOf } from "../transport/pages.ts";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type Duplicates = Answer<typeof trpc.contacts.duplicates.list>["items"][number];
export type MergePreview = Answer<typeof trpc.contacts.merges.preview>;
export type ContactMerge = Answer<typeof trpc.contacts.merges.list>[number];
type MergePair = Question<typeof trpc.contacts.merges.preview>;
export type MergeChoices = NonNullable<MergePair["choices"]>;
export type NewNumber = Question<typeof trpc.contacts.numbers.add>;

export const duplicatesQuery = () =>
  pagesOf(["contacts", "duplicates"], (cursor) => trpc.contacts.duplicates.list.query({ cursor }));

export const mergePreviewQuery = (pair: MergePair) =>
  queryOptions({
    queryKey: ["contacts", "merge-preview", pair],
    queryFn: () => trpc.contacts.merges.preview.query(pair),
    placeholderData: keepPreviousData,
    // The merge says what the member saw.
    staleTime: 0,
    retry: false,
  });

export const mergesQuery = (id: string) =>
  queryOptions({
    queryKey: ["contacts", "merges", id],
    queryFn: () => trpc.contacts.merges.list.query({ id }),
  });

/** A merge moves messages and replies, so nothing that is shown of contacts is as it was. */
const refresh = () => queryClient.invalidateQueries();

export const useMerge = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.merges.merge>) =>
      trpc.contacts.merges.merge.mutate(input),
    onSuccess: refresh,
  }));

export const useUndoMerge = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.contacts.merges.undo.mutate({ id }),
    onSuccess: refresh,
  }));

export const useNoteDifferent = () =>
  useMutation(() => ({
    mutationFn: (ids: string[]) => trpc.contacts.duplicates.different.mutate({ ids }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["contacts", "duplicates"] }),
  }));

export const useAddNumber = () =>
  useMutation(() => ({
    mutationFn: (input: NewNumber) => trpc.contacts.numbers.add.mutate(input),
    onSuccess: refresh,
  }));

export const usePreferNumber = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; numberId: string }) => trpc.contacts.numbers.prefer.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveNumber = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; numberId: string }) => trpc.contacts.numbers.remove.mutate(input),
    onSuccess: refresh,
  }));
