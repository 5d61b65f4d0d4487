import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type SavedReply = Answer<typeof trpc.savedReplies.list>["replies"][number];
export type Team = Answer<typeof trpc.inboxTeams.list>["teams"][number];
export type InboxSettings = Answer<typeof trpc.inboxTeams.settings>;
export type ReplyTimes = Answer<typeof trpc.inboxTeams.replyTimes>;
export type Typing = Answer<typeof trpc.inboxTeam.typists>;

const refresh = () => queryClient.invalidateQueries({ queryKey: ["inbox"] });

export const savedRepliesQuery = () =>
  queryOptions({
    queryKey: ["inbox", "saved-replies"],
    queryFn: async () => (await trpc.savedReplies.list.query()).replies,
    staleTime: 30_000,
  });

export const useSaveReply = () =>
  useMutation(() => ({
    mutationFn: async ({
      id,
      version,
      ...text
    }: {
      id?: string;
      version: number;
      name: string;
      body: string;
    }) => {
      if (id) await trpc.savedReplies.update.mutate({ ...text, id, version });
      else await trpc.savedReplies.create.mutate(text);
    },
    // After a refusal too: somebody else may have changed it.
    onSettled: refresh,
  }));

export const useRemoveSavedReply = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.savedReplies.remove.mutate({ id }),
    onSettled: refresh,
  }));

export const useSnooze = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeam.snooze>) => trpc.inboxTeam.snooze.mutate(input),
    onSettled: refresh,
  }));

export const conversationTagsQuery = () =>
  queryOptions({
    queryKey: ["inbox", "tags"],
    queryFn: async () => (await trpc.inboxTeam.tags.query()).tags,
    staleTime: 30_000,
  });

export const useSetTag = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeam.setTag>) => trpc.inboxTeam.setTag.mutate(input),
    onSettled: refresh,
  }));

export const teamsQuery = () =>
  queryOptions({
    queryKey: ["inbox", "teams"],
    queryFn: async () => (await trpc.inboxTeams.list.query()).teams,
    staleTime: 30_000,
  });

export const useSaveTeam = () =>
  useMutation(() => ({
    mutationFn: async ({
      id,
      version,
      ...team
    }: {
      id?: string;
      version: number;
      name: string;
      memberIds: string[];
    }) => {
      if (id) await trpc.inboxTeams.update.mutate({ ...team, id, version });
      else await trpc.inboxTeams.create.mutate(team);
    },
    onSettled: refresh,
  }));

export const useRemoveTeam = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.inboxTeams.remove.mutate({ id }),
    onSettled: refresh,
  }));

export const useAssignTeam = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeam.assignTeam>) =>
      trpc.inboxTeam.assignTeam.mutate(input),
    onSettled: refresh,
  }));

export const takingQuery = () =>
  queryOptions({
    queryKey: ["inbox", "taking"],
    queryFn: async () => (await trpc.inboxTeams.taking.query()).taking,
  });

export const useSetTaking = () =>
  useMutation(() => ({
    mutationFn: (taking: boolean) => trpc.inboxTeams.setTaking.mutate({ taking }),
    onSettled: refresh,
  }));

export const inboxSettingsQuery = () =>
  queryOptions({
    queryKey: ["inbox", "settings"],
    queryFn: () => trpc.inboxTeams.settings.query(),
    // The page edits a copy: a refetch must not replace what somebody types.
    refetchOnWindowFocus: false,
  });

export const useSaveInboxSettings = () =>
  useMutation(() => ({
    mutationFn: (input: Question<typeof trpc.inboxTeams.saveSettings>) =>
      trpc.inboxTeams.saveSettings.mutate(input),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["inbox", "settings"] }),
  }));

export const replyTimesQuery = (days: 7 | 30) =>
  queryOptions({
    queryKey: ["inbox", "reply-times", days],
    queryFn: () => trpc.inboxTeams.replyTimes.query({ days }),
  });

export const typingKey = ["inbox-typing"] as const;

/** Who writes a reply to whom. The live stream keeps it up to date. */
export const typingQuery = () =>
  queryOptions({
    queryKey: typingKey,
    queryFn: (): Promise<Typing> => trpc.inboxTeam.typists.query(),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Tells colleagues that this member types. A lost call does no harm, so its failure is not shown. */
export const tellTyping = (phone: string, isTyping: boolean) =>
  void trpc.inboxTeam.typing.mutate({ phone, isTyping }).catch(() => {});
