import { escaped, publicPage } from "../http/public-page.ts";

/** What a person sees who does not get where the link led. */
export type LinkPage = "unknown" | "expired" | "later";

const WORDS: Readonly<Record<LinkPage, { title: string; text: string }>> = {
  unknown: { title: "This link isn’t valid", text: "Check the link in the text, or contact its sender." },
  expired: { title: "This link no longer works", text: "Contact the sender of the text." },
  later: { title: "One moment", text: "This page tries again by itself." },
};

/** Returns the page. It names nobody, neither the sender nor the recipient. */
export function linkPage(page: LinkPage): string {
  const { title, text } = WORDS[page];
  return publicPage({ language: "en", title: escaped(title), body: `<p>${escaped(text)}</p>` });
}
