import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type SnippetRow = Answer<typeof trpc.snippets.list>["snippets"][number];
export type SnippetPage = Answer<typeof trpc.snippets.get>;
export type SnippetVariant = SnippetRow["texts"][number];

export const snippetsQuery = () =>
  queryOptions({
    queryKey: ["snippets", "list"],
    queryFn: async () => (await trpc.snippets.list.query()).snippets,
    staleTime: 15_000,
  });

/** The shipped sentences that a new snippet can begin with. */
export const shippedTextsQuery = () =>
  queryOptions({
    queryKey: ["snippets", "shipped"],
    queryFn: async () => (await trpc.snippets.list.query()).shipped,
    staleTime: 600_000,
  });

export const snippetQuery = (id: string) =>
  queryOptions({
    queryKey: ["snippets", "one", id],
    queryFn: () => trpc.snippets.get.query({ id }),
    // The page edits a copy: a refetch must not replace what somebody types.
    refetchOnWindowFocus: false,
  });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["snippets"] });

export const useCreateSnippet = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.snippets.create>) => trpc.snippets.create.mutate(input),
    onSuccess: refresh,
  }));

export const useUpdateSnippet = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.snippets.update>) => trpc.snippets.update.mutate(input),
    onSuccess: refresh,
  }));

export const useRemoveSnippet = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.snippets.remove.mutate({ id }),
    onSuccess: refresh,
  }));

export const languagesQuery = () =>
  queryOptions({ queryKey: ["languages"], queryFn: () => trpc.languages.get.query(), staleTime: 15_000 });

export const useUpdateLanguages = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.languages.update>) => trpc.languages.update.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["languages"] }),
  }));

/** Who can own a template or a snippet. */
export const ownersQuery = () =>
  queryOptions({
    queryKey: ["templates", "members"],
    queryFn: () => trpc.templates.members.query(),
    staleTime: 60_000,
  });

export const useSetOwner = (of: "templates" | "snippets") =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.templates.setOwner>) => trpc[of].setOwner.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [of] }),
  }));
