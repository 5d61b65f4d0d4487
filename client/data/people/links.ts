import { queryOptions, useMutation } from "@tanstack/solid-query";
import { arrive } from "../session.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type Invitation = Answer<typeof trpc.join.look>;

/** The invitation behind a link. Never refetched: a link that was used is refused when it is used again. */
export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ["join", token],
    queryFn: () => trpc.join.look.mutate({ token }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const resetQuery = (token: string) =>
  queryOptions({
    queryKey: ["reset", token],
    queryFn: () => trpc.auth.lookAtReset.mutate({ token }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const useJoinAsNewPerson = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.join.asNewPerson>) => trpc.join.asNewPerson.mutate(input),
    onSuccess: arrive,
  }));

export const useJoinAsExistingPerson = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.join.asExistingPerson>) =>
      trpc.join.asExistingPerson.mutate(input),
    onSuccess: arrive,
  }));

/** The answer is the same whether or not the address has an account. */
export const useRequestReset = () =>
  useMutation(() => ({ mutationFn: (email: string) => trpc.lostPassword.request.mutate({ email }) }));

/** Also ends this browser's session, if it is the same person's. */
export const useResetPassword = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.auth.resetPassword>) => trpc.auth.resetPassword.mutate(input),
  }));
