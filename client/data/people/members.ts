import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type Member = Answer<typeof trpc.people.list>[number];

export const membersQuery = () =>
  queryOptions({ queryKey: ["people"], queryFn: () => trpc.people.list.query() });

const refresh = () => queryClient.invalidateQueries({ queryKey: ["people"] });

export type Invitation = Answer<typeof trpc.people.invitations>[number];
/** The link for the invited person, shown only once; null if it was mailed. */
export type InvitationLink = Answer<typeof trpc.people.invite>;

export const invitationsQuery = () =>
  queryOptions({ queryKey: ["people", "invitations"], queryFn: () => trpc.people.invitations.query() });

export const useInvite = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.people.invite>) => trpc.people.invite.mutate(input),
    onSettled: refresh,
  }));

export const useRenewInvitation = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.people.renewInvitation.mutate({ id }),
    onSettled: refresh,
  }));

export const useCancelInvitation = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.people.cancelInvitation.mutate({ id }),
    onSettled: refresh,
  }));

export const useSetRole = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.people.setRole>) => trpc.people.setRole.mutate(input),
    onSettled: refresh,
  }));

export const useRemoveMember = () =>
  useMutation(() => ({
    mutationFn: (userId: string) => trpc.people.remove.mutate({ userId }),
    onSettled: refresh,
  }));
