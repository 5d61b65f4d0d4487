import { Router, type RouteSectionProps } from "@solidjs/router";
import { QueryClientProvider } from "@tanstack/solid-query";
import { type JSX, Suspense } from "solid-js";
import { queryClient } from "./data/transport/query-client.ts";
import { routes } from "./routes.tsx";
import { ProofDialog } from "./shell/proof/proof-dialog.tsx";
import { RecoveryCodesDialog } from "./shell/proof/recovery-codes-dialog.tsx";
import { ReconnectingBar } from "./shell/reconnecting-bar.tsx";
import { Toaster } from "./ui/toast.tsx";

export function App(): JSX.Element {
  return (
    <QueryClientProvider client={queryClient}>
      <Router root={Root}>{routes}</Router>
    </QueryClientProvider>
  );
}

function Root(props: RouteSectionProps): JSX.Element {
  return (
    <>
      <ReconnectingBar />
      <Suspense>{props.children}</Suspense>
      <ProofDialog />
      <RecoveryCodesDialog />
      <Toaster />
    </>
  );
}
