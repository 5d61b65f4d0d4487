import { MutationCache, QueryCache, QueryClient } from "@tanstack/solid-query";
import { onServerBack } from "./connection.ts";
import { codeOf, isAway } from "./problem.ts";

/** Clears `me` when the server says that the session has ended. The shell then shows the sign-in page. */
function noteEndedSession(error: unknown): void {
  if (codeOf(error) === "UNAUTHORIZED") queryClient.setQueryData(["me"], null);
  // The role changed, or the organisation now requires a second factor: the shell shows what is left.
  if (codeOf(error) === "FORBIDDEN") void queryClient.invalidateQueries({ queryKey: ["me"] });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteEndedSession }),
  mutationCache: new MutationCache({ onError: noteEndedSession }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: "always",
      // A read is tried again until the server answers. A refusal is final.
      retry: (_failures, error) => isAway(error),
      retryDelay: (attempt) => Math.min(1000 * 1.5 ** attempt, 5000),
      reconcile: "id",
    },
    mutations: { networkMode: "always", retry: false },
  },
});

onServerBack(() => void queryClient.invalidateQueries());
