import { keepPreviousData, queryOptions, useMutation } from "@tanstack/solid-query";
import { pagesOf } from "../transport/pages.ts";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type Contact = Answer<typeof trpc.contacts.get>;
export type ContactRow = Answer<typeof trpc.contacts.list>["items"][number];
/** The consent types that a person can choose. Imports offer the same. */
export type ConsentChoice = Question<typeof trpc.contacts.add>["consentBasis"];
export type ContactFilter = {
  search?: string;
  tag?: string;
  optedOut?: boolean;
  field?: { name: string; value: string };
};

export const contactsQuery = (filter: ContactFilter) =>
  pagesOf(["contacts", "list", filter], (cursor) => trpc.contacts.list.query({ ...filter, cursor }));

/** How many contacts a filter has; null for a search. */
export const contactTotalQuery = (filter: ContactFilter) =>
  queryOptions({
    queryKey: ["contacts", "total", filter],
    queryFn: () => trpc.contacts.total.query(filter),
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: ["contacts", "one", id], queryFn: () => trpc.contacts.get.query({ id }) });

export const tagsQuery = () =>
  queryOptions({
    queryKey: ["contacts", "tags"],
    queryFn: () => trpc.contacts.tags.query(),
    staleTime: 60_000,
  });

/** A few contacts whose name or number starts with `search`, for pickers. */
export const contactSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ["contacts", "search", search],
    queryFn: () => trpc.contacts.list.query({ search: search || undefined, limit: 8 }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["contacts"] });

export const useAddContact = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.add>) => trpc.contacts.add.mutate(input),
    onSuccess: refresh,
  }));

export const useMarkReachable = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.markReachable>) =>
      trpc.contacts.markReachable.mutate(input),
    onSuccess: refresh,
  }));

export const useChangeNumber = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.changeNumber>) =>
      trpc.contacts.changeNumber.mutate(input),
    onSuccess: refresh,
  }));

export const useUpdateContact = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.update>) => trpc.contacts.update.mutate(input),
    onSuccess: refresh,
  }));
