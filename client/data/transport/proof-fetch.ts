import { createSignal } from "solid-js";
import { fetchAndWatch } from "./connection.ts";

/** The server's answer where it wants a fresh proof first (Precondition Required). */
const PROOF_WANTED = 428;

type Answered = (proven: boolean) => void;
const [asking, setAsking] = createSignal<Answered | null>(null);

/** While a change waits for a proof of who is there: call it with whether one was given. Otherwise null. */
export const askingForProof = asking;

let asked: Promise<boolean> | null = null;

/** Opens the dialog, once for all changes that wait. Resolves to whether a proof was given. */
function askForProof(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    setAsking(() => (proven: boolean) => {
      setAsking(null);
      asked = null;
      resolve(proven);
    });
  });
  return asked;
}

/** Like `fetchAndWatch`, but repeats a request once that was refused for want of a proof, after the person gave one. */
export const fetchProven: typeof fetchAndWatch = async (input, init) => {
  const response = await fetchAndWatch(input, init);
  if (response.status !== PROOF_WANTED || !(await askForProof())) return response;
  return fetchAndWatch(input, init);
};
