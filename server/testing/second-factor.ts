import { Secret, TOTP } from "otpauth";
import type { Caller, TestServer } from "./test-api.ts";

/** The code that an app with this secret shows, some 30-second steps from now. */
export const codeOf = (secret: string, steps = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

/** Sets an authenticator app up with the oldest code that counts, so that later ones are still unused. */
export async function setUpTotp(caller: Caller): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { data, message } = await caller.mutate<{ secret: string }>("secondFactor.startTotp");
  if (!data) throw new Error(message);
  const { secret } = data;
  const confirm = () =>
    caller.mutate<{ recoveryCodes: string[] }>("secondFactor.confirmTotp", { code: codeOf(secret, -1) });
  const first = await confirm();
  // The 30 seconds may end between the code and its check, and then it is a step too old.
  const on = first.status === 200 ? first : await confirm();
  if (on.status !== 200) throw new Error(on.message);
  return { secret, recoveryCodes: on.data.recoveryCodes };
}

export interface Step {
  status: number;
  message?: string;
  code?: string;
  data: Record<string, unknown> | null;
  /** Cookies of the answer by name; one that was ended is "". */
  cookies: Record<string, string>;
}

/** A change from a browser, with what cookies it set. */
export async function step(
  { app }: TestServer,
  path: string,
  input: unknown,
  cookie = "",
  address?: string,
): Promise<Step> {
  const response = await app.request(
    `/trpc/${path}`,
    {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      ...(input === undefined ? {} : { body: JSON.stringify(input) }),
    },
    address ? { remoteAddress: address } : undefined,
  );
  const body = (await response.json()) as {
    result?: { data: Record<string, unknown> };
    error?: { message: string; data: { code: string } };
  };
  const cookies = Object.fromEntries(
    response.headers.getSetCookie().map((line) => line.split(";")[0]!.split("=") as [string, string]),
  );
  const refusal = body.error ? { message: body.error.message, code: body.error.data.code } : {};
  return { status: response.status, ...refusal, data: body.result?.data ?? null, cookies };
}
