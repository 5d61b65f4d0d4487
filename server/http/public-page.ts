/**
 * Returns a page for people without a session, from HTML that is escaped already. It loads nothing, runs no script, and is
 * kept out of search engines and referrers.
 */
export function publicPage({
  language,
  title,
  body,
  button = "#1f5fbf",
}: {
  language: string;
  title: string;
  body: string;
  /** The colour of its button, dark enough for white letters. */
  button?: string;
}): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
body { margin: 0; padding: 12vh 1.25rem 2rem; font: 1.125rem/1.5 system-ui, sans-serif; }
main { max-width: 26rem; margin: 0 auto; }
h1 { margin: 0 0 1.5rem; font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere; }
p, label { overflow-wrap: anywhere; }
label { display: block; margin: 0 0 1.25rem; }
label.agree { display: flex; gap: 0.75rem; align-items: flex-start; white-space: pre-line; }
label.agree input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0.2rem 0 0; }
input[type="tel"] { display: block; box-sizing: border-box; width: 100%; min-height: 3rem; margin-top: 0.25rem;
  padding: 0 0.75rem; border: 1px solid GrayText; border-radius: 0.5rem; font: inherit; }
.away { position: absolute; left: -100vw; width: 1px; height: 1px; overflow: hidden; }
button { width: 100%; min-height: 3rem; border: 0; border-radius: 0.5rem; background: ${button}; color: #fff; font: inherit;
  font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 3px; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes a text safe for HTML. */
export const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
