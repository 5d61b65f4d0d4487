import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { queryOptions, useMutation } from "@tanstack/solid-query";
import { createSignal } from "solid-js";
import { queryClient } from "../transport/query-client.ts";
import { type Answer, type Question, trpc } from "../transport/trpc.ts";

export type Security = Answer<typeof trpc.secondFactor.status>;
export type ListedPasskey = Security["passkeys"][number];
export type TotpSetup = Answer<typeof trpc.secondFactor.startTotp>;
export type Proof = Question<typeof trpc.secondFactor.prove>;

export const securityQuery = () =>
  queryOptions({ queryKey: ["security"], queryFn: () => trpc.secondFactor.status.query() });

const [codes, setCodes] = createSignal<string[] | null>(null);
/** Recovery codes that were just made. They are shown this once. */
export const newRecoveryCodes = codes;

async function refresh(): Promise<void> {
  for (const key of ["security", "sessions", "me"]) await queryClient.invalidateQueries({ queryKey: [key] });
}

/** Closes them for good. What depends on the new factor is read again only now, so that nothing takes the codes away. */
export async function forgetRecoveryCodes(): Promise<void> {
  setCodes(null);
  await refresh();
}

async function keepCodes({ recoveryCodes }: { recoveryCodes: string[] | null }): Promise<void> {
  if (recoveryCodes) setCodes(recoveryCodes);
  else await refresh();
}

export const useStartTotp = () =>
  useMutation(() => ({ mutationFn: () => trpc.secondFactor.startTotp.mutate() }));

export const useConfirmTotp = () =>
  useMutation(() => ({
    mutationFn: (code: string) => trpc.secondFactor.confirmTotp.mutate({ code }),
    onSuccess: keepCodes,
  }));

export const useRemoveTotp = () =>
  useMutation(() => ({ mutationFn: () => trpc.secondFactor.removeTotp.mutate(), onSuccess: refresh }));

export const useRenewRecoveryCodes = () =>
  useMutation(() => ({
    mutationFn: () => trpc.secondFactor.renewRecoveryCodes.mutate(),
    onSuccess: keepCodes,
  }));

/** Makes a passkey with the browser's own dialog. */
export const useAddPasskey = () =>
  useMutation(() => ({
    mutationFn: async (name: string) => {
      const optionsJSON = await trpc.secondFactor.startPasskey.mutate();
      const response = await startRegistration({ optionsJSON });
      return trpc.secondFactor.addPasskey.mutate({ name, response });
    },
    onSuccess: keepCodes,
  }));

export const useRenamePasskey = () =>
  useMutation(() => ({
    mutationFn: (input: { id: string; name: string }) => trpc.secondFactor.renamePasskey.mutate(input),
    onSuccess: refresh,
  }));

export const useRemovePasskey = () =>
  useMutation(() => ({
    mutationFn: (id: string) => trpc.secondFactor.removePasskey.mutate({ id }),
    onSuccess: refresh,
  }));

export const prove = (proof: Proof) => trpc.secondFactor.prove.mutate(proof);
export const askPasskeyOfSession = () => trpc.secondFactor.challenge.mutate();

type Challenge = Answer<typeof trpc.secondFactor.challenge>;

/** Signs a challenge with a passkey, in the browser's own dialog. */
export async function signWithPasskey(challenge: Challenge): Promise<Proof> {
  return { kind: "passkey", response: await startAuthentication({ optionsJSON: challenge }) };
}

/** Returns what to say where the browser's own dialog failed; null: the error is another one. */
export function passkeyProblem(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (["NotAllowedError", "AbortError"].includes(error.name)) return "The passkey was not used. Try again.";
  if (["SecurityError", "NotSupportedError"].includes(error.name)) {
    return "This browser can’t use a passkey at this address. Open the dashboard at its own address.";
  }
  return null;
}
