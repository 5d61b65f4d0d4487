import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./query-client.ts";
import { type Answer, type Question, trpc } from "./trpc.ts";

export type Person = Answer<typeof trpc.people.list>[number];
export type Role = Person["role"];

export const peopleQuery = () =>
  queryOptions({ queryKey: ["people"], queryFn: () => trpc.people.list.query() });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["people"] });

export const useAddPerson = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.people.add>) => trpc.people.add.mutate(input),
    onSuccess: refresh,
  }));

export const useSetRole = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.people.setRole>) => trpc.people.setRole.mutate(input),
    onSettled: refresh,
  }));

export const useRemovePerson = () =>
  useMutation(() => ({
    mutationFn: (userId: string) => trpc.people.remove.mutate({ userId }),
    onSuccess: refresh,
  }));
