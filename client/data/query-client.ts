import { MutationCache, QueryCache, QueryClient } from "@tanstack/solid-query";
import { onServerBack } from "./connection.ts";
import { codeOf, isAway } from "./problem.ts";

/** A session that ended anywhere ends here: the shell sees `me` become null and shows the sign-in page. */
function noteEndedSession(error: unknown): void {
  if (codeOf(error) === "UNAUTHORIZED") queryClient.setQueryData(["me"], null);
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteEndedSession }),
  mutationCache: new MutationCache({ onError: noteEndedSession }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: "always",
      // While the server is away a read waits for it; a refusal is final.
      retry: (_failures, error) => isAway(error),
      retryDelay: (attempt) => Math.min(1000 * 1.5 ** attempt, 5000),
      reconcile: "id",
    },
    mutations: { networkMode: "always", retry: false },
  },
});

onServerBack(() => void queryClient.invalidateQueries());
