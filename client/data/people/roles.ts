import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type ListedRole = Answer<typeof trpc.roles.list>[number];

export const rolesQuery = () =>
  queryOptions({ queryKey: ["people", "roles"], queryFn: () => trpc.roles.list.query() });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["people"] });

export type RoleDraft = Question<typeof trpc.roles.create>;

/** Creates the role, or changes the one with this id. */
export const useSaveRole = () =>
  useMutation(() => ({
    mutationFn: async ({ id, ...draft }: RoleDraft & { id: string | null }): Promise<unknown> =>
      id === null ? trpc.roles.create.mutate(draft) : trpc.roles.change.mutate({ id, ...draft }),
    onSettled: refresh,
  }));

export const useDeleteRole = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.roles.delete.mutate({ id }),
    onSettled: refresh,
  }));
