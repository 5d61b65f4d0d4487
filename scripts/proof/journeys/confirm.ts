import type { Page } from "playwright-core";

/**
 * Confirms who is there, if somebody is signed in: a journey on a slow machine takes longer than the five minutes for which
 * a sign-in counts.
 */
export async function confirmSignIn(
  page: Page,
  { url, signIn }: { url: string; signIn: { password: string } },
): Promise<void> {
  const data = { kind: "password", password: signIn.password };
  await page.request.post(`${url}/trpc/secondFactor.prove`, { data });
}
