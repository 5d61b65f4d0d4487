import type { Page } from "playwright-core";
import type { Production } from "./production.ts";

const PASSWORD = "the first one she chose";

/** Opens the settings and waits until the members are there: before that the page still moves. */
export async function openSettings(owner: Page, url: string, section: string): Promise<void> {
  await owner.goto(`${url}/settings#${section}`);
  await owner.getByText("(you)").waitFor();
  await owner.getByRole("button", { name: "Add role" }).waitFor();
}

/** Opens an invitation in a browser of its own and fills it in. The caller accepts it. */
export async function acceptInvitation(production: Production, link: string, name: string): Promise<Page> {
  const page = await production.strangersPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Choose a password").fill(PASSWORD);
  return page;
}

/** Invites somebody, as the owner, and opens their invitation in a browser of their own. The caller accepts it. */
export async function inviteMember(
  production: Production,
  owner: Page,
  name: string,
  role: string,
): Promise<Page> {
  await openSettings(owner, production.url, "people");
  await owner.getByRole("button", { name: "Invite member" }).click();
  const dialog = owner.getByRole("dialog", { name: "Invite a member" });
  await dialog.getByLabel("Email").fill(`${name.toLowerCase()}@example.com`);
  const roles = dialog.getByLabel("Role");
  // A fixed role's option says what it may do: "Operator: imports, campaigns and pausing".
  const option = roles.locator("option").filter({ hasText: new RegExp(`^${role}(:|$)`) });
  await roles.selectOption((await option.getAttribute("value"))!);
  await dialog.getByRole("button", { name: "Create link" }).click();
  const shown = owner.getByRole("dialog", { name: "Invitation link" });
  const link = (await shown.locator(".font-mono").textContent())!;
  await shown.getByRole("button", { name: "Close" }).click();
  await owner
    .getByText(new RegExp(`Invited as ${role}, expires`, "i"))
    .first()
    .waitFor();
  const page = await acceptInvitation(production, link, name);
  await page.getByText(new RegExp(`You are invited as ${role}`, "i")).waitFor();
  return page;
}
