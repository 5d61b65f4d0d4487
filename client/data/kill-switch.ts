import { queryOptions, useMutation } from "@tanstack/solid-query";
import { queryClient } from "./transport/query-client.ts";
import { type Answer, trpc } from "./transport/trpc.ts";

export type KillSwitch = Answer<typeof trpc.killSwitch.status>;

/** Every page shows it, so every page refetches it. */
export const killSwitchQuery = () =>
  queryOptions({
    queryKey: ["kill-switch"],
    queryFn: () => trpc.killSwitch.status.query(),
    refetchInterval: 5_000,
  });

async function show(state: KillSwitch): Promise<void> {
  queryClient.setQueryData(["kill-switch"], state);
  await queryClient.invalidateQueries({ queryKey: ["home"] });
}

export const usePauseSending = () =>
  useMutation(() => ({
    mutationFn: (reason: string | undefined) => trpc.killSwitch.pause.mutate({ reason }),
    onSuccess: show,
    onError: () => queryClient.invalidateQueries({ queryKey: ["kill-switch"] }),
  }));

export const useResumeSending = () =>
  useMutation(() => ({
    mutationFn: () => trpc.killSwitch.resume.mutate(),
    onSuccess: show,
    onError: () => queryClient.invalidateQueries({ queryKey: ["kill-switch"] }),
  }));

/** Returns the state while sending is paused, otherwise undefined. */
export function stopped(state: KillSwitch | undefined) {
  return state?.pausedAt ? state : undefined;
}
