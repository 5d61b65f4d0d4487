import { html, raw } from "hono/html";
import { pageScript } from "./handset-page-script.ts";
import { pageStyle } from "./handset-page-style.ts";
import type { Bubble, Conversation, HandsetRow } from "./handsets.ts";

interface PageFacts {
  search: string;
  handsets: HandsetRow[];
  conversation: Conversation | null;
}

type Markup = ReturnType<typeof html>;

/** Returns the whole page. The script only updates the two lists. */
export function handsetPage({ search, handsets, conversation }: PageFacts): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${conversation ? `${conversation.number} · ` : ""}Handsets</title>
<style>${raw(pageStyle)}</style>
</head>
<body${conversation ? raw(' class="open"') : ""}>
<nav aria-label="Handsets">
  <h1>Handsets</h1>
  <form role="search" method="get" action="/">
    <label for="search">Find a phone by its number</label>
    <div class="row">
      <input id="search" name="search" type="search" inputmode="tel" autocomplete="off" placeholder="0412 345 678" value="${search}">
      <button>Find</button>
    </div>
  </form>
  <ul id="handsets">${handsets.map((row) => handsetItem(row, row.number === conversation?.number))}</ul>
  <p id="no-handsets" class="quiet"${handsets.length > 0 ? raw(" hidden") : ""}>No phone here yet. A phone appears with its first text.</p>
</nav>
<main>${conversation ? phone(conversation) : html`<p class="quiet hint">Choose a phone to read its texts and to answer.</p>`}</main>
<script>${raw(pageScript)}</script>
</body>
</html>`;
}

function handsetItem(row: HandsetRow, isOpen: boolean): Markup {
  return html`<li><a href="/?handset=${encodeURIComponent(row.number)}"${isOpen ? raw(' aria-current="page"') : ""}>
<strong>${row.number}</strong><time data-at="${row.at}">${clockTime(row.at)}</time><span>${row.preview}</span></a></li>`;
}

function phone({ number, replyTo, blocked, bubbles }: Conversation): Markup {
  return html`<header>
  <a class="back" href="/">All phones</a>
  <h2>${number}</h2>
  <p id="blocked" class="blocked"${blocked.length === 0 ? raw(" hidden") : ""}>Blocked by STOP: <span>${blocked.join(", ")}</span></p>
</header>
<ol id="bubbles" aria-live="polite" aria-label="Texts with ${number}" data-number="${number}">${bubbles.map(bubbleItem)}</ol>
<form id="reply" method="post" action="/simulator/handsets/${encodeURIComponent(number)}/reply">
  <div class="row quick" role="group" aria-label="Quick answers">
    <button name="quick" value="STOP" formnovalidate>STOP</button>
    <button name="quick" value="START" formnovalidate>START</button>
    <button name="quick" value="HELP" formnovalidate>HELP</button>
    <label class="to">to <input name="to" aria-label="Number that the answer goes to" inputmode="tel" required value="${replyTo ?? ""}"></label>
  </div>
  <div class="row">
    <label class="sr" for="body">Answer</label>
    <textarea id="body" name="body" rows="2" maxlength="1600" placeholder="Write an answer" required></textarea>
    <button class="send" name="send" value="1">Send</button>
  </div>
  <p id="problem" class="blocked" role="alert" hidden></p>
</form>`;
}

function bubbleItem(bubble: Bubble): Markup {
  return html`<li id="${bubble.sid}" class="${bubble.side}${bubble.arrived ? "" : " missing"}">
<p>${bubble.body}</p><small>${bubble.side === "theirs" ? `to ${bubble.peer}` : bubble.peer} · <time data-at="${bubble.at}">${clockTime(bubble.at)}</time> · <span>${statusText(bubble)}</span></small></li>`;
}

function statusText({ status, errorCode }: Bubble): string {
  return errorCode === null ? status : `${status} ${errorCode}`;
}

/** Returns the time in UTC; the script turns it into the reader's own time. */
function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
