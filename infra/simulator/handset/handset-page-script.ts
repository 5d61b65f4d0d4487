/**
 * Runs in the browser. While the page is visible it polls once a second. It builds nodes by text, never by markup. It
 * changes one bubble at a time, so that a screen reader reads only what is new.
 */
export const pageScript = `
"use strict";
const list = document.getElementById("handsets");
const bubbles = document.getElementById("bubbles");
const search = document.getElementById("search");
const form = document.getElementById("reply");

function node(tag, text, attributes) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  return made;
}
function localTime(at) {
  const then = new Date(at);
  const sameDay = then.toDateString() === new Date().toDateString();
  return then.toLocaleString([], sameDay ? { timeStyle: "medium" } : { dateStyle: "short", timeStyle: "short" });
}
function localTimes() {
  for (const time of document.querySelectorAll("time[data-at]")) time.textContent = localTime(Number(time.dataset.at));
}
function showHandsets(rows) {
  const current = bubbles && bubbles.dataset.number;
  const key = rows.map((row) => row.number + row.at).join() + current;
  document.getElementById("no-handsets").hidden = rows.length > 0;
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  list.replaceChildren(...rows.map((row) => {
    const link = node("a", "", { href: "/?handset=" + encodeURIComponent(row.number) });
    if (row.number === current) link.setAttribute("aria-current", "page");
    link.append(node("strong", row.number), node("time", localTime(row.at), { "data-at": row.at }), node("span", row.preview));
    const item = node("li");
    item.append(link);
    return item;
  }));
  if (focused) { const again = list.querySelector('a[href="' + CSS.escape(focused) + '"]'); if (again) again.focus(); }
}
function showConversation(conversation) {
  const atEnd = bubbles.scrollTop + bubbles.clientHeight >= bubbles.scrollHeight - 40;
  for (const bubble of conversation.bubbles) {
    const status = bubble.errorCode === null ? bubble.status : bubble.status + " " + bubble.errorCode;
    const kind = bubble.side + (bubble.arrived ? "" : " missing");
    let item = document.getElementById(bubble.sid);
    if (!item) {
      item = node("li", "", { id: bubble.sid });
      const small = node("small", (bubble.side === "theirs" ? "to " : "") + bubble.peer + " · ");
      small.append(node("time", localTime(bubble.at), { "data-at": bubble.at }), " · ", node("span", status));
      item.append(node("p", bubble.body), small);
      bubbles.append(item);
    }
    if (item.className !== kind) item.className = kind;
    const shown = item.querySelector("small span");
    if (shown.textContent !== status) shown.textContent = status;
  }
  const blocked = document.getElementById("blocked");
  blocked.hidden = conversation.blocked.length === 0;
  blocked.querySelector("span").textContent = conversation.blocked.join(", ");
  const to = form.elements.to;
  if (!to.value && conversation.replyTo) to.value = conversation.replyTo;
  if (atEnd) bubbles.scrollTop = bubbles.scrollHeight;
}
async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(5000) });
  if (!answer.ok) throw new Error("the simulator answered " + answer.status);
  return answer.json();
}
async function refresh() {
  if (!document.hidden) {
    try {
      showHandsets((await ask("/simulator/handsets?search=" + encodeURIComponent(search.value))).handsets);
      if (bubbles) showConversation(await ask("/simulator/handsets/" + encodeURIComponent(bubbles.dataset.number)));
    } catch { /* The simulator is being restarted: the next second asks again. */ }
  }
  setTimeout(refresh, 1000);
}
async function send(event) {
  event.preventDefault();
  const problem = document.getElementById("problem");
  const quick = event.submitter && event.submitter.name === "quick" ? event.submitter.value : null;
  const body = new URLSearchParams({ to: form.elements.to.value, body: quick || document.getElementById("body").value });
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(5000) });
    problem.hidden = answer.type === "opaqueredirect" || answer.ok;
    problem.textContent = problem.hidden ? "" : await answer.text();
    if (problem.hidden && !quick) document.getElementById("body").value = "";
    showConversation(await ask("/simulator/handsets/" + encodeURIComponent(bubbles.dataset.number)));
    bubbles.scrollTop = bubbles.scrollHeight;
  } catch {
    problem.hidden = false;
    problem.textContent = "The simulator did not answer.";
  }
}
localTimes();
if (bubbles) {
  bubbles.scrollTop = bubbles.scrollHeight;
  form.addEventListener("submit", send);
  document.getElementById("body").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); form.requestSubmit(form.querySelector(".send")); }
  });
}
setTimeout(refresh, 1000);
`;
