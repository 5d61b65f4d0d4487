import { codeOf } from "@smscrm/server/testing/second-factor";
import type { Page } from "playwright-core";

/** Accepts an invitation as a new person. */
export async function joinAs(
  page: Page,
  link: string,
  { name, password }: { name: string; password: string },
): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Choose a password").fill(password);
  await page.getByRole("button", { name: "Accept invitation" }).click();
}

/** Reads the new recovery codes, says that they are kept, and closes them. */
export async function keepCodes(page: Page): Promise<string[]> {
  const shown = page.getByRole("dialog", { name: "Your recovery codes" });
  await shown.getByRole("listitem").first().waitFor();
  const codes = await shown.getByRole("listitem").allTextContents();
  await shown.getByLabel("I have kept these codes in a safe place").check();
  await shown.getByRole("button", { name: "Done" }).click();
  await shown.waitFor({ state: "hidden" });
  return codes;
}

/** Sets the app up as a person does who types the key; with the oldest code that counts, so that later ones are unused. */
export async function setUpApp(
  page: Page,
  onShown: () => Promise<unknown> = async () => {},
): Promise<string> {
  await page.getByRole("button", { name: "Set up an app" }).click();
  const shown = page.getByRole("dialog", { name: "Set up an authenticator app" });
  await shown.getByRole("img", { name: /QR code/ }).waitFor();
  const secret = (await shown.locator(".select-all").textContent())!.replace(/\s/g, "");
  await onShown();
  await shown.getByLabel("Code from your app").fill("000000");
  await shown.getByRole("button", { name: "Turn on" }).click();
  await shown.getByRole("alert").waitFor();
  await shown.getByLabel("Code from your app").fill(codeOf(secret, -1));
  await shown.getByRole("button", { name: "Turn on" }).click();
  return secret;
}
