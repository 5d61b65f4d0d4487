import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export const topicsQuery = () =>
  queryOptions({
    queryKey: ["topics"],
    queryFn: async () => (await trpc.topics.list.query()).topics,
    staleTime: 60_000,
  });

export const useSetTopics = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.topics.set>) => trpc.topics.set.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["topics"] }),
  }));

const refreshContacts = () => queryClient.invalidateQueries({ queryKey: ["contacts"] });

export const useAddConsent = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.addConsent>) => trpc.contacts.addConsent.mutate(input),
    onSuccess: refreshContacts,
  }));

export const useWithdrawConsent = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.withdrawConsent>) =>
      trpc.contacts.withdrawConsent.mutate(input),
    onSuccess: refreshContacts,
  }));

export const useSetPreference = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.contacts.setPreference>) =>
      trpc.contacts.setPreference.mutate(input),
    onSuccess: refreshContacts,
  }));

export const optInQuery = () =>
  queryOptions({
    queryKey: ["opt-in"],
    queryFn: async () => (await trpc.optIn.list.query()).keywords,
  });

const refreshKeywords = () => queryClient.invalidateQueries({ queryKey: ["opt-in"] });

export const useSetOptIn = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.optIn.set>) => trpc.optIn.set.mutate(input),
    onSuccess: refreshKeywords,
  }));

export const useRemoveOptIn = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.optIn.remove>) => trpc.optIn.remove.mutate(input),
    onSuccess: refreshKeywords,
  }));

export type SignUpForm = Answer<typeof trpc.signUp.list>["forms"][number];

export const signUpFormsQuery = () =>
  queryOptions({ queryKey: ["sign-up"], queryFn: async () => (await trpc.signUp.list.query()).forms });

const refreshForms = () => queryClient.invalidateQueries({ queryKey: ["sign-up"] });

export const useAddSignUpForm = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.signUp.add>) => trpc.signUp.add.mutate(input),
    onSuccess: refreshForms,
  }));

export const useChangeSignUpForm = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.signUp.change>) => trpc.signUp.change.mutate(input),
    onSettled: refreshForms,
  }));
